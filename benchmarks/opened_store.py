"""Opens the product's store for harnesses: the same parts, with crash points in the transactions when asked for."""

from __future__ import annotations

from pathlib import Path

from dialog.bus import Bus
from dialog.clock import Clock, Dice
from storage.open_store import TransactionParts, open_store, sqlite_path
from storage.postgres.postgres_database import PostgresDatabase
from storage.sqlite.folder_lock import FolderLock
from storage.sqlite.sqlite_database import SqliteDatabase
from storage.store import Store
from storage.store_settings import StoreSettings

POSTGRES = "postgresql://"
NO_MEDIA = Path("media")


def is_postgres(place: str) -> bool:
    """Whether ``place`` is a PostgreSQL address and not a data folder."""
    return place.startswith(POSTGRES)


async def opened(
    place: str,
    *,
    clock: Clock,
    dice: Dice,
    bus: Bus,
    settings: StoreSettings,
    parts: TransactionParts | None = None,
) -> Store:
    """The store at ``place``, as the product opens it: a PostgreSQL address or a data folder."""
    url, folder = (place, NO_MEDIA) if is_postgres(place) else ("", Path(place))
    return await open_store(url, folder, clock=clock, dice=dice, bus=bus, settings=settings, parts=parts)


async def reopened(
    place: str, *, clock: Clock, dice: Dice, bus: Bus, settings: StoreSettings, parts: TransactionParts
) -> Store:
    """The same for a database whose schema is known to be new: what a process does after its migrations."""
    if is_postgres(place):
        made = parts.postgres() if parts.postgres else None
        remote = await PostgresDatabase.connect(place, bus, connections=settings.connections, transactions=made)
        return Store(remote, settings, clock, dice, NO_MEDIA, alone=False)
    folder = Path(place)
    local = SqliteDatabase(
        sqlite_path(folder), FolderLock(folder), bus, batch=settings.write_batch, transactions=parts.sqlite
    )
    store = Store(local, settings, clock, dice, folder / "media", alone=True)
    await store.start()
    return store
