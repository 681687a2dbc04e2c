"""PostgreSQL as the store's database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from dialog.bus import Bus
from storage.announcing import Announcer
from storage.changes import Changes
from storage.postgres.connecting import borrowed, make_pool, named, worth_repeating
from storage.postgres.running import run
from storage.postgres.transactions import Transactions
from storage.restoring import postgres_tool
from storage.sql import Script

T = TypeVar("T")

_TRIES = 5


class PostgresDatabase:
    """A pool of connections; any number of processes may work on one database."""

    def __init__(self, url: str, pool: asyncpg.Pool, bus: Bus, transactions: Transactions) -> None:
        self._url = url
        self._pool = pool
        self._announcer = Announcer(bus)
        self._transactions = transactions

    @classmethod
    async def connect(
        cls, url: str, bus: Bus, *, connections: int, transactions: Transactions | None = None
    ) -> PostgresDatabase:
        """Raises StoreBusy when the server is away."""
        return cls(url, await make_pool(url, connections), bus, transactions or Transactions())

    async def write(self, make: Callable[[Changes], Script[T]]) -> T:
        """See Database. A transaction that met another one is repeated a few times."""
        for left in reversed(range(_TRIES)):
            try:
                async with borrowed(self._pool) as connection:
                    value, topics = await self._transactions.carry_out(connection, make)
            except Exception as error:
                if left and worth_repeating(error):
                    continue
                raise named(error) from error
            if topics:
                self._announcer.announce(topics)
            return value
        raise AssertionError("the last try returns or raises")

    async def read(self, make: Callable[[], Script[T]], *, snapshot: bool = False) -> T:
        """See Database."""
        try:
            async with borrowed(self._pool) as connection:
                if not snapshot:
                    return await run(connection, make())
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    return await run(connection, make())
        except Exception as error:
            raise named(error) from error

    async def copy_to(self, folder: Path) -> Path:
        """See Database. Needs PostgreSQL's client programs."""
        copy = folder / "database.dump"
        await postgres_tool("pg_dump", "--dbname", self._url, "--format=custom", "--no-owner", "--file", str(copy))
        return copy

    async def examine(self) -> tuple[str, dict[str, str | int], list[str]]:
        """See Database. The server looks after its own files."""
        try:
            async with borrowed(self._pool) as connection:
                row: Any = await connection.fetchrow(
                    "SELECT current_setting('server_version'), pg_database_size(current_database()) / 1024"
                )
        except Exception as error:
            raise named(error) from error
        return "postgres", {"version": row[0], "size": row[1]}, []

    async def close(self) -> None:
        """See Database."""
        await self._announcer.close()
        await self._pool.close()
