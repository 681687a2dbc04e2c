"""Senders that are killed in the middle of it: what real messengers' clients have on their screens afterwards.

Three processes: the messengers, which live; the product's sender, which is killed again and again; and this one, which
looks at both and at the database in the end. VK keeps a key, so nobody may see a line twice or never. Telegram keeps
none: a line may be doubled by its one blind repeat, and one that never arrived must be listed as unknown.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import orjson

from benchmarks.crash_points import Death, MortalOutbox, MortalSender, mortal_parts
from benchmarks.fork import Doom, end_with_parent, raise_child
from benchmarks.opened_store import opened, reopened
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from benchmarks.wire import ChildEnd
from channels.connection import Connection
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.port import Surroundings
from channels.telegram import fake as telegram
from channels.telegram.account import TelegramAccount
from channels.vk import fake as vk
from channels.vk.account import VkAccount
from dialog.dispatch import Dispatch, Sender
from dialog.local_bus import LocalBus
from dialog.outbox import Outgoing, Settlement
from storage.sql import Rows, Script, Sql
from storage.store import Store
from storage.store_settings import StoreSettings
from tests.storage.world import says, send, turn_of

KEYED, KEYLESS = "vk", "telegram"
LINES = 4
AT_ONCE = 12
IN_FLIGHT = 8
"""Lines of one messenger that may be on their way at a death."""
SETTINGS = StoreSettings(burst_wait=0.0, burst_most=0.0, send_lease=0.2, repeat_after=0.1)
POINTS = ("send_claimed", "send_before", "send_after", "settle_before", "settle_after", "commit_before", "commit_after")
LOST_ANSWERS: Mapping[str, float] = {Fault.DROP_AFTER: 0.08, Fault.DROP_BEFORE: 0.04}
LISTED = frozenset({"unknown", "superseded"})
_OPEN = Sql(
    """SELECT count(*) FROM outbox WHERE status IN ('new', 'inflight') OR (status = 'unknown' AND repeats = 0)"""
)
_ROWS = Sql("SELECT channel, peer, status, repeats, body FROM outbox ORDER BY id")


class FreshNumber:
    """The seeded bug: every attempt gets a number of its own."""

    def __init__(self, inner: Sender) -> None:
        self._inner = inner
        self._chance = random.SystemRandom()

    async def send(self, outgoing: Outgoing) -> Settlement:
        """See Sender."""
        return await self._inner.send(replace(outgoing, random_id=self._chance.randrange(1, 2**31)))


def deaths(report: Report, seed: int, chats: int, kills: int, *, fresh_numbers: bool) -> None:
    """So many kills, a dozen at most for each set of lines. Call it where no loop runs."""
    for number, start in enumerate(range(0, kills, AT_ONCE)):
        _segment(report, seed + 1000 * number, chats, min(AT_ONCE, kills - start), fresh_numbers=fresh_numbers)


def _segment(report: Report, seed: int, chats: int, kills: int, *, fresh_numbers: bool) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="zabota-deaths-") as folder, Outside(seed) as outside:
        wanted = asyncio.run(_say(folder, chats))
        for number in range(kills):
            point = Death(chance.choice(POINTS), chance.choice((1, 1, 2, 3))) if chance.random() < 0.7 else Death()
            doom = Doom(seconds=2.0, lines=chance.randint(3, 24), delay=chance.random() * 0.03)
            born = partial(_live, folder, outside.urls, seed + number, point, fresh_numbers, last=False)
            ending = raise_child(born, _heard, doom=doom)
            report.must(ending.code == -9, f"sender {number}: ended with {ending.code}")
        born = partial(_live, folder, outside.urls, seed - 1, Death(), fresh_numbers, last=True)
        ending = raise_child(born, _heard, doom=Doom(seconds=60.0, progress="left"))
        report.must(ending.code == 0, f"last sender: ended with {ending.code}, killed for lateness: {ending.by_us}")
        report.count("senders killed", kills)
        _judge(report, wanted, outside.told(), asyncio.run(_rows(folder)), kills)


def _heard(line: list[Any]) -> None:
    """Nothing that the sender says needs an answer."""


# ---------------------------------------------------------------- the messengers


class Outside:
    """Both messengers in a process of their own. ``urls`` by channel."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.urls: Mapping[str, str] = {}

    def __enter__(self) -> Outside:
        self._socket, theirs = socket.socketpair()
        self._child = os.fork()
        if self._child == 0:
            self._socket.close()
            end_with_parent()
            try:
                asyncio.run(_serve(theirs, self._seed))
            finally:
                os._exit(0)
        theirs.close()
        self._file = self._socket.makefile("rb")
        self.urls = orjson.loads(self._file.readline())
        return self

    def told(self) -> dict[str, Any]:
        """What is on the screens, and how many answers were lost, by channel."""
        self._socket.sendall(b"?")
        found: dict[str, Any] = orjson.loads(self._file.readline())
        return found

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()
        os.waitpid(self._child, 0)


