"""A client and the whole product in a folder that is thrown away; time passes only when it is told to."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from booking.salon_files import load_salon
from bots.assembly import Parts, assembled, make_drain
from bots.options import read_options
from bots.salon_files import DEMO
from dialog.drain import Drain
from dialog.effects import Send
from dialog.inbox import Finished, Inbox, Outcome
from dialog.message import Address, InboundMessage, Kind
from dialog.reply import Choice, Reply
from dialog.turn import Turn
from storage.revisions import Draft

ADDRESS = Address(channel="webchat", account="simulation", peer="client")
MOST_ROUNDS = 20


class StandingClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """The present moment."""
        return self._now

    def pass_by(self, span: timedelta) -> None:
        """Let time pass."""
        self._now += span


class _Watched:
    """The store's inbox, which tells what was written."""

    def __init__(self, inbox: Inbox, seen: list[Turn]) -> None:
        self._inbox = inbox
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Any]:
        """See Inbox."""
        outcomes = await self._inbox.commit(turns, now)
        pairs = zip(turns, outcomes, strict=True)
        self._seen += [one.turn for one, outcome in pairs if outcome is Outcome.COMMITTED]
        return outcomes


@dataclass(slots=True)
class Simulation:
    """One conversation. Every act returns the turns that came of it."""

    parts: Parts
    clock: StandingClock
    drain: Drain
    seen: list[Turn]
    choices: list[Choice] = field(default_factory=list)
    """The newest buttons on the screen."""
    _said: int = 0

    async def opens(self, language: str) -> Sequence[Turn]:
        """Open the chat."""
        return await self._take(Kind.OPENED, language=language)

    async def says(self, text: str) -> Sequence[Turn]:
        """Type a text."""
        return await self._take(Kind.TEXT, text=text, cuts_burst=True)

    async def presses(self, label: str) -> Sequence[Turn]:
        """Press the newest button with this label. Raises LookupError."""
        choice = next((choice for choice in self.choices if choice.label == label), None)
        if choice is None:
            raise LookupError(label)
        return await self._take(Kind.PRESS, text=label, token=choice.token)

    async def sends(self, media: str) -> Sequence[Turn]:
        """Send a photo, a voice message, a sticker..."""
        return await self._take(Kind.MEDIA, data={"media": media}, cuts_burst=True)

    async def later(self, minutes: int) -> Sequence[Turn]:
        """Let time pass; what was due meanwhile happens now."""
        self.clock.pass_by(timedelta(minutes=minutes))
        await self.parts.store.timers.fire(self.clock.now(), MOST_ROUNDS)
        return await self._turns()

    async def _take(self, kind: Kind, **parts: Any) -> Sequence[Turn]:
        self._said += 1
        self.clock.pass_by(timedelta(seconds=5))
        message = InboundMessage(address=ADDRESS, event_key=f"s{self._said}", kind=kind, **parts)
        await self.parts.store.inbox.accept([message], self.clock.now())
        return await self._turns()

    async def _turns(self) -> Sequence[Turn]:
        """Run all that waits. What is said is on the screen when it is written."""
        self.seen.clear()
        for _ in range(MOST_ROUNDS):
            if not await self.drain.once():
                break
        for turn in self.seen:
            for reply in replies(turn):
                self.choices = list(reply.choices) or self.choices
        return tuple(self.seen)


def replies(turn: Turn) -> list[Reply]:
    """What a turn says."""
    return [effect.reply for effect in turn.effects if isinstance(effect, Send)]


@asynccontextmanager
async def simulated(
    moment: datetime, environment: Mapping[str, str], flow: Mapping[str, Any] | None = None
) -> AsyncIterator[Simulation]:
    """The demo salon at ``moment`` (its own wall time, without a zone); ``flow`` is published over the shipped ones.

    Raises BadFlow for a flow that must not be published.
    """
    clock = StandingClock(moment.replace(tzinfo=load_salon(DEMO, moment.date()).zone))
    with tempfile.TemporaryDirectory(prefix="zabota-simulation-") as folder:
        options = replace(read_options(environment, data=folder), database_url="", redis_url="")
        async with assembled(options, clock=clock) as parts:
            if flow is not None:
                key = str(flow["flow"]["flow"])
                shipped = parts.rules.current().heads.get(key, 0)
                draft = Draft(kind="flow", key=key, body=flow, base=shipped)
                await parts.store.revisions.publish([draft], "simulate", "", clock.now())
                await parts.rules.load()
            seen: list[Turn] = []
            watched: Any = _Watched(parts.store.inbox, seen)
            yield Simulation(parts=parts, clock=clock, drain=make_drain(parts, inbox=watched), seen=seen)
