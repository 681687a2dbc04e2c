"""A database that people have worked with comes through every migration with all it held."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from storage.migrating import engine_for, migrate_postgres, migrate_sqlite

MIGRATIONS = Path(storage.__file__).parent / "migrations"
# What the first version wrote: a client, his conversation, and a manager who has taken it.
FIRST = (
    "INSERT INTO user_account (id, login, name, role, password_hash, created_at)"
    " VALUES (1, 'inna', 'Инна', 'manager', 'x', 1)",
    "INSERT INTO person (id, name, phone_claimed, language, created_at) VALUES (1, 'Анна', '+79160000000', 'ru', 1)",
    "INSERT INTO address (id, person_id, channel, account, peer, created_at) VALUES (1, 1, 'webchat', 's', 'p', 1)",
    "INSERT INTO conversation (id, public_id, person_id, address_id, channel, account, peer, language, owner_kind,"
    " owner_id, last_at, label, priority, created_at)"
    " VALUES (1, 'c1', 1, 1, 'webchat', 's', 'p', 'ru', 'human', 1, 1, 'claim', 1, 1)",
    "INSERT INTO handoff (id, conversation_id, reason, label, priority, status, claimed_by, created_at)"
    " VALUES (1, 1, 'gate', 'claim', 1, 'claimed', 1, 1)",
    "INSERT INTO audit (id, at, user_id, action) VALUES (1, 1, 1, 'login'), (2, 2, 1, 'claimed')",
    "INSERT INTO event (seq, conversation_id, kind, body, created_at) VALUES (7, 1, 'claimed', '{}', 1)",
)
NOW = (
    "SELECT h.label, h.claimed_by, h.level, h.meant_for, h.left_by, e.seq FROM handoff h"
    " JOIN event e ON e.conversation_id = h.conversation_id AND e.kind IN ('claimed', 'returned')"
)


def at_first(connection: Connection) -> None:
    """The first version's schema, filled."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    for statement in FIRST:
        connection.execute(text(statement))


def seen(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in rows]


def test_a_filled_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = engine_for(f"sqlite+pysqlite:///{path}")
    with engine.begin() as connection:
        at_first(connection)
    assert migrate_sqlite(path, copy_to=tmp_path / "copies")
    assert list((tmp_path / "copies").iterdir())
    with engine.connect() as connection:
        assert seen(connection.execute(text(NOW)).all()) == [("claim", 1, 0, None, None, 7)]
    engine.dispose()


@pytest.mark.usefixtures("postgres")
async def test_a_filled_postgres_database(postgres_url: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda **_: asyncpg.connect(postgres_url, timeout=5.0)
    )
    async with engine.begin() as connection:
        await connection.run_sync(at_first)
    await engine.dispose()
    assert await migrate_postgres(postgres_url)
    plain = await asyncpg.connect(postgres_url)
    assert seen(await plain.fetch(NOW)) == [("claim", 1, 0, None, None, 7)]
    await plain.close()
