"""Opens the product's store for harnesses: the same parts, with crash points in the transactions when asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dialog.bus import Bus
from dialog.clock import Clock, Dice
from storage.open_store import open_store, sqlite_path
from storage.sqlite.folder_lock import FolderLock
from storage.sqlite.sqlite_database import SqliteDatabase
from storage.sqlite.transactions import Transactions
from storage.sqlite_library import Connection
from storage.store import Store
from storage.store_settings import StoreSettings

POSTGRES = "postgresql://"


def is_postgres(place: str) -> bool:
    """Whether ``place`` is a PostgreSQL address and not a data folder."""
    return place.startswith(POSTGRES)


async def opened(place: str, *, clock: Clock, dice: Dice, bus: Bus, settings: StoreSettings) -> Store:
    """The store at ``place``, as the product opens it: a PostgreSQL address or a data folder."""
    if is_postgres(place):
        return await open_store(place, Path("."), clock=clock, dice=dice, bus=bus, settings=settings)
    return await open_store("", Path(place), clock=clock, dice=dice, bus=bus, settings=settings)


async def reopened(
    place: str,
    *,
    clock: Clock,
    dice: Dice,
    bus: Bus,
    settings: StoreSettings,
    transactions: Callable[[Connection], Transactions],
) -> Store:
    """The same for a database whose schema is known to be new: what a process does after its migrations."""
    if is_postgres(place):
        return await opened(place, clock=clock, dice=dice, bus=bus, settings=settings)
    folder = Path(place)
    database = SqliteDatabase(
        sqlite_path(folder), FolderLock(folder), bus, batch=settings.write_batch, transactions=transactions
    )
    store = Store(database, settings, clock, dice, folder / "media", alone=True)
    await store.start()
    return store
