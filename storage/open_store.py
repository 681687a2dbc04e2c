"""Opens the store: lock, copy, migrate, connect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialog.bus import Bus
from dialog.clock import Clock, Dice
from storage.database import Database
from storage.postgres.transactions import Transactions as PostgresTransactions
from storage.restoring import DATABASE_NAME
from storage.schema_version import postgres_is_current, sqlite_is_current
from storage.setting_rows import SettingRows
from storage.sqlite.folder_lock import FolderLock
from storage.sqlite.reserve import Reserve
from storage.sqlite.sqlite_database import SqliteDatabase
from storage.sqlite.transactions import Transactions as SqliteTransactions
from storage.sqlite_library import Connection
from storage.store import Store
from storage.store_settings import StoreSettings

__all__ = ["Store", "TransactionParts", "open_store", "sqlite_path"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionParts:
    """Where a harness puts its own begin and commit."""

    sqlite: Callable[[Connection], SqliteTransactions] = SqliteTransactions
    postgres: Callable[[], PostgresTransactions] | None = None


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
    stored: Callable[[Mapping[str, object]], StoreSettings] | None = None,
    parts: TransactionParts | None = None,
) -> Store:
    """Lock (SQLite), migrate and open. ``url``: empty for SQLite in ``data_dir``, else ``postgresql://...``.

    ``stored`` makes the settings from those kept in the database; ``settings`` count until they can be read.
    Raises DataLocked when another process has the folder, StoreBusy when the database is away.
    """
    chosen = settings or StoreSettings()
    made_of = parts or TransactionParts()
    database: Database = (
        await _open_postgres(url, bus, chosen, made_of) if url else await _open_sqlite(data_dir, bus, chosen, made_of)
    )
    if stored is not None:
        try:
            chosen = stored(await SettingRows(database).all())
        except BaseException:
            await database.close()
            raise
    store = Store(database, chosen, clock, dice, data_dir / "media", alone=not url)
    await store.start()
    return store


async def _open_sqlite(data_dir: Path, bus: Bus, settings: StoreSettings, parts: TransactionParts) -> Database:
    lock = FolderLock(data_dir)
    try:
        path = sqlite_path(data_dir)
        if not sqlite_is_current(path):
            # Loading the migration tools costs more than the rest of a start.
            from storage.migrating import migrate_sqlite

            await asyncio.to_thread(migrate_sqlite, path, copy_to=data_dir / "backups")
        reserve = Reserve(data_dir, settings.reserve_bytes)
        await asyncio.to_thread(reserve.keep)
        return SqliteDatabase(path, lock, bus, batch=settings.write_batch, reserve=reserve, transactions=parts.sqlite)
    except BaseException:
        lock.release()
        raise


async def _open_postgres(url: str, bus: Bus, settings: StoreSettings, parts: TransactionParts) -> Database:
    # The driver is imported only where PostgreSQL is used.
    from storage.postgres.postgres_database import PostgresDatabase

    if not await postgres_is_current(url):
        from storage.migrating import migrate_postgres

        await migrate_postgres(url)
    made = parts.postgres() if parts.postgres else None
    return await PostgresDatabase.connect(url, bus, connections=settings.connections, transactions=made)
