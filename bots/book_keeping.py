"""The passing of time in the book: holds run out, visits that are over are done."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from booking.book import SalonBook
from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.journal import Journal

EVERY_SECONDS = 15.0
"""A hold that ran out is nobody's obstacle meanwhile: whoever wants its time ends it himself."""


class BookKeeping:
    """A loop of the worker."""

    def __init__(self, book: SalonBook, clock: Clock, journal: Journal, *, every: float = EVERY_SECONDS) -> None:
        self._book = book
        self._clock = clock
        self._journal = journal
        self._every = every
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Work until stopped."""
        self._stopped.clear()
        while not self._stopped.is_set():
            try:
                await self._book.expire(self._clock.now())
            except StoreBusy as busy:
                self._journal.warning("store_busy", reason=str(busy))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._stopped.wait()

    def stop(self) -> None:
        """Finish what is in hand."""
        self._stopped.set()
