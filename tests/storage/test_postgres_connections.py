"""A connection that lost its place in the conversation with the server is replaced, and its user may try again."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from dialog.errors import StoreBusy
from storage.postgres.connecting import borrowed, make_pool, named


async def _process_of(connection: Any) -> int:
    number: int = await connection.fetchval("SELECT pg_backend_pid()")
    return number


async def test_a_confused_connection_is_not_given_back(postgres_url: str) -> None:
    pool = await make_pool(postgres_url, 1)
    try:
        async with borrowed(pool) as connection:
            first = await _process_of(connection)
        async with borrowed(pool) as connection:
            assert await _process_of(connection) == first
        with pytest.raises(asyncpg.InternalClientError):
            async with borrowed(pool):
                raise asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
        async with borrowed(pool) as connection:
            assert await _process_of(connection) != first
    finally:
        await pool.close()


@pytest.mark.parametrize(
    "error", [asyncpg.InternalClientError("lost count"), asyncpg.InterfaceError("closed"), ConnectionResetError()]
)
def test_a_lost_connection_means_not_now(error: Exception) -> None:
    assert isinstance(named(error), StoreBusy)


def test_a_wrong_statement_does_not_mean_not_now() -> None:
    assert not isinstance(named(asyncpg.UndefinedTableError("no such table")), StoreBusy)
