"""Opens the store: lock, copy, migrate, connect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from dialog.bus import Bus
from dialog.clock import Clock, Dice
from storage.migrating import migrate_sqlite
from storage.sqlite.folder_lock import FolderLock
from storage.sqlite.sqlite_database import SqliteDatabase
from storage.sqlite.transactions import Transactions
from storage.sqlite_library import Connection
from storage.store import Store
from storage.store_settings import StoreSettings

__all__ = ["Store", "open_store", "sqlite_path"]

DATABASE_NAME = "zabota.db"


def sqlite_path(data_dir: Path) -> Path:
    """Where the SQLite database of a data folder is."""
    return data_dir / DATABASE_NAME


async def open_store(
    url: str,
    data_dir: Path,
    *,
    clock: Clock,
    dice: Dice,
    bus: Bus,
    settings: StoreSettings | None = None,
    transactions: Callable[[Connection], Transactions] = Transactions,
) -> Store:
    """Lock (SQLite), migrate and open. ``url``: empty for SQLite in ``data_dir``, else ``postgresql://...``.

    Raises DataLocked when another process has the folder, StoreBusy when the database is away.
    ``transactions`` is where a harness puts its own begin and commit.
    """
    chosen = settings or StoreSettings()
    lock = FolderLock(data_dir)
    try:
        path = sqlite_path(data_dir)
        await asyncio.to_thread(migrate_sqlite, path, copy_to=data_dir / "backups")
        database = SqliteDatabase(path, lock, bus, batch=chosen.write_batch, transactions=transactions)
    except BaseException:
        lock.release()
        raise
    store = Store(database, chosen, clock, dice, data_dir / "media", alone=True)
    await store.start()
    return store
