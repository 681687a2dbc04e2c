"""Brings a database to this version's schema, after a copy of what was there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from storage import sqlite_library
from storage.sqlite_library import library

_FOLDER = Path(__file__).parent / "migrations"


def engine_for(url: str) -> Engine:
    """A SQLAlchemy engine on the one SQLite library, for the time before the store opens its own connections."""
    engine = create_engine(url, module=library, poolclass=NullPool)
    event.listen(engine, "connect", _careful)
    return engine


def migrate_sqlite(path: Path, *, copy_to: Path) -> bool:
    """Migrate the file (made when missing); one that has tables and is behind is first copied into ``copy_to``.

    Returns whether anything was changed. Hold the folder's lock.
    """
    engine = engine_for(f"sqlite+pysqlite:///{path}")
    try:
        with engine.connect() as connection:
            now, newest = MigrationContext.configure(connection).get_current_revision(), newest_revision()
            if now == newest:
                return False
            filled = bool(inspect(connection).get_table_names())
        if filled:
            copy_to.mkdir(parents=True, exist_ok=True)
            _copy(path, copy_to / f"before-{newest}-from-{now}.db")
        with engine.begin() as connection:
            _upgrade(connection)
        return True
    finally:
        engine.dispose()


async def migrate_postgres(url: str) -> bool:
    """Migrate the database; of several processes that start at once, one does it and the others wait.

    Returns whether anything was changed. Raises StoreBusy when the server is away.
    """
    # The driver is imported only where PostgreSQL is used.
    import asyncpg
    from sqlalchemy.ext.asyncio import create_async_engine

    from storage.postgres.connecting import named

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda **_: asyncpg.connect(url, timeout=5.0), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_migrate_locked)
    except Exception as error:
        raise named(error) from error
    finally:
        await engine.dispose()


def _migrate_locked(connection: Connection) -> bool:
    connection.execute(text("SELECT pg_advisory_xact_lock(5261626)"))
    if MigrationContext.configure(connection).get_current_revision() == newest_revision():
        return False
    _upgrade(connection)
    return True


def newest_revision() -> str:
    """The revision that this code is written for."""
    head = ScriptDirectory(str(_FOLDER)).get_current_head()
    if head is None:
        raise RuntimeError("no migrations are shipped")
    return head


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _copy(path: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    connection = sqlite_library.connect(str(path), read_only=True)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _careful(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA mmap_size = 0")
    cursor.close()
