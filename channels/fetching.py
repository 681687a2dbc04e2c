"""Brings clients' files over from their messengers, one after another, and never while a message waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from channels.file_jobs import FileJob, FileJobs
from channels.media_store import MediaFull, MediaStore
from channels.not_fetched import NotFetched
from channels.port import Account
from dialog.bus import FILES, Bus
from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.journal import Journal
from dialog.rest import rest_until

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=5)
_BATCH = 8


class Fetching:
    """Runs until it is stopped."""

    def __init__(
        self,
        *,
        jobs: FileJobs,
        store: MediaStore,
        find: Callable[[str, str], Account | None],
        channels: Callable[[], tuple[str, ...]],
        bus: Bus,
        clock: Clock,
        journal: Journal,
        poll_seconds: float = 2.0,
    ) -> None:
        self._jobs = jobs
        self._store = store
        self._find = find
        self._channels = channels
        self._bus = bus
        self._clock = clock
        self._journal = journal
        self._poll = poll_seconds
        self._stopping = False

    def stop(self) -> None:
        """Finish what is in hand, then return from ``run``."""
        self._stopping = True

    async def run(self) -> None:
        """Fetch until stopped."""
        async with self._bus.subscribe(FILES) as signals:
            while not self._stopping:
                try:
                    if not await self.once():
                        await rest_until(signals, (), self._clock, self._poll)
                except StoreBusy as busy:
                    self._journal.warning("store_busy", reason=str(busy))
                    await asyncio.sleep(min(busy.retry_after, self._poll))

    async def once(self) -> int:
        """One round. Returns how many files were tried."""
        channels = self._channels()
        jobs = await self._jobs.waiting(channels, self._clock.now(), _BATCH) if channels else ()
        for job in jobs:
            await self._fetch(job)
        return len(jobs)

    async def _fetch(self, job: FileJob) -> None:
        address = job.file.address
        account = self._find(address.channel, address.account)
        if account is None:
            await self._later(job, "the account is not open", again=True)
            return
        try:
            media = await account.fetch(job.file)
            owner = f"{address.channel}/{address.account}/{address.peer}"
            media_id = await self._store.put(owner, media)
        except NotFetched as error:
            await self._later(job, str(error), again=error.retryable)
        except MediaFull:
            await self._later(job, "the quota is used up", again=False)
        else:
            await self._jobs.fetched(job, media_id, self._clock.now())

    async def _later(self, job: FileJob, error: str, *, again: bool) -> None:
        spent = job.attempts + 1 >= MOST_ATTEMPTS
        retry_at = None if spent or not again else self._clock.now() + FIRST_PAUSE * 2**job.attempts
        if retry_at is None:
            self._journal.warning("file_not_fetched", job=job.id, error=error)
        await self._jobs.failed(job, error, retry_at)
