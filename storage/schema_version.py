"""The schema that this code is written for, known without loading the tools that migrate: most starts need none."""

from __future__ import annotations

from pathlib import Path

from storage import sqlite_library

NEWEST = "0011"
_STATEMENT = "SELECT version_num FROM alembic_version"


def sqlite_is_current(path: Path) -> bool:
    """Whether the file has this version's schema; False also when that cannot be told. Hold the folder's lock."""
    if not path.exists():
        return False
    try:
        connection = sqlite_library.connect(str(path), read_only=True)
    except sqlite_library.DatabaseError:
        return False
    try:
        return [row[0] for row in connection.execute(_STATEMENT)] == [NEWEST]
    except sqlite_library.DatabaseError:
        return False
    finally:
        connection.close()


async def postgres_is_current(url: str) -> bool:
    """Whether the database has this version's schema; False also when that cannot be told."""
    # The driver is imported only where PostgreSQL is used.
    import asyncpg

    try:
        connection = await asyncpg.connect(url, timeout=5.0)
        try:
            return [row[0] for row in await connection.fetch(_STATEMENT)] == [NEWEST]
        finally:
            await connection.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return False
