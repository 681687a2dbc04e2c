"""Many processes fight for the same masters' time: no slot is ever sold twice, and nothing ends in an error.

./run harness booking [--attempts N] [--db sqlite|postgres|both] [--seeded-bug NAME]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection

from benchmarks.book_bugs import BOOK_BUGS, BookBug
from benchmarks.book_fight import RULES, SETTINGS, FastClock, Fight, fight, prepare, terms, to_shared_mode
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from dialog.local_bus import LocalBus
from storage.book_invariants import BOOK_INVARIANTS
from storage.invariants import violations
from storage.moments import micros
from tests.servers.postgres import postgres_server

PROCESSES = 4
TASKS = 4
ONE_PROCESS_TASKS = 32
QUICK, LONG = 20_000, 200_000


def main() -> int:
    """The command."""
    parser = command_line("Fight for slots.", tuple(BOOK_BUGS))
    parser.add_argument("--attempts", type=int, default=None, help=f"default {LONG}; {QUICK} with --quick")
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    asked = parser.parse_args()
    report = Report("harness booking", seed_of(asked.seed))
    attempts = asked.attempts or (QUICK if asked.quick else LONG)
    bug = BOOK_BUGS[asked.seeded_bug]() if asked.seeded_bug else BookBug()
    ways = [way for way in WAYS if asked.db in ("both", way.split()[0])]
    for number, way in enumerate(ways):
        with _database(way) as place:
            _one(
                way, place, attempts * WAYS[way] // sum(WAYS[each] for each in ways), report.seed + number, bug, report
            )
    return report.finish(as_json=asked.json)


WAYS = {"postgres processes": 1, "sqlite tasks": 6, "sqlite processes": 3}
"""With their shares of the attempts. Several processes share a SQLite file only in DELETE mode: the product never."""


@contextmanager
def _database(way: str) -> Iterator[str]:
    if way.startswith("sqlite"):
        with tempfile.TemporaryDirectory(prefix="zabota-booking-") as folder:
            yield folder
    else:
        with postgres_server() as server:
            yield server.create_database()


def _one(way: str, place: str, attempts: int, seed: int, bug: BookBug, report: Report) -> None:
    people = asyncio.run(prepare(place))
    asyncio.run(bug.prepare(place))
    alone = way == "sqlite tasks"
    if way == "sqlite processes":
        to_shared_mode(place)
    processes = 1 if alone else PROCESSES
    task = Fight(
        place=place,
        shared=way == "sqlite processes",
        attempts=-(-attempts // processes),
        tasks=ONE_PROCESS_TASKS if alone else TASKS,
        seed=seed,
        began=time.time(),
        people=people,
        book=bug.book,
    )
    started = time.monotonic()
    counts = _raise([replace(task, seed=seed * 100 + number) for number in range(processes)])
    seconds = time.monotonic() - started
    report.figure(f"{way}: attempts", counts["attempts"])
    report.figure(f"{way}: attempts a second", round(counts["attempts"] / seconds))
    for name, count in sorted(counts.items()):
        if name.startswith("UNHANDLED"):
            report.violation(f"{way}: {count} times {name}")
        elif name.startswith("refused") or name.endswith("done"):
            report.count(name, count)
    report.must(counts["attempts"] >= attempts, f"{way}: only {counts['attempts']} attempts came to an end")
    report.must(counts["refused: slot_taken"] > 0, f"{way}: nobody fought")
    asyncio.run(_check(way, place, task, bug, report))


def _raise(tasks: Sequence[Fight]) -> Counter[str]:
    """Run the fighters, each in a process of its own."""
    context = multiprocessing.get_context("fork")
    started = []
    for task in tasks:
        ours, theirs = context.Pipe()
        process = context.Process(target=_be, args=(task, theirs))
        process.start()
        theirs.close()
        started.append((process, ours))
    counts: Counter[str] = Counter()
    for process, ours in started:
        try:
            counts += ours.recv()
        except EOFError:
            counts["UNHANDLED death of a process"] += 1
        process.join()
    return counts


def _be(task: Fight, told: Connection) -> None:
    told.send(asyncio.run(fight(task)))


async def _check(way: str, place: str, task: Fight, bug: BookBug, report: Report) -> None:
    """The tables afterwards, by queries that know nothing of constraints."""
    now = FastClock(task.began).now() + timedelta(minutes=RULES.hold_minutes + 2)
    store = await opened(place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)
    store.book.goes_by(terms)
    await bug.book(store.book).expire(now)
    try:
        for found in await violations(store.database, micros(now)):
            if found.rule in BOOK_INVARIANTS:
                report.violation(f"{found.rule}: {way}, for instance {found.rows[:3]}")
    finally:
        await store.close()


if __name__ == "__main__":
    sys.exit(main())
