"""Tells the bus what was committed, without making anybody wait for it."""

from __future__ import annotations

import asyncio

from dialog.bus import Bus


class Announcer:
    """Signals topics in tasks of its own: whoever stopped waiting for his write is no reason to stay silent."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._tasks: set[asyncio.Task[None]] = set()

    def announce(self, topics: frozenset[str]) -> None:
        """Signal ``topics`` soon. Called in the event loop."""
        task = asyncio.get_running_loop().create_task(self._publish(topics))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for the signals under way."""
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _publish(self, topics: frozenset[str]) -> None:
        await self._bus.publish(*topics)
