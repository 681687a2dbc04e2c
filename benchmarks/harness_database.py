"""A database that is locked, full or restarted under load: refused or delayed, never lost or half written.

./run harness database [--part locked|full|restarted] [--seconds N] [--seeded-bug NAME]
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.demo_rulebook import demo_rulebook
from benchmarks.locker import Locker
from benchmarks.one_process import OneProcess
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from benchmarks.seeded_bugs import NoDedupe, bug
from benchmarks.team import Job, Team
from benchmarks.traffic import Traffic, check_traffic, quiet
from dialog.local_bus import LocalBus
from dialog.rulebook import Rulebook
from storage.open_store import TransactionParts, sqlite_path
from storage.sqlite.transactions import Transactions
from storage.sqlite_library import Connection, Error
from storage.store import Store
from storage.store_settings import StoreSettings
from tests.servers.postgres import PostgresServer, postgres_server

PARTS = ("locked", "full", "restarted")
BUGS = {"unaware-of-rollback": "full", "no-dedupe": "restarted"}
SETTINGS = StoreSettings(burst_wait=0.01, burst_most=0.03, lease=0.5, attempts=10_000, retry_pause=0.01)
PEERS = tuple(f"c{number}" for number in range(10))
RATE = 60.0
LONGEST_REFUSAL = 3.0
"""A webhook must have its 503 after 2 seconds; one more for a machine that others use."""
LONGEST_RECOVERY = 2.0
LONGEST_SILENCE = 60.0


def main() -> int:
    """The command."""
    parser = command_line("Lock, fill and restart the database under load.", tuple(BUGS))
    parser.add_argument("--part", choices=(*PARTS, "all"), default="all")
    parser.add_argument("--seconds", type=float, default=None, help="for each part; default 60, 5 with --quick")
    asked = parser.parse_args()
    report = Report("harness database", seed_of(asked.seed))
    # The driver reports every refused connection, and there will be thousands.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    seconds = asked.seconds or (5.0 if asked.quick else 60.0)
    rulebook = demo_rulebook()
    broken = asked.seeded_bug
    chosen = (BUGS[broken],) if broken else PARTS if asked.part == "all" else (asked.part,)
    for part in chosen:
        own = Report(part, report.seed)
        _run(part, own, rulebook, seconds, broken)
        report.figures |= {f"{part}: {name}": value for name, value in own.figures.items()}
        report.violations += own.violations
    return report.finish(as_json=asked.json)


def _run(part: str, report: Report, rulebook: Rulebook, seconds: float, broken: str | None) -> None:
    if part == "restarted":
        with postgres_server(durable=True) as server:
            restarted(server, report, rulebook, seconds, broken)
        return
    with tempfile.TemporaryDirectory(prefix="zabota-database-") as folder:
        asyncio.run(_prepare(folder))
        if part == "locked":
            with Locker(str(sqlite_path(Path(folder)))) as locker:
                asyncio.run(locked(folder, locker, report, rulebook, seconds))
        else:
            asyncio.run(full(folder, report, rulebook, seconds, broken))


async def _prepare(place: str) -> None:
    store = await opened(place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)
    await store.close()


async def locked(folder: str, locker: Locker, report: Report, rulebook: Rulebook, seconds: float) -> None:
    """Another process holds the write lock again and again."""
    chance = random.Random(report.seed)
    async with OneProcess(folder, rulebook, SETTINGS) as process:
        traffic = Traffic(process.store.inbox, process.clock, PEERS, report.seed)
        enough = asyncio.Event()
        flowing = asyncio.create_task(traffic.flow(RATE, enough))
        ends = time.monotonic() + seconds
        recoveries: list[float] = []
        while time.monotonic() < ends:
            await asyncio.sleep(0.1 + chance.random() * 0.4)
            # The first is longer than anybody waits, so that something is refused in the shortest run.
            some = chance.choice((0.3, 1.0, 2.5, 0.3 + chance.random() * min(30.0, seconds / 3)))
            hold = some if recoveries else 2.5
            await asyncio.to_thread(locker.hold, hold)
            await asyncio.sleep(hold)
            recoveries.append(await _recovery(traffic))
            report.count("locks held")
        enough.set()
        await flowing
        report.figure("slowest recovery s", max(recoveries))
        report.must(max(recoveries) <= LONGEST_RECOVERY, f"recovery: {max(recoveries):.1f} s after the lock was gone")
        longest = max(traffic.waits)
        report.must(longest <= LONGEST_REFUSAL, f"answer: a message waited {longest:.1f} s for its yes or no")
        report.must(traffic.refused > 0, "nothing was refused: nothing was shown")
        await _end(process, traffic, report)


async def _recovery(traffic: Traffic) -> float:
    started = time.monotonic()
    heard = len(traffic.provider.acknowledged)
    while True:
        await asyncio.sleep(0.01)
        took = time.monotonic() - started
        if len(traffic.provider.acknowledged) > heard or took > 10:
            return took


async def _answered(flowing: asyncio.Task[None], report: Report) -> bool:
    """Wait until everybody has his yes or no. Somebody who never gets one is a violation that ends the run."""
    try:
        await asyncio.wait_for(flowing, LONGEST_SILENCE)
    except TimeoutError:
        report.violation(f"stuck: a message waits for its yes or no for {LONGEST_SILENCE:.0f} s")
        return False
    return True


async def _end(process: OneProcess, traffic: Traffic, report: Report) -> None:
    report.must(await quiet(process.store, 30), "stuck: work left after 30 s")
    report.must(not process.dead_loops, f"loop died: {process.dead_loops}")
    await check_traffic(process.store, traffic, report)


class Disk:
    """How many pages the file may have; 0 for any number."""

    def __init__(self) -> None:
        self.limited = False
        self._was = False

    def look(self, connection: Connection) -> None:
        """Called before each transaction, in the thread of the connection."""
        if self.limited != self._was:
            self._was = self.limited
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages if self.limited else 1_073_741_823}")


async def full(folder: str, report: Report, rulebook: Rulebook, seconds: float, broken: str | None) -> None:
    """The disk is full for a while: no page more than there are."""
    disk = Disk()
    chance = random.Random(report.seed)

    class OnDisk(Transactions):
        def __init__(self, connection: Connection) -> None:
            super().__init__(connection)
            self._looked_at = connection

        def begin(self) -> None:
            disk.look(self._looked_at)
            super().begin()

        @property
        def open(self) -> bool:
            # A limit of pages fails one statement; a real full disk may also end the transaction, so half do here.
            if disk.limited and chance.random() < 0.5:
                self.roll_back()
            return super().open

    class Unaware(OnDisk):
        """Does not know that SQLite ends the whole transaction by itself when the disk is full."""

        @property
        def open(self) -> bool:
            super().open  # noqa: B018 # ends it, and nobody looks
            return True

        def keep(self) -> None:
            with suppress(Error):
                super().keep()

        def undo(self) -> None:
            with suppress(Error):
                super().undo()

        def commit(self) -> None:
            with suppress(Error):
                super().commit()

    parts = TransactionParts(sqlite=Unaware if broken else OnDisk)
    async with OneProcess(folder, rulebook, SETTINGS, parts) as process:
        traffic = Traffic(process.store.inbox, process.clock, PEERS, report.seed)
        enough = asyncio.Event()
        flowing = asyncio.create_task(traffic.flow(RATE, enough, together=16))
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await asyncio.sleep(0.05 + chance.random() * 0.15)
            disk.limited = True
            await asyncio.sleep(0.05 + chance.random() * 0.25)
            disk.limited = False
            report.count("times the disk was full")
        enough.set()
        if not await _answered(flowing, report):
            return
        report.must(traffic.refused > 0, "nothing was refused: nothing was shown")
        await _end(process, traffic, report)


def restarted(server: PostgresServer, report: Report, rulebook: Rulebook, seconds: float, broken: str | None) -> None:
    """PostgreSQL is stopped and started again and again, half of the times as in a crash."""
    url = server.create_database()
    asyncio.run(_prepare(url))
    team = Team(Job(place=url, rulebook=rulebook, settings=SETTINGS, poll_seconds=0.1), 2)
    asyncio.run(_restart_often(server, url, report, seconds, broken))
    codes = team.stop()
    report.must(codes == [0, 0], f"workers: ended with {codes}")


async def _restart_often(server: PostgresServer, url: str, report: Report, seconds: float, broken: str | None) -> None:
    store: Store = await opened(url, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)
    chance = random.Random(report.seed)
    part = NoDedupe() if broken else bug(None)
    traffic = Traffic(part.inbox(store.inbox), RealClock(), PEERS, report.seed)
    enough = asyncio.Event()
    flowing = asyncio.create_task(traffic.flow(RATE, enough))
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await asyncio.sleep(0.5 + chance.random() * min(5.0, seconds / 6))
        how = chance.choice((signal.SIGINT, signal.SIGQUIT))
        await asyncio.to_thread(server.stop, how)
        await asyncio.sleep(chance.random() * 0.5)
        await asyncio.to_thread(server.start)
        report.count(f"restarts by {how.name}")
    enough.set()
    if await _answered(flowing, report):
        report.must(traffic.refused > 0, "nothing was refused: nothing was shown")
        report.must(await quiet(store, 60), "stuck: work left after 60 s")
        await check_traffic(store, traffic, report)
    await store.close()


if __name__ == "__main__":
    sys.exit(main())
