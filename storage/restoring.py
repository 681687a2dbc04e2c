"""Puts a copied database in place and holds back everything that was on its way when the copy was made."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from dialog.errors import ZabotaError
from storage import sqlite_library
from storage.sql import Script, Sql
from storage.sqlite.running import run
from storage.sqlite.writer import open_for_writing

DATABASE_NAME = "zabota.db"

HOLD = (
    Sql("UPDATE outbox SET status = 'void', error = 'held_after_restore' WHERE status IN ('new', 'inflight')"),
    Sql("UPDATE outbox SET repeats = 1 WHERE status = 'unknown'"),
    Sql("UPDATE inbox SET status = 'done', error = 'held_after_restore' WHERE status = 'new'"),
    Sql("UPDATE conversation SET ready_at = NULL, burst_since = NULL, lease_until = NULL WHERE ready_at IS NOT NULL"),
    Sql("UPDATE conversation SET lease_until = NULL WHERE lease_until IS NOT NULL"),
    Sql("UPDATE counter SET value = 1 WHERE name = 'clean'"),
    # People who have left since may have had sessions in the copy.
    Sql("DELETE FROM session"),
)


class ToolFailed(ZabotaError):
    """A program of PostgreSQL is missing or refused to work."""


def hold_everything() -> Script[None]:
    """Nothing old is sent, answered or repeated after a restore."""
    for sql in HOLD:
        yield sql, ()


def restore_sqlite(copy: Path, data_dir: Path) -> None:
    """Check the copy, hold everything in it, and only then let it take the place of the database."""
    connection = open_for_writing(str(copy))
    try:
        found = connection.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)]:
            raise sqlite_library.DatabaseError(f"the copied database is damaged: {found[0][0]}")
        connection.execute("BEGIN IMMEDIATE")
        run(connection, hold_everything())
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    target = data_dir / DATABASE_NAME
    if target.exists():
        _set_aside(target, data_dir / "backups")
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    copy.replace(target)


def _set_aside(path: Path, backups: Path) -> None:
    backups.mkdir(parents=True, exist_ok=True)
    number = sum(1 for _ in backups.glob("before-restore-*.db")) + 1
    kept = backups / f"before-restore-{number}.db"
    connection = sqlite_library.connect(str(path), read_only=True)
    try:
        connection.execute("VACUUM INTO ?", (str(kept),))
    finally:
        connection.close()


async def restore_postgres(url: str, dump: Path) -> None:
    """Replace everything in the database by the dump, in one transaction, then hold everything."""
    await postgres_tool(
        "pg_restore", "--dbname", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(dump)
    )
    # The driver is imported only where PostgreSQL is used.
    from storage.postgres.connecting import hold_after_restore

    await hold_after_restore(url)


async def postgres_tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs. Raises ToolFailed with what it said."""
    program = shutil.which(name, path=os.environ.get("ZABOTA_PG_BIN") or None)
    if program is None:
        raise ToolFailed(f"{name} is not installed: it comes with PostgreSQL's client programs")
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        raise ToolFailed(f"{name}: {said.decode(errors='replace').strip()}")
