"""Keeping the database small: old rows go in the quiet, a portion at a time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.journal import Journal

EVERY_SECONDS = 300.0
BREATH_SECONDS = 0.5
"""Between two portions: whoever writes to the salon goes first."""


class Trimmer(Protocol):
    """Drops rows that are older than so many days."""

    async def trim(self, now: datetime, *, turn_days: int, line_days: int) -> int:
        """One portion. Returns how many rows went."""
        ...


class Housekeeping:
    """A loop of the worker."""

    def __init__(
        self,
        trimmer: Trimmer,
        clock: Clock,
        journal: Journal,
        *,
        turn_days: int,
        line_days: int,
        every: float = EVERY_SECONDS,
        breath: float = BREATH_SECONDS,
    ) -> None:
        self._trimmer = trimmer
        self._clock = clock
        self._journal = journal
        self._turn_days = turn_days
        self._line_days = line_days
        self._every = every
        self._breath = breath
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Work until stopped."""
        self._stopped.clear()
        while not self._stopped.is_set():
            gone = await self._portion()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._breath if gone else self._every):
                    await self._stopped.wait()

    def stop(self) -> None:
        """Finish what is in hand."""
        self._stopped.set()

    async def _portion(self) -> int:
        try:
            return await self._trimmer.trim(self._clock.now(), turn_days=self._turn_days, line_days=self._line_days)
        except StoreBusy as busy:
            self._journal.warning("store_busy", reason=str(busy))
            return 0