async def _serve(connection: socket.socket, seed: int) -> None:
    chance = random.Random(seed)
    keyed = vk.FakeVk(faults=Faults(chance.random), ticks=time.monotonic)
    keyless = telegram.FakeTelegram(faults=Faults(chance.random), ticks=time.monotonic)
    for faults in (keyed.faults, keyless.faults):
        # One for sure, whatever chance brings.
        faults.plan(Fault.DROP_AFTER)
        faults.set_rates(LOST_ANSWERS)
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    async with FakeServer(keyed) as first, FakeServer(keyless) as second:
        await loop.sock_sendall(connection, orjson.dumps({KEYED: first.url, KEYLESS: second.url}) + b"\n")
        while await loop.sock_recv(connection, 1):
            told = {
                KEYED: [[(str(one.peer), one.text) for one in keyed.sent], keyed.faults.happened.total()],
                KEYLESS: [[(str(one.chat), one.text) for one in keyless.sent], keyless.faults.happened.total()],
            }
            await loop.sock_sendall(connection, orjson.dumps(told) + b"\n")


# ---------------------------------------------------------------- the sender


def _live(
    folder: str,
    urls: Mapping[str, str],
    seed: int,
    death: Death,
    fresh_numbers: bool,
    connection: socket.socket,
    *,
    last: bool,
) -> None:
    asyncio.run(_send(folder, urls, seed, death, fresh_numbers, connection, last=last))


async def _send(
    folder: str,
    urls: Mapping[str, str],
    seed: int,
    death: Death,
    fresh_numbers: bool,
    connection: socket.socket,
    *,
    last: bool,
) -> None:
    end, clock, bus = ChildEnd(connection), RealClock(), LocalBus()
    store = await reopened(
        folder, clock=clock, dice=SeededDice(seed), bus=bus, settings=SETTINGS, parts=mortal_parts(death)
    )
    around = Surroundings(clock=clock, dice=SeededDice(seed), public_url="", ticks=time.monotonic)
    keyed = VkAccount(_connection(KEYED, vk.TOKEN, urls), around, timeout=1.0)
    keyless = TelegramAccount(_connection(KEYLESS, telegram.TOKEN, urls), around, timeout=1.0)
    senders: dict[str, Sender] = {KEYED: FreshNumber(keyed) if fresh_numbers else keyed, KEYLESS: keyless}
    dispatch = Dispatch(
        outbox=MortalOutbox(store.outbox, death),
        bus=bus,
        clock=clock,
        senders={name: MortalSender(Telling(sender, end), death) for name, sender in senders.items()},
        journal=QuietJournal(),
        batch=IN_FLIGHT,
        poll_seconds=0.02,
        sweep_seconds=0.05,
    )
    working = asyncio.create_task(dispatch.run())
    left = 1
    while left or not last:
        await asyncio.sleep(0.02)
        left = (await store.database.read(lambda: _asked(_OPEN)))[0][0]
        end.tell("left", left)
    dispatch.stop()
    await working
    await keyed.close()
    await keyless.close()
    await store.close()
    end.close()


