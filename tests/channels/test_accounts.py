"""Whoever could not tell a messenger where we are tells it again; a trouble that has passed is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from channels import accounts, polling
from channels.accounts import SETTLE_AGAIN, Accounts
from channels.connection import Connection, Pulse
from channels.directory import Directory
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.media_store import Media
from channels.not_fetched import Refused
from channels.polling import Polling
from channels.port import Channel, Messenger, Surroundings, Trouble
from channels.rendering.capabilities import CAPABILITIES
from dialog.local_bus import LocalBus
from dialog.outbox import Outgoing, Settled, Settlement
from tests.fakes.stillness import CountedDice, StillClock, StillJournal

HERE = Connection(channel="x", account="1", path="p", secrets={"token": "t"})


class KeptConnections:
    """One account, with what is wrong with it and was."""

    def __init__(self) -> None:
        self.known = HERE
        self.troubles: list[str] = []

    async def all(self) -> Sequence[Connection]:
        return [self.known]

    async def put(self, connection: Connection, now: datetime) -> None:
        self.known = connection

    async def forget(self, channel: str, account: str) -> None:
        self.known = replace(self.known, enabled=False)

    async def troubled(self, channel: str, account: str, trouble: str, now: datetime) -> None:
        self.known = replace(self.known, trouble=trouble)
        self.troubles.append(trouble)

    async def move(self, channel: str, account: str, cursor: int) -> None:
        self.known = replace(self.known, cursor=cursor)

    async def pulse(self, channel: str, account: str) -> Pulse:
        return Pulse()


class MoodyAccount:
    """Settles in and answers questions as it was told to."""

    def __init__(self) -> None:
        self.settling: list[Exception | None] = []
        self.polls: list[Exception | None] = []
        self.settled = 0
        self.idle = asyncio.Event()

    async def settle_in(self) -> None:
        self.settled += 1
        if mood := self.settling.pop(0):
            raise mood

    async def send(self, outgoing: Outgoing) -> Settlement:
        return Settlement(outcome=Settled.ACCEPTED)

    async def be_kind(self, courtesy: Courtesy) -> None:
        return None

    async def fetch(self, file: FileRef) -> Media:
        raise Refused("none")

    async def poll(self, cursor: int) -> tuple[Sequence[RawEvent], int] | None:
        if not self.polls:
            self.idle.set()
            await asyncio.Event().wait()
        if mood := self.polls.pop(0):
            raise mood
        return (), cursor + 1

    async def close(self) -> None:
        return None


class Salon:
    """Accounts on nothing but fakes, and the seconds in hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account, self.kept, self.now = MoodyAccount(), KeptConnections(), 100.0
        messenger = Messenger(
            fields=(),
            verify=lambda connection, call: False,
            events=lambda connection, call: (),
            parse=lambda event: (),
            open=lambda connection, around: self.account,
            connect=self.never,
        )
        channel = Channel(key="x", capabilities=CAPABILITIES["sms"], publishes=False, messenger=messenger)
        monkeypatch.setattr(accounts, "load_channel", lambda key: channel)
        around = Surroundings(clock=StillClock(), dice=CountedDice(), public_url="", ticks=lambda: self.now)
        self.directory = Directory(self.kept, LocalBus(), StillJournal())
        self.accounts = Accounts(self.directory, self.kept, around, StillJournal())

    async def never(self, *_: object) -> Connection:
        raise LookupError


@pytest.fixture
def salon(monkeypatch: pytest.MonkeyPatch) -> Salon:
    return Salon(monkeypatch)


async def test_an_account_that_could_not_settle_in_tries_again(salon: Salon) -> None:
    salon.account.settling = [OSError("no network"), Trouble("hook_refused"), None]
    await salon.directory.read()
    seen = []
    for seconds in (0.0, SETTLE_AGAIN - 1, 2.0, SETTLE_AGAIN + 1, SETTLE_AGAIN + 1):
        salon.now += seconds
        await salon.accounts.keep_up()
        seen.append((salon.account.settled, salon.kept.known.trouble))
    assert seen == [(1, "unreachable"), (1, "unreachable"), (2, "hook_refused"), (3, ""), (3, "")]


class NoHooks:
    """Nothing ever comes."""

    async def store(self, events: Sequence[RawEvent], now: datetime) -> int:
        return 0


async def test_a_trouble_of_listening_is_taken_back_when_it_has_passed(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LONG_PAUSE", 0.0)
    salon.account.settling, salon.account.polls = [None], [Trouble("two_pollers"), None, None]
    await salon.directory.read()
    await salon.accounts.keep_up()
    listening = Polling(salon.accounts, salon.kept, NoHooks(), StillClock(), StillJournal())  # type: ignore[arg-type]
    task = asyncio.create_task(listening.run())
    await salon.account.idle.wait()
    listening.stop()
    await task
    assert salon.kept.troubles == ["", "two_pollers", ""]


async def test_listening_that_broke_is_told_of_and_begins_anew(salon: Salon) -> None:
    salon.account.settling, salon.account.polls = [None], [TypeError("str is not valid UTF-8"), None]
    await salon.directory.read()
    await salon.accounts.keep_up()
    journal = StillJournal()
    listening = Polling(salon.accounts, salon.kept, NoHooks(), StillClock(), journal)  # type: ignore[arg-type]
    task = asyncio.create_task(listening.run())
    async with asyncio.timeout(20):
        await salon.account.idle.wait()
    listening.stop()
    await task
    assert journal.lines == [("listening_broke", {"error": "TypeError"})]
