"""Freezes PostgreSQL workers for longer than their lease: a stale worker must not write.

./run harness pause [--pauses N] [--seeded-bug no-fencing]
"""

from __future__ import annotations

import asyncio
import random
import sys

from benchmarks.crash_checks import check_inbox_and_turns
from benchmarks.demo_rulebook import demo_rulebook
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from benchmarks.seeded_bugs import NoVersionCheck, bug
from benchmarks.team import Job, Team
from benchmarks.traffic import Traffic, check_traffic, quiet
from dialog.local_bus import LocalBus
from storage.store import Store
from storage.store_settings import StoreSettings
from tests.servers.postgres import PostgresServer, postgres_server

LEASE = 0.25
SETTINGS = StoreSettings(
    burst_wait=0.01, burst_most=0.03, lease=LEASE, attempts=10_000, retry_pause=0.01, connections=4
)
PEERS = tuple(f"c{number}" for number in range(12))
WORKERS = 3
RATE = 60.0
ONE_NUMBER_ONCE = "ALTER TABLE turn DROP CONSTRAINT uq_turn_conversation_id_number"


def main() -> int:
    """The command."""
    parser = command_line("Freeze workers beyond their lease.", ("no-fencing",))
    parser.add_argument("--pauses", type=int, default=None, help="default 200; 20 with --quick")
    asked = parser.parse_args()
    report = Report("harness pause", seed_of(asked.seed))
    pauses = asked.pauses or (20 if asked.quick else 200)
    with postgres_server() as server:
        url = server.create_database()
        asyncio.run(_prepare(url))
        broken = asked.seeded_bug is not None
        if broken:
            _take_the_last_fence_away(server, url)
        part = NoVersionCheck() if broken else bug(None)
        job = Job(place=url, rulebook=demo_rulebook(), settings=SETTINGS, bug=part, thinking=0.06)
        team = Team(job, WORKERS)
        asyncio.run(_freeze_often(url, team, pauses, report))
        codes = team.stop()
        report.must(codes == [0] * WORKERS, f"workers: ended with {codes}")
        report.figure("writes refused as stale", team.counts["stale"])
        if not broken:
            report.must(team.counts["stale"] > 0, "no pause bit: nothing was shown")
        asyncio.run(_check(url, report))
    return report.finish(as_json=asked.json)


def _take_the_last_fence_away(server: PostgresServer, url: str) -> None:
    """Besides version and lease, two turns with one number are refused by the table itself."""
    server.execute(ONE_NUMBER_ONCE, database=url.rsplit("/", 1)[1])


async def _prepare(url: str) -> None:
    await (await _opened(url)).close()


async def _opened(url: str) -> Store:
    return await opened(url, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)


async def _freeze_often(url: str, team: Team, pauses: int, report: Report) -> None:
    store = await _opened(url)
    chance = random.Random(report.seed)
    traffic = Traffic(store.inbox, RealClock(), PEERS, report.seed)
    enough = asyncio.Event()
    flowing = asyncio.create_task(traffic.flow(RATE, enough))
    for _ in range(pauses):
        await asyncio.sleep(0.02 + chance.random() * 0.1)
        victim = chance.choice(team.pids)
        team.freeze(victim)
        await asyncio.sleep(LEASE * (1.2 + chance.random()))
        team.thaw(victim)
        report.count("pauses beyond the lease")
    enough.set()
    await flowing
    report.must(await quiet(store, 30), "stuck: work left after 30 s")
    await check_traffic(store, traffic, report)
    await store.close()


async def _check(url: str, report: Report) -> None:
    # Once more after the workers' end: a stale writer may have been the last.
    store = await _opened(url)
    again = Report("again", report.seed)
    await check_inbox_and_turns(store.database, again)
    report.violations += [what for what in again.violations if what not in report.violations]
    await store.close()


if __name__ == "__main__":
    sys.exit(main())