class Telling:
    """Says that an attempt begins, so that it can be its last."""

    def __init__(self, inner: Sender, end: ChildEnd) -> None:
        self._inner = inner
        self._end = end

    async def send(self, outgoing: Outgoing) -> Settlement:
        """See Sender."""
        self._end.tell("sends", outgoing.id)
        return await self._inner.send(outgoing)


def _connection(channel: str, token: str, urls: Mapping[str, str]) -> Connection:
    settings = {"base_url": urls[channel]}
    return Connection(channel=channel, account="1", path="p", settings=settings, secrets={"token": token})


# ---------------------------------------------------------------- what was to be said, and what came of it


async def _say(folder: str, chats: int) -> Mapping[tuple[str, str], list[str]]:
    """Lines for every chat of both messengers, stored and not sent. By channel and peer."""
    store = await _store(folder)
    clock = RealClock()
    wanted: dict[tuple[str, str], list[str]] = {}
    for channel in (KEYED, KEYLESS):
        for peer in map(str, range(1, chats + 1)):
            wanted[channel, peer] = [f"{channel} {peer} line {number}" for number in range(LINES)]
            await store.inbox.accept([says(cuts=True, channel=channel, peer=peer)], clock.now())
    while works := await store.inbox.claim(clock.now(), 100):
        said = [(work, work.conversation.address) for work in works]
        turns = [turn_of(work, *map(send, wanted[where.channel, where.peer])) for work, where in said]
        await store.inbox.commit(turns, clock.now())
    await store.close()
    return wanted


async def _rows(folder: str) -> Rows:
    store = await _store(folder)
    found = await store.database.read(lambda: _asked(_ROWS))
    await store.close()
    return found


async def _store(folder: str) -> Store:
    return await opened(folder, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)


def _asked(sql: Sql) -> Script[Rows]:
    return (yield sql, ())


def _judge(
    report: Report, wanted: Mapping[tuple[str, str], Sequence[str]], told: Mapping[str, Any], rows: Rows, kills: int
) -> None:
    """The screens against what was to be on them."""
    screens: dict[tuple[str, str], list[str]] = defaultdict(list)
    for channel in (KEYED, KEYLESS):
        shown, lost_answers = told[channel]
        report.count(f"{channel}: answers lost by the messenger", lost_answers)
        for peer, text in shown:
            screens[channel, peer].append(text)
    fates = {(row[0], row[1], orjson.loads(row[4])["text"]): (row[2], row[3]) for row in rows}
    doubled = 0
    for (channel, peer), lines in wanted.items():
        seen = screens[channel, peer]
        report.count(f"{channel}: lines", len(lines))
        if channel == KEYED:
            report.must(seen == lines, f"keyed: {peer} was to see {lines} and saw {seen}")
            continue
        times = Counter(seen)
        report.must(
            list(dict.fromkeys(seen)) == [line for line in lines if times[line]], f"out of order: {peer}: {seen}"
        )
        for line in lines:
            status, repeats = fates[channel, peer, line]
            report.must(times[line] <= 1 + repeats, f"keyless: sent {times[line]} times with {repeats} repeats: {line}")
            report.must(times[line] > 0 or status in LISTED, f"keyless: lost silently, {status}: {line}")
            report.count(f"{channel}: never arrived, and listed as such", times[line] == 0)
            doubled += max(0, times[line] - 1)
    report.count(f"{KEYLESS}: doubled", doubled)
    lost = told[KEYLESS][1]
    report.must(doubled <= lost + kills * IN_FLIGHT, f"keyless: {doubled} doubles in {kills} kills, {lost} lost")
