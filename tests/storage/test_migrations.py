"""A database that people have worked with comes through every migration with all it held."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from storage.audit import seal_of
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
SEALED = "SELECT id, seal FROM audit ORDER BY id"
NOW = (
    "SELECT h.label, h.claimed_by, h.level, h.meant_for, h.left_by, e.seq FROM handoff h"
    " JOIN event e ON e.conversation_id = h.conversation_id AND e.kind IN ('claimed', 'returned')"
)
# What the book of the fifth version held: a visit that is over, one that is to come, one that was called off.
VISITED = (
    *FIRST,
    "INSERT INTO visit (id, uid, status, branch, zone, conversation_id, person_id, name, starts_at, ends_at,"
    " created_at)"
    " VALUES (1, 'u1', 'done', 'centre', 'Europe/Moscow', 1, 1, 'Анна', 100, 200, 1),"
    " (2, 'u2', 'confirmed', 'centre', 'Europe/Moscow', 1, 1, 'Анна', 900, 1000, 1),"
    " (3, 'u3', 'cancelled', 'centre', 'Europe/Moscow', 1, 1, 'Анна', 900, 1000, 1)",
    "INSERT INTO visit_part (visit_id, uid, status, number, resource, service, starts_at, ends_at, busy_since,"
    " busy_until) VALUES (1, 'u1', 'done', 1, 'maria', 'manicure', 100, 200, 100, 210),"
    " (2, 'u2', 'confirmed', 1, 'maria', 'manicure', 900, 1000, 900, 1010)",
)
BOOK = "SELECT v.id, v.status, v.name, coalesce(p.resource, '') FROM visit v LEFT JOIN visit_part p"
BOOK += " ON p.visit_id = v.id ORDER BY v.id"
HELD = [(1, "done", "Анна", "maria"), (2, "confirmed", "Анна", "maria"), (3, "cancelled", "Анна", "")]
ASK = "INSERT INTO survey (visit_id, conversation_id, asked_at, mark) VALUES (1, 1, 300, 5)"
ASKED = "SELECT visit_id, mark, nps, words FROM survey"


def at_first(connection: Connection) -> None:
    """The first version's schema, filled."""
    filled(connection, "0001", FIRST)


def before_surveys(connection: Connection) -> None:
    """The last version that asked nobody, filled."""
    filled(connection, "0005", VISITED)


def filled(connection: Connection, revision: str, statements: Sequence[str]) -> None:
    """A version's schema with what that version wrote."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    for statement in statements:
        connection.execute(text(statement))


def seen(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in rows]


def sealed() -> list[tuple[object, ...]]:
    """The old lines of the audit log, as the log itself would have sealed them."""
    first = seal_of("", 1, 1, "login", "", "")
    return [(1, first), (2, seal_of(first, 2, 1, "claimed", "", ""))]


def test_a_filled_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = engine_for(f"sqlite+pysqlite:///{path}")
    with engine.begin() as connection:
        at_first(connection)
    assert migrate_sqlite(path, copy_to=tmp_path / "copies")
    assert list((tmp_path / "copies").iterdir())
    with engine.connect() as connection:
        assert seen(connection.execute(text(NOW)).all()) == [("claim", 1, 0, None, None, 7)]
        assert seen(connection.execute(text(SEALED)).all()) == sealed()
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
    assert seen(await plain.fetch(SEALED)) == sealed()
    await plain.close()


def test_visits_of_a_sqlite_file_may_be_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = engine_for(f"sqlite+pysqlite:///{path}")
    with engine.begin() as connection:
        before_surveys(connection)
    assert migrate_sqlite(path, copy_to=tmp_path / "copies")
    with engine.begin() as connection:
        assert seen(connection.execute(text(BOOK)).all()) == HELD
        assert seen(connection.execute(text(ASKED)).all()) == []
        connection.execute(text(ASK))
        assert seen(connection.execute(text(ASKED)).all()) == [(1, 5, None, "")]
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(ASK))
    engine.dispose()


@pytest.mark.usefixtures("postgres")
async def test_visits_of_a_postgres_database_may_be_asked_about(postgres_url: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda **_: asyncpg.connect(postgres_url, timeout=5.0)
    )
    async with engine.begin() as connection:
        await connection.run_sync(before_surveys)
    await engine.dispose()
    assert await migrate_postgres(postgres_url)
    plain = await asyncpg.connect(postgres_url)
    assert seen(await plain.fetch(BOOK)) == HELD
    await plain.execute(ASK)
    assert seen(await plain.fetch(ASKED)) == [(1, 5, None, "")]
    with pytest.raises(asyncpg.UniqueViolationError):
        await plain.execute(ASK)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await plain.execute(ASK.replace("(1, 1", "(4, 1"))
    await plain.close()
