"""The event bus within one process, with a switch that loses every signal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class MemoryBus:
    """``deaf``: signals are lost, as a bus may. ``broken``: subscribing fails."""

    def __init__(self) -> None:
        self.deaf = False
        self.broken = False
        self._waiting: set[tuple[frozenset[str], asyncio.Queue[str]]] = set()

    @property
    def listeners(self) -> int:
        return len(self._waiting)

    async def publish(self, *topics: str) -> None:
        if self.deaf:
            return
        for wanted, queue in self._waiting:
            for topic in wanted.intersection(topics):
                queue.put_nowait(topic)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[AsyncIterator[str]]:
        if self.broken:
            raise ConnectionError("no bus")
        entry = (frozenset(topics), asyncio.Queue[str]())
        self._waiting.add(entry)
        try:
            yield _drain(entry[1])
        finally:
            self._waiting.remove(entry)


async def _drain(queue: asyncio.Queue[str]) -> AsyncIterator[str]:
    while True:
        yield await queue.get()
