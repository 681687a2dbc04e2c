"""Connections to PostgreSQL: how they are made, and which errors mean "not now"."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from dialog.errors import StoreBusy
from storage.errors import POSTGRES_OVERLAP, overlap
from storage.postgres.running import run
from storage.restoring import hold_everything

WAIT = 2.0
"""Seconds to wait for a connection before saying that the database is away."""

_NOT_NOW = ("08", "53", "57", "58", "55P03", "25006", "25P03")
_AGAIN = ("40001", "40P01")

_SESSION = {
    "application_name": "zabota",
    "jit": "off",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    # A process that is frozen inside a transaction must not hold its locks for ever.
    "idle_in_transaction_session_timeout": "10s",
}


async def make_pool(url: str, connections: int) -> asyncpg.Pool:
    """A pool that replaces broken connections by itself. Raises StoreBusy when the server is away."""
    try:
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=connections,
            timeout=5.0,
            command_timeout=60.0,
            statement_cache_size=500,
            max_cached_statement_lifetime=0,
            max_inactive_connection_lifetime=300.0,
            server_settings=_SESSION,
            reset=_as_it_is,
        )
    except Exception as error:
        raise named(error) from error


@asynccontextmanager
async def borrowed(pool: asyncpg.Pool) -> AsyncIterator[Any]:
    """A connection of the pool; one that lost count of its own conversation with the server is not given back."""
    async with pool.acquire(timeout=WAIT) as connection:
        try:
            yield connection
        except asyncpg.InternalClientError:
            # A server that went away in the middle of an answer leaves it so: every later use would fail as well.
            connection.terminate()
            raise


async def _as_it_is(_: object) -> None:
    """Nothing of ours outlives a transaction, so a connection needs no cleaning between two users."""


def named(error: Exception) -> Exception:
    """The error as the store's callers know it."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        if state == POSTGRES_OVERLAP:
            return overlap()
        return StoreBusy(str(error)) if state.startswith(_NOT_NOW) else error
    # InternalClientError: the server went away in the middle of an answer, and the connection was not yet told so.
    lost = (OSError, asyncio.TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
    if isinstance(error, lost) and not _is_ours(error):
        return StoreBusy(f"{type(error).__name__}: {error}")
    return error


def worth_repeating(error: Exception) -> bool:
    """Two transactions met: the one that was refused may simply try again."""
    return isinstance(error, asyncpg.PostgresError) and error.sqlstate in _AGAIN


def _is_ours(error: Exception) -> bool:
    # A value of a wrong kind is an InterfaceError, too, but no reason to wait for the server.
    return isinstance(error, asyncpg.DataError)


async def hold_after_restore(url: str) -> None:
    """See ``hold_everything``."""
    connection: Any = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await run(connection, hold_everything())
    finally:
        await connection.close()
