"""A start without a migration loads no migration tools, and never takes an old database for a current one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from storage import sqlite_library
from storage.migrating import migrate_postgres, migrate_sqlite, newest_revision
from storage.schema_version import NEWEST, postgres_is_current, sqlite_is_current
from tests.servers.postgres import PostgresServer


def test_the_known_version_is_the_newest_migration() -> None:
    assert newest_revision() == NEWEST


def test_a_sqlite_file_is_current_only_after_its_migration(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert not sqlite_is_current(path)
    assert not path.exists()
    path.write_bytes(b"not a database, and long enough to be read as one" * 100)
    assert not sqlite_is_current(path)
    path.unlink()
    migrate_sqlite(path, copy_to=tmp_path)
    assert sqlite_is_current(path)
    connection = sqlite_library.connect(str(path))
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    assert not sqlite_is_current(path)


async def test_a_postgres_database_is_current_only_after_its_migration(
    postgres: PostgresServer, postgres_url: str
) -> None:
    assert not await postgres_is_current(postgres_url)
    await migrate_postgres(postgres_url)
    assert await postgres_is_current(postgres_url)
    postgres.execute("UPDATE alembic_version SET version_num = '0000'", database=postgres_url.rsplit("/", 1)[1])
    assert not await postgres_is_current(postgres_url)
    assert not await postgres_is_current("postgresql://zabota@127.0.0.1:1/nobody")


def test_opening_the_store_loads_no_migration_tools() -> None:
    code = "import sys, bots.serve, storage.open_store; print(sorted({'alembic', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
