"""What a turn costs beside bare writes of the same rows.

./run bench turns [--db sqlite|postgres|both] [--quick]

The ratios are what is judged: absolute figures move with the machine and with whoever else works on it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.floor_postgres import PostgresFloor
from benchmarks.floor_sqlite import SqliteFloor
from benchmarks.hook_costs import hook_costs
from benchmarks.measured_engine import MeasuredEngine
from benchmarks.options import command_line, seed_of
from benchmarks.report import Report, percentile, say, table
from benchmarks.turn_costs import Batch, Peers, beside, closed_loop, idle_memory, open_loop
from benchmarks.turn_places import Places, measured_sizes
from benchmarks.written_rows import RowSizes
from storage.open_store import sqlite_path
from tests.servers.postgres import postgres_server

BATCH = 32
ENGINE, FLOOR, ARRAYS = "engine", "floor", "floor, accepting in one"
GOALS = {
    "sqlite": {"cpu_us": 250.0, "ratio": 6.0, "p99_ms": 15.0, "hook_us": 400.0},
    "postgres": {"cpu_us": 600.0, "ratio": 5.0, "p99_ms": 60.0, "hook_us": 600.0},
}
PARTS = ("beside", "loaded", "idle", "hooks", "growth")
"""``beside`` (the floor) is always measured."""
NOISE = 1.5
"""A shared machine may cost so much more before an absolute figure is called missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long to measure."""

    conversations: int
    turns: int
    rounds: int
    seconds: float
    grown: int
    touched: int


QUICK = Size(conversations=1_000, turns=320, rounds=3, seconds=0.6, grown=50_000, touched=2_000)
FULL = Size(conversations=1_000, turns=1_920, rounds=5, seconds=8.0, grown=1_000_000, touched=40_000)


def main() -> int:
    """The command."""
    parser = command_line("Engine turns beside the floor.")
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--seeded-bug", choices=("slow-turn",), help="swap one part for a broken one")
    asked = parser.parse_args()
    report = Report("bench turns", seed_of(asked.seed))
    size = QUICK if asked.quick else FULL
    for kind in ("sqlite", "postgres") if asked.db == "both" else (asked.db,):
        with ExitStack() as stack:
            server = stack.enter_context(postgres_server(durable=True)) if kind == "postgres" else None
            Bench(Places(server), size, report, slow=bool(asked.seeded_bug)).run(asked.parts.split(","))
    return report.finish(as_json=asked.json)


class Bench:
    """Everything on one database."""

    def __init__(self, places: Places, size: Size, report: Report, *, slow: bool) -> None:
        self._places = places
        self._size = size
        self._report = report
        self._slow = slow
        self._sizes = RowSizes()
        self._rows: list[Sequence[object]] = []
        self._busy = os.getloadavg()[0] > (os.cpu_count() or 1)

    def run(self, parts: Sequence[str]) -> None:
        """Learn the sizes, measure beside the floor, under load, idle, called by messengers, grown."""
        kind = self._places.kind
        with self._places.made(0, self._sizes) as place:
            self._sizes = asyncio.run(self._learn(place))
        with self._places.made(self._size.conversations, self._sizes) as place:
            with self._places.made(self._size.conversations, self._sizes) as floor_place:
                asyncio.run(self._beside(place, floor_place))
            if "loaded" in parts:
                asyncio.run(self._loaded(place))
        say(f"\n{kind}: {self._size.conversations:,} conversations, rounds of {self._size.turns} turns, {self._sizes}")
        table(("turns", "CPU us a turn", "times the floor", "p50 / p99 ms a batch"), self._rows)
        if kind == "sqlite" and "idle" in parts:
            with self._places.made(self._size.touched, self._sizes) as place:
                asyncio.run(self._idle(place))
        if "hooks" in parts:
            with self._places.made(0, self._sizes) as place:
                asyncio.run(self._hooks(place))
        if "growth" in parts:
            self._grow()

    async def _learn(self, place: str) -> RowSizes:
        async with await MeasuredEngine.open(place, "learn") as engine:
            peers = Peers(self._size.conversations, 1)
            for _ in range(20):
                await engine.batch(peers.some(BATCH))
        return await measured_sizes(place)

    async def _beside(self, place: str, floor_place: str) -> None:
        if self._places.kind == "sqlite":
            local = SqliteFloor(str(sqlite_path(Path(floor_place))), self._sizes)

            async def bare(peers: Sequence[str]) -> None:
                local.batch(peers)

            await self._compare(place, {FLOOR: bare})
            local.close()
        else:
            remote = await PostgresFloor.open(floor_place, self._sizes)

            async def together(peers: Sequence[str]) -> None:
                remote.together = True
                await remote.batch(peers)
                remote.together = False

            await self._compare(place, {FLOOR: remote.batch, ARRAYS: together})
            await remote.close()

    async def _compare(self, place: str, sides: dict[str, Batch]) -> None:
        peers = Peers(self._size.conversations, self._report.seed)
        async with await MeasuredEngine.open(place, "beside") as engine:
            sides[ENGINE] = self._slowed(engine.batch)
            for batch in (1, BATCH):
                turns = self._size.turns if batch > 1 else self._size.turns // 2
                found = await beside(sides, peers, batch=batch, turns=turns, rounds=self._size.rounds)
                await engine.dispatch.once()
                self._nothing_late(engine)
                self._note(batch, found[ENGINE].cpu_us, found[FLOOR].cpu_us)
                name = "1 a commit" if batch == 1 else f"{batch} in flight"
                for side, sample in found.items():
                    latency = f"{sample.latency_ms(0.5):.2f} / {sample.latency_ms(0.99):.2f}"
                    times = sample.cpu_us / found[FLOOR].cpu_us
                    self._rows.append((f"{name}: {side}", sample.cpu_us, times, latency))

    def _slowed(self, side: Batch) -> Batch:
        if not self._slow:
            return side

        async def slow(peers: Sequence[str]) -> None:
            await side(peers)
            for _ in peers:
                sum(range(120_000))

        return slow

    def _note(self, batch: int, engine: float, floor: float) -> None:
        kind, goals = self._places.kind, GOALS[self._places.kind]
        name = f"{kind}: {'serial' if batch == 1 else f'{batch} in flight'}"
        self._report.figure(f"{name}, engine CPU us a turn", engine)
        self._report.figure(f"{name}, times the floor", engine / floor)
        if batch > 1:
            self._report.must(
                engine / floor <= goals["ratio"],
                f"ratio: {engine / floor:.1f}x the floor on {kind}, goal {goals['ratio']}x",
            )
            self._absolute(engine <= goals["cpu_us"] * NOISE, f"cpu: {engine:.0f} us a turn on {kind}")

    def _absolute(self, holds: bool, what: str) -> None:
        """Absolute goals are judged in long runs on a machine that nobody else uses."""
        if not holds and (self._size is QUICK or self._busy):
            say(f"missed, not judged ({'quick' if self._size is QUICK else 'busy machine'}): {what}")
        else:
            self._report.must(holds, what)

    async def _loaded(self, place: str) -> None:
        kind = self._places.kind
        peers = Peers(self._size.conversations, self._report.seed + 1)
        async with await MeasuredEngine.open(place, "loaded") as engine:
            engine.start()
            await closed_loop(engine, peers, chats=BATCH, seconds=0.3)
            alone = await closed_loop(engine, peers, chats=1, seconds=self._size.seconds)
            most = await closed_loop(engine, peers, chats=BATCH, seconds=self._size.seconds)
            latencies = await open_loop(engine, peers, rate=most / 2, seconds=self._size.seconds * 2)
        figure = self._report.figure
        figure(f"{kind}: turns/s, 1 chat", alone)
        figure(f"{kind}: turns/s, {BATCH} chats", most)
        figure(f"{kind}: half load p50 ms ({most / 2:.0f}/s)", percentile(latencies, 0.5) * 1e3)
        self._nothing_late(engine)
        p99 = percentile(latencies, 0.99) * 1e3
        figure(f"{kind}: half load p99 ms", p99)
        self._report.must(most >= alone, f"concurrency: {most:.0f}/s with {BATCH} chats, {alone:.0f}/s with one")
        self._absolute(p99 <= GOALS[kind]["p99_ms"], f"p99: {p99:.0f} ms at half load on {kind}")

    def _nothing_late(self, engine: MeasuredEngine) -> None:
        self._report.must(engine.late == 0, f"shown late: {engine.late} lines were left to the dispatcher")

    async def _idle(self, place: str) -> None:
        async with await MeasuredEngine.open(place, "idle") as engine:
            objects, resident = await idle_memory(engine, self._size.touched)
        self._report.figure("sqlite: MB of objects for 100,000 idle conversations", objects)
        self._report.must(objects <= 20, f"memory: {objects:.0f} MB of objects for 100,000 idle conversations")
        if self._size is not QUICK:
            # A short run only shows how the database's own cache fills up to its limit.
            self._report.figure("sqlite: MB resident for 100,000 idle conversations", resident)
            self._report.must(resident <= 20, f"memory: {resident:.0f} MB for 100,000 idle conversations")

    async def _hooks(self, place: str) -> None:
        kind, calls = self._places.kind, self._size.turns * self._size.rounds
        async with await MeasuredEngine.open(place, "hooks") as engine:
            found = await hook_costs(engine.store, calls=calls, at_once=BATCH)
        self._report.figure(f"{kind}: CPU us a webhook, {BATCH} at once", found.cost.cpu_us)
        self._report.figure(f"{kind}: webhook answered p50 ms", percentile(found.latencies, 0.5) * 1e3)
        self._report.figure(f"{kind}: webhook answered p99 ms", percentile(found.latencies, 0.99) * 1e3)
        lost = f"webhooks: {found.refused} refused, {found.stored} stored of {calls}"
        self._report.must(found.refused == 0 and found.stored == calls, lost)
        goal = GOALS[kind]["hook_us"]
        self._absolute(found.cost.cpu_us <= goal * NOISE, f"webhook: {found.cost.cpu_us:.0f} us on {kind}")

    def _grow(self) -> None:
        found = {}
        for conversations in (self._size.conversations, self._size.grown):
            with self._places.made(conversations, RowSizes()) as place:
                found[conversations] = asyncio.run(self._cost_at(place, conversations))
            gc.collect()
        rows = [(f"{count:,} conversations", cpu, p50, p99) for count, (cpu, p50, p99) in found.items()]
        say(f"\n{self._places.kind}: growth")
        table(("one commit a turn", "engine us", "p50 ms", "p99 ms"), rows)
        small, big = found[self._size.conversations], found[self._size.grown]
        name = f"{self._places.kind}: 1,000 -> {self._size.grown:,} conversations"
        self._report.figure(f"{name}, CPU times", big[0] / small[0])
        self._report.figure(f"{name}, p50 times", big[1] / small[1])
        self._report.figure(f"{name}, p99 times", big[2] / small[2])
        self._report.must(big[0] / small[0] <= 2.5, f"growth: CPU {big[0] / small[0]:.1f}x from {rows[0][0]}")

    async def _cost_at(self, place: str, conversations: int) -> tuple[float, float, float]:
        peers = Peers(conversations, self._report.seed + 2)
        async with await MeasuredEngine.open(place, "grown") as engine:
            found = await beside(
                {ENGINE: engine.batch}, peers, batch=1, turns=self._size.turns, rounds=self._size.rounds
            )
        sample = found[ENGINE]
        return sample.cpu_us, sample.latency_ms(0.5), sample.latency_ms(0.99)


if __name__ == "__main__":
    sys.exit(main())
