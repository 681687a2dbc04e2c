"""Restarts the real server gracefully under load: nothing acknowledged is lost, every stop is clean and quick.

./run harness restart [--restarts N] [--db sqlite|postgres] [--seeded-bug ack-before-commit]
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks.crash_checks import check_inbox_and_turns, check_invariants, check_transcripts_of
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report, percentile
from benchmarks.server_process import HASTY, ServerProcess
from benchmarks.site_visitors import Visitors
from dialog.local_bus import LocalBus
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings
from tests.servers.postgres import postgres_server

VISITORS = 12
RATE = 15.0
LONGEST_STOP = 10.0
SLOWEST_P99 = 2.0
SETTINGS = {"ZABOTA_TRUSTED_PROXIES": "127.0.0.1", "ZABOTA_CHAT_SESSIONS_PER_MINUTE": "600"}
_UNKNOWN = Sql("SELECT count(*) FROM outbox WHERE status = 'unknown'")
_NEW = Sql("SELECT count(*) FROM inbox WHERE status = 'new'")


def main() -> int:
    """The command."""
    parser = command_line("Restart the server under load.", (HASTY,))
    parser.add_argument("--restarts", type=int, default=None, help="default 100; 3 with --quick")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    asked = parser.parse_args()
    report = Report("harness restart", seed_of(asked.seed))
    restarts = asked.restarts or (3 if asked.quick else 100)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zabota-restart-")))
        environment = dict(SETTINGS)
        place = str(folder)
        if asked.db == "postgres":
            place = stack.enter_context(postgres_server(durable=True)).create_database()
            environment["DATABASE_URL"] = place
        servers = [
            ServerProcess(folder, environment=environment, bug=asked.seeded_bug or "")
            for _ in range(2 if asked.db == "postgres" else 1)
        ]
        report.figure("first start s", max(server.start() for server in servers))
        asyncio.run(_under_load(servers, restarts, report))
        for server in servers:
            _stop(server, report)
        asyncio.run(_check(place, report))
    return report.finish(as_json=asked.json)


async def _under_load(servers: list[ServerProcess], restarts: int, report: Report) -> None:
    visitors = Visitors([server.url for server in servers], VISITORS, report.seed)
    await visitors.arrive()
    enough = asyncio.Event()
    writing = asyncio.create_task(visitors.write(RATE, enough))
    starts: list[float] = []
    for number in range(restarts):
        await asyncio.sleep(0.8)
        server = servers[number % len(servers)]
        await asyncio.to_thread(_stop, server, report)
        starts.append(await asyncio.to_thread(server.start))
        report.count("graceful restarts")
    enough.set()
    await writing
    report.figure("slowest start s", max(starts))
    report.figure("line acknowledged p50 ms", percentile(visitors.latencies, 0.5) * 1e3)
    p99 = percentile(visitors.latencies, 0.99)
    report.figure("line acknowledged p99 ms", p99 * 1e3)
    if len(servers) > 1:
        report.must(p99 <= SLOWEST_P99, f"slow: p99 {p99:.1f} s although another server runs")
    for status, count in sorted(visitors.statuses.items()):
        report.figure(f"HTTP {status}", count)
        report.must(not (status.startswith("5") and status != "503"), f"error: {count} answers {status}")
    await asyncio.sleep(4.0)
    for visitor in visitors.people:
        lines = await visitors.transcript(visitor)
        seen = Counter(str(line["client_id"]) for line in lines if line["author"] == "client")
        lost = [one for one in visitor.acknowledged if seen[one] == 0]
        twice = [one for one, times in seen.items() if times > 1]
        order = [line["client_id"] for line in lines if line["author"] == "client"]
        report.must(not lost, f"acknowledged lost: {len(lost)} of {len(visitor.acknowledged)}")
        report.must(not twice, f"shown twice: {twice[:2]}")
        report.must(bool(lost) or order == visitor.acknowledged, "order: a visitor's lines were shuffled")
        report.must(bool(lines) and lines[-1]["author"] != "client", "unanswered: the last line is the visitor's")
        report.count("lines acknowledged", len(visitor.acknowledged))
    await visitors.close()


def _stop(server: ServerProcess, report: Report) -> None:
    code, seconds = server.stop(signal.SIGTERM)
    report.must(code == 0, f"stop: exit code {code}")
    report.must(seconds <= LONGEST_STOP, f"stop: took {seconds:.1f} s")
    report.figure("slowest stop s", max(seconds, float(report.figures.get("slowest stop s", 0.0))))


async def _check(place: str, report: Report) -> None:
    settings = StoreSettings()
    store = await opened(place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=settings)
    await check_inbox_and_turns(store.database, report)
    await check_transcripts_of(store.database, report)
    await check_invariants(store.database, report)
    unknown = await store.database.read(lambda: _number(_UNKNOWN))
    report.must(unknown == 0, f"unknown: {unknown} lines")
    waiting = await store.database.read(lambda: _number(_NEW))
    report.must(waiting == 0, f"left: {waiting} messages without a turn")
    await store.close()


def _number(sql: Sql) -> Script[int]:
    found: int = (yield sql, ())[0][0]
    return found


if __name__ == "__main__":
    sys.exit(main())
