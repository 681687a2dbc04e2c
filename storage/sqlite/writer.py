"""The writer: one thread, one connection, everything that is written and every checkpoint."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from dialog.errors import StoreBusy
from storage.changes import Changes
from storage.sql import Script
from storage.sqlite.group import Done, Group, Make
from storage.sqlite.transactions import Transactions
from storage.sqlite_library import Connection, Error, connect

T = TypeVar("T")

LOCK_WAIT = 1.0
"""Seconds to wait for somebody else's lock: who asked meanwhile waits for two such at most."""


@dataclass(slots=True)
class _Job:
    make: Make
    future: asyncio.Future[Any]


class Writer:
    """Takes the jobs that wait, at most ``most`` at a time, and commits them together.

    Everything durable: WAL with ``synchronous=FULL``. The thread also checkpoints, because it alone may.
    """

    def __init__(
        self,
        path: str,
        announce: Callable[[frozenset[str]], None],
        *,
        most: int = 64,
        transactions: Callable[[Connection], Transactions] = Transactions,
    ) -> None:
        self._announce = announce
        self._most = most
        self._path = path
        self._transactions = transactions
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._opened: list[Exception | None] = []
        self._ready = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)

    def start(self) -> None:
        """Open the database. Raises what opening it raised."""
        self._thread.start()
        self._ready.wait()
        if error := self._opened[0]:
            self._thread.join()
            raise error

    async def write(self, make: Callable[[Changes], Script[T]]) -> T:
        """The script's result, once it is durable. It is carried out even when the caller stops waiting."""
        if self._closed:
            raise StoreBusy("the store is closed")
        job = _Job(make, self._loop.create_future())
        self._queue.put(job)
        return cast("T", await job.future)

    def close(self) -> None:
        """Finish the jobs that wait, checkpoint and close the file. Blocks until done."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        try:
            connection = open_for_writing(self._path)
        except Exception as error:
            self._opened.append(error)
            self._ready.set()
            return
        self._opened.append(None)
        group = Group(connection, self._transactions(connection))
        self._ready.set()
        while jobs := self._next():
            self._deliver(jobs, group.run([job.make for job in jobs]))
        _checkpoint_and_close(connection)

    def _deliver(self, jobs: Sequence[_Job], done: Sequence[Done]) -> None:
        # The loop may be gone already; what was asked for is stored all the same.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._resolve, list(zip(jobs, done, strict=True)))

    def _resolve(self, pairs: Sequence[tuple[_Job, Done]]) -> None:
        topics: set[str] = set()
        for job, one in pairs:
            topics |= one.topics
            if job.future.done():
                continue
            if one.error is not None:
                job.future.set_exception(one.error)
            else:
                job.future.set_result(one.value)
        if topics:
            self._announce(frozenset(topics))

    def _next(self) -> list[_Job]:
        first = self._queue.get()
        if first is None:
            return []
        jobs = [first]
        try:
            while len(jobs) < self._most:
                job = self._queue.get_nowait()
                if job is None:
                    # Closing: these jobs first, then the end again.
                    self._queue.put(None)
                    break
                jobs.append(job)
        except Empty:
            pass
        return jobs


def open_for_writing(path: str) -> Connection:
    """The one connection that writes. WAL, FULL, 64 MB of log at most."""
    connection = connect(path, timeout=LOCK_WAIT)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 1000")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    connection.execute("PRAGMA cache_size = -32768")
    return connection


def _checkpoint_and_close(connection: Connection) -> None:
    # When somebody still reads, the log stays beside the file and is read at the next start.
    with suppress(Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
