"""SQLite as the store's database: the folder lock, the writer and the readers together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dialog.bus import Bus
from storage.announcing import Announcer
from storage.changes import Changes
from storage.sql import Script
from storage.sqlite.folder_lock import FolderLock
from storage.sqlite.readers import Readers
from storage.sqlite.transactions import Transactions
from storage.sqlite.writer import Writer
from storage.sqlite_library import Connection

T = TypeVar("T")


class SqliteDatabase:
    """Made inside the event loop that uses it. Takes over ``lock`` and lets it go when closed."""

    def __init__(
        self,
        path: Path,
        lock: FolderLock,
        bus: Bus,
        *,
        batch: int = 64,
        transactions: Callable[[Connection], Transactions] = Transactions,
    ) -> None:
        self._lock = lock
        self._announcer = Announcer(bus)
        self._writer = Writer(str(path), self._announcer.announce, most=batch, transactions=transactions)
        self._readers = Readers(str(path))
        self._writer.start()

    async def write(self, make: Callable[[Changes], Script[T]]) -> T:
        """See Database."""
        return await self._writer.write(make)

    async def read(self, make: Callable[[], Script[T]]) -> T:
        """See Database."""
        return await self._readers.read(make)

    async def close(self) -> None:
        """See Database. The lock is the last thing to go."""
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)
        await self._announcer.close()
        self._lock.release()
