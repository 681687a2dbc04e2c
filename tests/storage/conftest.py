"""One behaviour suite for both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.open_store import Store, open_store
from storage.store_settings import StoreSettings
from tests.storage.world import CountingDice, HeldClock, RememberingBus


@dataclass
class World:
    """A store with everything it was given."""

    store: Store
    clock: HeldClock
    bus: RememberingBus
    url: str
    folder: Path

    async def again(self, settings: StoreSettings | None = None) -> Store:
        """Another store on the same data: a second process on PostgreSQL, the next one on SQLite."""
        return await open_store(
            self.url, self.folder, clock=self.clock, dice=CountingDice(), bus=self.bus, settings=settings
        )


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Empty for SQLite."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return ""


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A fresh store."""
    clock, bus = HeldClock(), RememberingBus()
    store = await open_store(database_url, tmp_path, clock=clock, dice=CountingDice(), bus=bus)
    yield World(store, clock, bus, database_url, tmp_path)
    await store.close()
