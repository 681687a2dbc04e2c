"""Databases for the benchmark of turns, each made, filled and thrown away."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from benchmarks.filled_database import filling
from benchmarks.floor_sqlite import open_like_the_store
from benchmarks.opened_store import is_postgres, opened
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.written_rows import MEASURES, RowSizes, measured
from dialog.local_bus import LocalBus
from storage.open_store import sqlite_path
from storage.store_settings import StoreSettings
from tests.servers.postgres import PostgresServer


class Places:
    """Makes databases of one kind."""

    def __init__(self, server: PostgresServer | None) -> None:
        self._server = server
        self.kind = "postgres" if server else "sqlite"

    @contextmanager
    def made(self, conversations: int, sizes: RowSizes) -> Iterator[str]:
        """A database with so many conversations that have a past."""
        if self._server is None:
            with tempfile.TemporaryDirectory(prefix="zabota-turns-") as folder:
                asyncio.run(_migrate(folder))
                fill_sqlite(folder, 1, conversations, sizes)
                yield folder
        else:
            url = self._server.create_database()
            asyncio.run(_migrate(url))
            asyncio.run(_fill_postgres(url, 1, conversations, sizes))
            yield url
            self._server.drop_database(url)


def fill_sqlite(folder: str, first: int, last: int, sizes: RowSizes) -> None:
    """Add conversations ``first..last``."""
    connection = open_like_the_store(str(sqlite_path(Path(folder))))
    connection.execute("PRAGMA synchronous = OFF")
    for statement in filling("sqlite", first, last, sizes):
        connection.execute("BEGIN")
        connection.execute(statement)
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def measured_sizes(place: str) -> RowSizes:
    """Sizes of what an engine has written into a database that was empty."""
    if is_postgres(place):
        remote = await asyncpg.connect(place)
        numbers = {query: await remote.fetchval(query) for query in MEASURES.values()}
        await remote.close()
        return measured(lambda query: None if numbers[query] is None else float(numbers[query]))
    local = open_like_the_store(str(sqlite_path(Path(place))))
    sizes = measured(lambda query: local.execute(query).fetchone()[0])
    local.close()
    return sizes


async def _migrate(place: str) -> None:
    store = await opened(place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=StoreSettings())
    await store.close()


async def _fill_postgres(url: str, first: int, last: int, sizes: RowSizes) -> None:
    connection = await asyncpg.connect(url)
    for statement in filling("postgres", first, last, sizes):
        await connection.execute(statement)
    await connection.close()
