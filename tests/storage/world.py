"""A small world for stores: a clock in hand, countable chance, a bus that remembers."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from dialog.conversation import Conversation, DialogState
from dialog.detection import Detection
from dialog.effects import Effect, Send
from dialog.engine_settings import EngineSettings
from dialog.inbox import Finished, Work
from dialog.message import Address, InboundMessage, Kind
from dialog.reply import Choice, Reply
from dialog.rulebook import Rulebook
from dialog.texts import Texts
from dialog.turn import Trace, Turn, TurnContext

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULEBOOK = Rulebook(digest="r1", flows={}, heads={}, texts=Texts({"ru": {}}, "ru"), settings=EngineSettings())


class HeldClock:
    """Time moves when told to."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def go(self, seconds: float) -> datetime:
        self.time += timedelta(seconds=seconds)
        return self.time


class CountingDice:
    """Unique, not unguessable."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def seed(self) -> str:
        return f"{next(self._numbers) * 2654435761 % 2**128:032x}"

    def public_id(self) -> str:
        return f"public{next(self._numbers):016d}"


class RememberingBus:
    """Keeps what was signalled."""

    def __init__(self) -> None:
        self.signals: list[str] = []

    async def publish(self, *topics: str) -> None:
        self.signals.extend(topics)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[AsyncIterator[str]]:
        async def heard() -> AsyncIterator[str]:
            for topic in self.signals:
                if topic in topics:
                    yield topic

        yield heard()


_keys = itertools.count(1)


def anna(peer: str = "anna", channel: str = "webchat") -> Address:
    return Address(channel=channel, account="site", peer=peer)


def says(
    text: str = "hello",
    peer: str = "anna",
    *,
    key: str = "",
    kind: Kind = Kind.TEXT,
    cuts: bool = False,
    channel: str = "webchat",
) -> InboundMessage:
    return InboundMessage(
        address=anna(peer, channel), event_key=key or f"e{next(_keys)}", kind=kind, text=text, cuts_burst=cuts
    )


def send(text: str = "hi", *, prompt: bool = False, **more: object) -> Send:
    reply = Reply(text=text, choices=(Choice(label="yes", token="t1"),), key="greeting")
    return Send(reply=reply, prompt=prompt, **more)  # type: ignore[arg-type]


def turn_of(
    work: Work,
    *effects: Effect,
    now: datetime = START,
    state: DialogState | None = None,
    **changed: object,
) -> Finished:
    before = work.conversation
    after = Conversation(
        id=before.id,
        address=before.address,
        language=before.language,
        owner=changed.get("owner", before.owner),  # type: ignore[arg-type]
        owner_id=changed.get("owner_id", before.owner_id),  # type: ignore[arg-type]
        epoch=changed.get("epoch", before.epoch),  # type: ignore[arg-type]
        version=before.version,
        state=state or before.state,
    )
    context = TurnContext(now=now, seed="0" * 32, detection=Detection(text="hello"), rulebook=RULEBOOK)
    turn = Turn(conversation=after, effects=effects, trace=Trace(route="test"))
    return Finished(work=work, context=context, turn=turn, answers=(("Price", 100),))
