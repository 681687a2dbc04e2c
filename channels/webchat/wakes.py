"""Waiting for something new without trusting the bus: a signal, our own nudge, or a short time, whichever is first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dialog.bus import Bus, conversation_topic
from dialog.ending import end

_log = logging.getLogger(__name__)


class Wakes:
    """One waiting screen. It hears its conversation's topic as soon as it knows the conversation."""

    def __init__(self, bus: Bus, look_every: float) -> None:
        self._bus = bus
        self._look_every = look_every
        self._event = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    def listen(self, conversation_id: int) -> None:
        """Hear the conversation from now on; a second call changes nothing."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._hear(conversation_topic(conversation_id)))

    def nudge(self) -> None:
        """Wake the waiting side ourselves."""
        self._event.set()

    async def wait(self) -> None:
        """Return at the next signal, at the latest when it is time to look anyway."""
        try:
            async with asyncio.timeout(self._look_every):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()

    async def close(self) -> None:
        """Stop hearing."""
        if self._listening is not None:
            await end(self._listening)

    async def _hear(self, topic: str) -> None:
        try:
            async with self._bus.subscribe(topic) as signals:
                self._event.set()
                async for _ in signals:
                    self._event.set()
        except (OSError, RuntimeError) as lost:
            _log.warning("the bus is lost: %r", lost)


@asynccontextmanager
async def waking(bus: Bus, look_every: float) -> AsyncIterator[Wakes]:
    """Wakes for the length of the block."""
    wakes = Wakes(bus, look_every)
    try:
        yield wakes
    finally:
        await wakes.close()
