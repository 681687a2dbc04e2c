"""One behaviour suite for both databases."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.migrating import migrate_postgres, migrate_sqlite
from storage.open_store import Store, open_store, sqlite_path
from storage.store_settings import StoreSettings
from tests.servers.postgres import PostgresServer
from tests.storage.world import CountingDice, HeldClock, RememberingBus


@dataclass
class World:
    """A store with everything it was given. Tests that open it anew put the new one into ``store``."""

    store: Store
    clock: HeldClock
    bus: RememberingBus
    url: str
    folder: Path
    settings: StoreSettings | None = None

    async def again(self, settings: StoreSettings | None = None) -> Store:
        """Another store on the same data: a second process on PostgreSQL, the next one on SQLite."""
        return await open_store(
            self.url,
            self.folder,
            clock=self.clock,
            dice=CountingDice(),
            bus=self.bus,
            settings=settings or self.settings,
        )


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Empty for SQLite; for PostgreSQL a fresh copy of a migrated database."""
    if request.param == "sqlite":
        yield ""
        return
    url = fresh_postgres(request)
    yield url
    request.getfixturevalue("postgres").drop_database(url)


def fresh_postgres(request: pytest.FixtureRequest) -> str:
    """A copy of a migrated PostgreSQL database."""
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.prepared_database("storage", _migrate)


def _migrate(url: str) -> None:
    # In a thread: the event loop of the test may be running in this one.
    thread = threading.Thread(target=lambda: asyncio.run(migrate_postgres(url)))
    thread.start()
    thread.join()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    migrate_sqlite(path, copy_to=path.parent)
    return path


@pytest.fixture
async def world(database_url: str, tmp_path: Path, migrated_file: Path) -> AsyncIterator[World]:
    """A fresh store."""
    if not database_url:
        shutil.copy(migrated_file, sqlite_path(tmp_path))
    clock, bus = HeldClock(), RememberingBus()
    store = await open_store(database_url, tmp_path, clock=clock, dice=CountingDice(), bus=bus)
    made = World(store, clock, bus, database_url, tmp_path)
    yield made
    await made.store.close()
