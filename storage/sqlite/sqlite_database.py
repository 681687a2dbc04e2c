"""SQLite as the store's database: the folder lock, the writer and the readers together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dialog.bus import Bus
from dialog.errors import StoreBusy
from storage.announcing import Announcer
from storage.changes import Changes
from storage.sql import Script
from storage.sqlite.folder_lock import FolderLock
from storage.sqlite.readers import Readers
from storage.sqlite.reserve import Reserve
from storage.sqlite.transactions import Transactions
from storage.sqlite.writer import Writer
from storage.sqlite_library import VERSION, Connection, has_wal_reset_fix

T = TypeVar("T")

_FULL = "full"
"""SQLite says so of a disk, and of a file that may not grow."""


class SqliteDatabase:
    """Made inside the event loop that uses it. Takes over ``lock`` and lets it go when closed."""

    def __init__(
        self,
        path: Path,
        lock: FolderLock,
        bus: Bus,
        *,
        batch: int = 64,
        reserve: Reserve | None = None,
        transactions: Callable[[Connection], Transactions] = Transactions,
    ) -> None:
        self._lock = lock
        self._reserve = reserve
        self._path = path
        self._announcer = Announcer(bus)
        self._writer = Writer(str(path), self._announcer.announce, most=batch, transactions=transactions)
        self._readers = Readers(str(path))
        self._writer.start()

    async def write(self, make: Callable[[Changes], Script[T]]) -> T:
        """See Database. A full disk gives its reserve up once, and what was refused is tried again."""
        try:
            return await self._writer.write(make)
        except StoreBusy as busy:
            if self._reserve is None or _FULL not in str(busy).lower() or not self._reserve.give_up():
                raise
        return await self._writer.write(make)

    async def read(self, make: Callable[[], Script[T]], *, snapshot: bool = False) -> T:
        """See Database. Every read here is of one moment."""
        return await self._readers.read(make)

    async def copy_to(self, folder: Path) -> Path:
        """See Database. Writing goes on meanwhile."""
        copy = folder / "database.db"
        await self._readers.use(lambda connection: connection.execute("VACUUM INTO ?", (str(copy),)))
        return copy

    async def examine(self) -> tuple[str, dict[str, str | int], list[str]]:
        """See Database. Reads the whole file."""
        found = await self._readers.use(lambda connection: connection.execute("PRAGMA integrity_check").fetchall())
        log = self._path.with_name(self._path.name + "-wal")
        facts: dict[str, str | int] = {
            "version": VERSION,
            "size": self._path.stat().st_size // 1024,
            "log": log.stat().st_size // 1024 if log.exists() else 0,
            "old": int(not has_wal_reset_fix()),
        }
        return "sqlite", facts, [str(row[0]) for row in found if row[0] != "ok"]

    async def close(self) -> None:
        """See Database. The lock is the last thing to go."""
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)
        await self._announcer.close()
        self._lock.release()
