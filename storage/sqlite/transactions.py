"""Begin, commit, roll back: the only places where a SQLite transaction starts and ends.

A harness wraps this object to stop the process at a named point.
"""

from __future__ import annotations

from storage.sqlite_library import Connection


class Transactions:
    """The transaction of one connection, with one savepoint per job in it."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute
        self._connection = connection

    def begin(self) -> None:
        """Take the write lock at once: a reading transaction is never turned into a writing one."""
        self._execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make everything since ``begin`` durable."""
        self._execute("COMMIT")

    def roll_back(self) -> None:
        """Undo everything since ``begin``, if SQLite has not already done so itself."""
        if self._connection.in_transaction:
            self._execute("ROLLBACK")

    def save(self) -> None:
        """Start a part that can be undone alone."""
        self._execute("SAVEPOINT job")

    def keep(self) -> None:
        """End the part and keep it."""
        self._execute("RELEASE job")

    def undo(self) -> None:
        """Undo the part only."""
        self._execute("ROLLBACK TO job")
        self._execute("RELEASE job")

    @property
    def open(self) -> bool:
        """False when SQLite has ended the transaction by itself (disk full, I/O error)."""
        return self._connection.in_transaction
