"""The one place that chooses the SQLite library: pysqlite3 with a fixed SQLite where it is shipped, else Python's own.

Two SQLite libraries on one file in one process lose committed rows, so nothing else imports either of them.
SQLAlchemy and Alembic get it as ``create_engine(..., module=sqlite_library.library)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as library
else:
    try:
        from pysqlite3 import dbapi2 as library
    except ImportError:
        import sqlite3 as library

Connection = library.Connection
DatabaseError = library.DatabaseError
Error = library.Error
OperationalError = library.OperationalError
IntegrityError = library.IntegrityError
VERSION: str = library.sqlite_version

_FIXED = (3, 51, 3)
_BACKPORTS = ((3, 44, 6), (3, 50, 7))

_DENY = 1
_OK = 0
_PRAGMA = 19

__all__ = ["VERSION", "Connection", "DatabaseError", "Error", "IntegrityError", "OperationalError", "library"]


def has_wal_reset_fix(version: str = VERSION) -> bool:
    """Whether this SQLite cannot lose commits when one connection checkpoints while another writes.

    Without the fix we are still safe, because one connection does both.
    """
    parts = tuple(int(part) for part in version.split("."))
    return parts >= _FIXED or any(parts[:2] == fixed[:2] and parts >= fixed for fixed in _BACKPORTS)


def connect(path: str, *, read_only: bool = False, timeout: float = 2.0) -> Connection:
    """Open ``path`` with transactions in our own hands. Raises OperationalError when it cannot be opened.

    A read-only connection also refuses to checkpoint or to change how the file is kept: ``mode=ro`` alone does not.
    """
    mode = "ro" if read_only else "rwc"
    address = f"file:{_escaped(path)}?mode={mode}"
    connection = library.connect(
        address, timeout=timeout, isolation_level=None, check_same_thread=False, cached_statements=300, uri=True
    )
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        connection.set_authorizer(_reader_may)
    return connection


def _escaped(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


_DENIED_PRAGMAS = frozenset({"wal_checkpoint", "journal_mode", "mmap_size", "wal_autocheckpoint", "locking_mode"})


def _reader_may(action: int, first: str | None, *_: str | None) -> int:
    if action == _PRAGMA and (first or "").lower() in _DENIED_PRAGMAS:
        return _DENY
    return _OK
