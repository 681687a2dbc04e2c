"""Kills the product again and again and asks the outside world whether it noticed.

./run harness crash [--kills N] [--db sqlite|postgres|both] [--resume DIR] [--seeded-bug NAME]
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.crash_bookers import salon
from benchmarks.crash_checks import check_everything
from benchmarks.crash_life import SETTINGS, Life, be_born
from benchmarks.crash_points import POINTS, SQLITE_POINTS, Death
from benchmarks.crash_provider import Provider
from benchmarks.demo_rulebook import demo_rulebook
from benchmarks.fork import Doom, raise_child
from benchmarks.opened_store import is_postgres, opened
from benchmarks.options import command_line, seed_of
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report, commit, say
from benchmarks.seeded_bugs import BUGS, bug
from dialog.local_bus import LocalBus
from dialog.rulebook import Rulebook
from tests.servers.postgres import PostgresServer, postgres_server

SEGMENT = 200
FRESH = (2, 9)
FRESH_POSTGRES = (1, 5)
"""Fewer, as a life of the same length gets less done there."""
PATIENT = Doom(seconds=60.0, progress="left")


def main() -> int:
    """The command."""
    parser = command_line("Kill the product and look for lost or doubled work.", tuple(BUGS))
    parser.add_argument("--kills", type=int, default=None, help="default 1000; 200 with --quick")
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--resume", type=Path, default=None, help="a folder that adds up the runs of one commit")
    asked = parser.parse_args()
    seed = seed_of(asked.seed)
    report = Report("harness crash", seed)
    kills = asked.kills or (200 if asked.quick else 1000)
    rulebook = demo_rulebook()
    salon()  # read once, here: every life is born with it
    places = {"sqlite": ["sqlite"], "postgres": ["postgres"], "both": ["sqlite", "postgres"]}[asked.db]
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server(durable=True)) if "postgres" in places else None
        for number, size in enumerate(_segments(kills, len(places))):
            place = places[number % len(places)]
            segment = Segment(seed + number, size, asked.seeded_bug, rulebook)
            found = segment.run(place, server)
            _add(report, found)
            if asked.resume is not None:
                _remember(asked.resume, place, segment, found)
            if report.violations:
                break
    if asked.resume is not None:
        _sum_up(asked.resume, report)
    return report.finish(as_json=asked.json)


def _segments(kills: int, least: int) -> Iterator[int]:
    size = min(SEGMENT, max(1, kills // least))
    while kills > 0:
        yield min(size, kills)
        kills -= size


class Segment:
    """So many kills of one database, then a last life that ends all work, then the checks."""

    def __init__(self, seed: int, kills: int, bug_name: str | None, rulebook: Rulebook) -> None:
        self.seed = seed
        self.kills = kills
        self._bug = bug_name
        self._rulebook = rulebook
        self._chance = random.Random(seed)
        self._provider = Provider(random.Random(seed + 1))

    def run(self, place: str, server: PostgresServer | None) -> Report:
        """Everything, on a database of its own."""
        report = Report(f"segment {place}", self.seed)
        started = time.monotonic()
        with _database(place, server) as where:
            asyncio.run(_prepare(where))
            gc.collect()
            gc.freeze()
            self._die_often(where, report)
            asyncio.run(self._check(where, report))
        report.count(f"kills on {place}", int(report.figures.get("kills", 0)))
        seconds = time.monotonic() - started
        say(
            f"{place}, seed {self.seed}: {report.figures.get('kills', 0)} kills in {seconds:.1f} s, "
            f"{len(report.violations)} violations"
        )
        return report

    def _die_often(self, where: str, report: Report) -> None:
        number = 0
        while int(report.figures.get("kills", 0)) < self.kills:
            number += 1
            self._live(where, number, report)
        self._live(where, number + 1, report, last=True)

    def _live(self, where: str, number: int, report: Report, *, last: bool = False) -> None:
        point, visit = self._point(where)
        named = not last and self._chance.random() < 0.6
        fresh = FRESH_POSTGRES if is_postgres(where) else FRESH
        life = Life(
            number=number,
            place=where,
            batches=self._provider.batches(0 if last else self._chance.randint(*fresh)),
            seen=self._provider.seen(),
            death=Death(point, visit) if named else Death(),
            seed=self._chance.getrandbits(48),
            last=last,
        )
        born = partial(be_born, life, rulebook=self._rulebook, bug=bug(self._bug))
        ending = raise_child(born, self._provider.heard, doom=PATIENT if last else self._doom(named))
        if last:
            report.must(ending.code == 0, f"last life: ended with {ending.code}, killed for lateness: {ending.by_us}")
            return
        report.must(ending.code == -9, f"life {number}: ended with {ending.code}")
        report.count("kills")
        report.count("kills at random" if ending.by_us else f"kills at {point}")

    def _doom(self, named: bool) -> Doom:
        chance = self._chance
        if named:
            # Somewhere else when the point is not reached.
            return Doom(seconds=1.0, lines=60)
        if chance.random() < 0.15:
            return Doom(seconds=chance.random() * 0.05)
        return Doom(seconds=1.0, lines=chance.randint(1, 50), delay=chance.random() * 0.006)

    def _point(self, where: str) -> tuple[str, int]:
        points = POINTS if is_postgres(where) else (*POINTS, *SQLITE_POINTS)
        return self._chance.choice(points), self._chance.choice((1, 1, 1, 2, 3))

    async def _check(self, where: str, report: Report) -> None:
        store = await opened(where, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)
        try:
            await check_everything(store.database, self._provider, report, int(report.figures["kills"]))
        finally:
            await store.close()


@contextmanager
def _database(place: str, server: PostgresServer | None) -> Iterator[str]:
    if server is not None and place == "postgres":
        url = server.create_database()
        yield url
        server.drop_database(url)
    else:
        with tempfile.TemporaryDirectory(prefix="zabota-crash-") as folder:
            yield folder


async def _prepare(where: str) -> None:
    store = await opened(where, clock=RealClock(), dice=SeededDice(0), bus=LocalBus(), settings=SETTINGS)
    await store.close()


def _add(report: Report, found: Report) -> None:
    for name, value in found.figures.items():
        report.count(name, int(value))
    report.violations += found.violations


def _remember(folder: Path, place: str, segment: Segment, found: Report) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    line = {"commit": commit(), "place": place, "seed": segment.seed, "figures": found.figures, "bad": found.violations}
    with (folder / "segments.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


def _sum_up(folder: Path, report: Report) -> None:
    here = commit()
    kept = [json.loads(line) for line in (folder / "segments.jsonl").read_text().splitlines()]
    mine = [one for one in kept if one["commit"] == here]
    report.figure("all runs of this commit: segments", len(mine))
    report.figure("all runs of this commit: kills", sum(one["figures"].get("kills", 0) for one in mine))
    report.figure("all runs of this commit: violations", sum(len(one["bad"]) for one in mine))


if __name__ == "__main__":
    sys.exit(main())
