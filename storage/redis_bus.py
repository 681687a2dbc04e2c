"""The event bus of several processes: Redis carries the wake-ups and may be lost at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from dialog.ending import end
from dialog.journal import Journal
from dialog.local_bus import LocalBus

CHANNEL = "zabota"
PAUSE = 0.5


class RedisBus:
    """Signals of this process at once, of the others through one Redis channel.

    Without Redis everything goes on at the pace of the readers' own polling.
    """

    def __init__(self, url: str, journal: Journal) -> None:
        self._redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._local = LocalBus()
        self._journal = journal
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: dict[str, None] = {}
        self._wake = asyncio.Event()

    async def open(self) -> None:
        """Begin to listen and to tell. Does not wait for Redis."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell())]

    async def close(self) -> None:
        """Stop listening."""
        await end(*self._tasks)
        with suppress(RedisError, OSError):
            await self._redis.aclose()

    async def publish(self, *topics: str) -> None:
        """Wake this process now and the others as soon as Redis allows; never waits for Redis."""
        await self._local.publish(*topics)
        self._waiting.update(dict.fromkeys(topics))
        self._wake.set()

    def subscribe(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Topics signalled by any process."""
        return self._local.subscribe(*topics)

    async def _tell(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            topics = list(self._waiting)
            self._waiting.clear()
            try:
                await self._redis.publish(CHANNEL, "\n".join(topics))
            except (RedisError, OSError) as error:
                # Whoever missed it finds out by polling.
                self._journal.warning("redis_away", error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        heard = await channel.get_message(ignore_subscribe_messages=True, timeout=1.0)
                        if heard:
                            await self._local.publish(*heard["data"].decode().split("\n"))
            except (RedisError, OSError) as error:
                self._journal.warning("redis_away", error=type(error).__name__)
                await asyncio.sleep(PAUSE)
