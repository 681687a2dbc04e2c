"""Kills, freezes and flushes Redis under load: wake-ups come late, nothing else happens.

./run harness redis [--seconds N] [--seeded-bug truth-in-redis]
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from redis.asyncio import Redis
from redis.exceptions import RedisError

from benchmarks.demo_rulebook import demo_rulebook
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report, percentile
from benchmarks.seeded_bugs import ThroughInbox
from benchmarks.team import Job, Team
from benchmarks.traffic import Traffic, check_traffic, quiet
from dialog.bus import Bus
from dialog.inbox import Accepted, Inbox
from dialog.message import InboundMessage
from storage.redis_bus import RedisBus
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings
from tests.servers.postgres import postgres_server
from tests.servers.redis import RedisServer, redis_server

SETTINGS = StoreSettings(burst_wait=0.01, burst_most=0.03, lease=2.0, attempts=10_000, retry_pause=0.01, connections=6)
PEERS = tuple(f"c{number}" for number in range(20))
RATE = 40.0
POLL = 1.0
SLOWEST = 2.0
"""Seconds to an answer at the 95th percentile, with a poll of one second (RELIABILITY, F9)."""
_LATENCY = Sql(
    """SELECT (m.created_at - i.received_at) / 1000000.0 FROM inbox i JOIN outbox o ON o.turn_id = i.turn_id
    JOIN message m ON m.conversation_id = o.conversation_id AND m.outbox_id = o.id WHERE i.kind = 'text'"""
)


def main() -> int:
    """The command."""
    parser = command_line("Lose Redis again and again under load.", ("truth-in-redis",))
    parser.add_argument("--seconds", type=float, default=None, help="default 120; 6 with --quick")
    asked = parser.parse_args()
    report = Report("harness redis", seed_of(asked.seed))
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    seconds = asked.seconds or (6.0 if asked.quick else 120.0)
    with postgres_server() as server, redis_server() as redis:
        url = server.create_database()
        asyncio.run(_prepare(url))
        job = Job(
            place=url,
            rulebook=demo_rulebook(),
            settings=SETTINGS,
            poll_seconds=POLL,
            bus=partial(redis_bus, redis.url),
        )
        team = Team(job, 2)
        asyncio.run(_lose_often(url, redis, report, seconds, broken=bool(asked.seeded_bug)))
        codes = team.stop()
        report.must(codes == [0, 0], f"workers: ended with {codes}")
    return report.finish(as_json=asked.json)


@asynccontextmanager
async def redis_bus(url: str) -> AsyncIterator[Bus]:
    """The bus of several processes."""
    bus = RedisBus(url, QuietJournal(shows_errors=False))
    await bus.open()
    try:
        yield bus
    finally:
        await bus.close()


class _TruthInRedis(ThroughInbox):
    """Keeps the messages of the last moment in Redis and stores them in the database a little later."""

    def __init__(self, inner: Inbox, url: str) -> None:
        super().__init__(inner)
        self._redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._number = 0

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        self._number += 1
        key = f"inbox:{self._number}"
        try:
            await self._redis.set(key, len(messages))
        except (RedisError, OSError):
            return await self._inner.accept(messages, now)
        task = asyncio.create_task(self._store(key, messages, now))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return ()

    async def _store(self, key: str, messages: Sequence[InboundMessage], now: datetime) -> None:
        await asyncio.sleep(0.1)
        try:
            kept = await self._redis.get(key)
        except (RedisError, OSError):
            return
        if kept is not None:
            await self._inner.accept(messages, now)


async def _prepare(url: str) -> None:
    async with redis_bus("redis://127.0.0.1:9/0") as bus:
        store = await opened(url, clock=RealClock(), dice=SeededDice(1), bus=bus, settings=SETTINGS)
        await store.close()


async def _lose_often(url: str, redis: RedisServer, report: Report, seconds: float, *, broken: bool) -> None:
    chance = random.Random(report.seed)
    async with redis_bus(redis.url) as bus:
        store = await opened(url, clock=RealClock(), dice=SeededDice(1), bus=bus, settings=SETTINGS)
        inbox: Inbox = _TruthInRedis(store.inbox, redis.url) if broken else store.inbox
        traffic = Traffic(inbox, RealClock(), PEERS, report.seed)
        enough = asyncio.Event()
        flowing = asyncio.create_task(traffic.flow(RATE, enough))
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await asyncio.sleep(0.2 + chance.random() * min(2.0, seconds / 6))
            how = chance.choice((_kill, _flush, _freeze))
            await how(redis, chance)
            report.count(f"Redis: {how.__name__[1:]}")
        enough.set()
        await flowing
        report.must(await quiet(store, 30), "stuck: work left after 30 s")
        await check_traffic(store, traffic, report)
        latencies = [float(row[0]) for row in await store.database.read(_latencies)]
        report.figure("answer p50 s", percentile(latencies, 0.5))
        report.figure("answer p95 s", percentile(latencies, 0.95))
        report.must(percentile(latencies, 0.95) <= SLOWEST, f"slow: p95 {percentile(latencies, 0.95):.1f} s")
        await store.close()


def _latencies() -> Script[list[tuple[float]]]:
    return (yield _LATENCY, ())  # type: ignore[return-value]


async def _kill(redis: RedisServer, chance: random.Random) -> None:
    await asyncio.to_thread(redis.stop)
    await asyncio.sleep(chance.random())
    await asyncio.to_thread(redis.start)


async def _flush(redis: RedisServer, chance: random.Random) -> None:
    del chance
    await asyncio.to_thread(redis.flush)


async def _freeze(redis: RedisServer, chance: random.Random) -> None:
    redis.pause()
    await asyncio.sleep(chance.random())
    redis.resume()


if __name__ == "__main__":
    sys.exit(main())
