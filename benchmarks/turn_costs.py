"""Measurements of turns: beside the floor in turn, closed loop, open loop, memory."""

from __future__ import annotations

import asyncio
import gc
import random
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import psutil

from benchmarks.measured_engine import Cost, MeasuredEngine
from benchmarks.report import percentile
from benchmarks.turn_mix import peer_name

Batch = Callable[[Sequence[str]], Awaitable[None]]


@dataclass(slots=True)
class Sample:
    """Costs of rounds, and how long single batches took (seconds)."""

    rounds: list[Cost] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def cpu_us(self) -> float:
        """The median round's processor time a turn, microseconds."""
        return percentile([cost.cpu_us for cost in self.rounds], 0.5)

    @property
    def rate(self) -> float:
        """Turns a second of the median round."""
        return percentile([cost.turns / cost.wall for cost in self.rounds], 0.5)

    def latency_ms(self, share: float) -> float:
        """A percentile of a batch's duration."""
        return percentile(self.latencies, share) * 1e3


class Peers:
    """Random clients, no two alike in one batch."""

    def __init__(self, conversations: int, seed: int) -> None:
        self._random = random.Random(seed)
        self._conversations = conversations

    def some(self, count: int) -> list[str]:
        """``count`` different clients."""
        return [peer_name(number) for number in self._random.sample(range(1, self._conversations + 1), count)]


async def beside(sides: dict[str, Batch], peers: Peers, *, batch: int, turns: int, rounds: int) -> dict[str, Sample]:
    """Every side in every round, in changing order, so that what disturbs the machine disturbs them all."""
    samples = {name: Sample() for name in sides}
    names = list(sides)
    for number in range(-1, rounds):
        for name in names if number % 2 else reversed(names):
            gc.collect()
            cost, latencies = await _timed(sides[name], peers, batch, turns)
            if number >= 0:
                samples[name].rounds.append(cost)
                samples[name].latencies += latencies
    return samples


async def _timed(side: Batch, peers: Peers, batch: int, turns: int) -> tuple[Cost, list[float]]:
    latencies: list[float] = []
    times = max(1, turns // batch)
    chosen = [peers.some(batch) for _ in range(times)]
    wall, cpu = time.perf_counter(), time.process_time()
    for group in chosen:
        before = time.perf_counter()
        await side(group)
        latencies.append(time.perf_counter() - before)
    return Cost(times * batch, time.process_time() - cpu, time.perf_counter() - wall), latencies


async def closed_loop(engine: MeasuredEngine, peers: Peers, *, chats: int, seconds: float) -> float:
    """Turns a second when ``chats`` clients each write again as soon as they are answered."""
    ends = time.perf_counter() + seconds
    done = 0

    async def client(peer: str) -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await engine.one(peer)
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(client(peer) for peer in peers.some(chats)))
    return done / (time.perf_counter() - started)


async def open_loop(engine: MeasuredEngine, peers: Peers, *, rate: float, seconds: float) -> list[float]:
    """Seconds from the moment a message was due to its answer, at ``rate`` messages a second whatever happens."""
    chance = random.Random(3)
    crowd = peers.some(min(1000, int(rate * seconds) + 1))
    busy: set[str] = set()
    latencies: list[float] = []
    tasks: set[asyncio.Task[None]] = set()

    async def write(peer: str, due: float) -> None:
        latencies.append(await engine.one(peer) - due)
        busy.discard(peer)

    due = time.perf_counter()
    ends = due + seconds
    while due < ends:
        due += chance.expovariate(rate)
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        peer = next(one for one in (chance.choice(crowd) for _ in range(10_000)) if one not in busy)
        busy.add(peer)
        task = asyncio.create_task(write(peer, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.wait_for(asyncio.gather(*tasks), 60)
    return latencies


async def idle_memory(engine: MeasuredEngine, conversations: int) -> tuple[float, float]:
    """Megabytes that 100,000 conversations cost after one turn each: Python's objects, and all that is resident.

    Both are the slope of the second half, when caches have what they want.
    """
    half = conversations // 2
    tracemalloc.start()
    await _touch(engine, 1, half)
    objects, resident = _memory()
    await _touch(engine, half + 1, conversations)
    objects_after, resident_after = _memory()
    tracemalloc.stop()
    scale = 100_000 / half / 1e6
    return (objects_after - objects) * scale, (resident_after - resident) * scale


async def _touch(engine: MeasuredEngine, first: int, last: int) -> None:
    for start in range(first, last + 1, 64):
        await engine.batch([peer_name(number) for number in range(start, min(start + 64, last + 1))])


def _memory() -> tuple[int, int]:
    gc.collect()
    resident: int = psutil.Process().memory_info().rss
    return tracemalloc.get_traced_memory()[0], resident
