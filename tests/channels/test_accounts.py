"""Whoever could not tell a messenger where we are tells it again; a trouble that has passed is taken back."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from channels import accounts, polling
from channels.accounts import BELIEVED, SETTLE_AGAIN, Accounts
from channels.connection import Connection, Pulse
from channels.desk import StoredConnectionDesk
from channels.directory import Directory
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.media_store import Media
from channels.not_fetched import Refused
from channels.polling import Polling
from channels.port import Channel, Messenger, Surroundings, Trouble
from channels.rendering.capabilities import CAPABILITIES
from dialog.local_bus import LocalBus
from dialog.message import Address
from dialog.outbox import Failure, Outgoing, Settled, Settlement
from tests.channels.test_max_account import line
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
        self.sending = Settlement(outcome=Settled.ACCEPTED)
        self.settled = 0
        self.idle = asyncio.Event()

    async def settle_in(self) -> None:
        self.settled += 1
        if mood := self.settling.pop(0):
            raise mood

    async def send(self, outgoing: Outgoing) -> Settlement:
        return self.sending

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
        self.messenger = Messenger(
            fields=(),
            verify=lambda connection, call: False,
            events=lambda connection, call: (),
            parse=lambda event: (),
            open=lambda connection, around: self.account,
            connect=self.never,
        )
        monkeypatch.setattr(accounts, "load_channel", self.channel)
        self.around = Surroundings(clock=StillClock(), dice=CountedDice(), public_url="", ticks=lambda: self.now)
        self.directory = Directory(self.kept, LocalBus(), StillJournal())
        self.accounts = Accounts(self.directory, self.kept, self.around, StillJournal())

    def channel(self, key: str) -> Channel:
        return Channel(key=key, capabilities=CAPABILITIES["sms"], publishes=False, messenger=self.messenger)

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


async def test_the_secret_before_is_believed_for_an_hour_after_the_messenger_has_learned_the_new_one(
    salon: Salon,
) -> None:
    salon.kept.known = replace(HERE, secrets={"token": "t", "hook_secret": "new", "hook_secret_before": "leaked"})
    salon.account.settling = [OSError("no network"), None]
    await salon.directory.read()
    seen = []
    for seconds in (0.0, BELIEVED + 1, BELIEVED - 1, 2.0):
        salon.now += seconds
        await salon.accounts.keep_up()
        await salon.directory.read()
        seen.append("hook_secret_before" in salon.kept.known.secrets)
    await salon.accounts.keep_up()
    assert (seen, salon.account.settled) == ([True, True, True, False], 2)
    assert salon.kept.known.secrets["hook_secret"] == "new"


async def test_a_trouble_that_a_line_met_has_passed_when_the_next_arrives(salon: Salon) -> None:
    salon.account.settling = [None]
    await salon.directory.read()
    await salon.accounts.keep_up()
    for told in (
        Settlement(outcome=Settled.ACCEPTED),
        Settlement(outcome=Settled.DEFERRED, failure=Failure.BAD_CREDENTIALS),
        Settlement(outcome=Settled.ACCEPTED),
        Settlement(outcome=Settled.ACCEPTED),
    ):
        salon.account.sending = told
        await salon.accounts["x"].send(replace(line(), address=Address(channel="x", account="1", peer="5")))
    assert salon.kept.troubles == ["", "bad_credentials", ""]


async def test_a_library_is_imported_where_nobody_waits_for_it(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[tuple[str, bool]] = []

    def remembered(name: str) -> None:
        imported.append((name, threading.current_thread() is threading.main_thread()))

    monkeypatch.setattr(importlib, "import_module", remembered)
    salon.messenger = replace(salon.messenger, library="sqlite3")
    salon.account.settling = [None]
    await salon.directory.read()
    await salon.accounts.keep_up()
    desk = StoredConnectionDesk(salon.kept, salon.directory, lambda: {"x": salon.messenger}, salon.around)
    with pytest.raises(LookupError):
        await desk.connect("x", {})
    assert imported == [("channels.x.account", False)] * 2


async def test_to_check_also_makes_sure_that_events_are_brought(salon: Salon) -> None:
    async def proved(*_: object) -> Connection:
        return HERE

    salon.messenger = replace(salon.messenger, connect=proved, only_brings=True)
    salon.account.settling = [Trouble("hook_waiting"), OSError("no network"), None]
    desk = StoredConnectionDesk(salon.kept, salon.directory, lambda: {"x": salon.messenger}, salon.around)
    for code in ("hook_waiting", "unreachable"):
        with pytest.raises(Trouble, match=code):
            await desk.check("x", "1")
        assert salon.kept.known.trouble == code
    await desk.check("x", "1")
    assert (salon.kept.known.trouble, salon.account.settled) == ("", 3)


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
