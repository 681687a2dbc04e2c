"""One transaction from begin to commit: the only place where a PostgreSQL transaction ends.

A harness wraps this object to stop the process at a named point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from storage.changes import Changes
from storage.postgres.running import run
from storage.sql import Script

T = TypeVar("T")


class Transactions:
    """Runs one script as one transaction on a connection."""

    async def carry_out(self, connection: Any, make: Callable[[Changes], Script[T]]) -> tuple[T, frozenset[str]]:
        """The script's result, durable, and the topics to signal."""
        changes = Changes(alone=False)
        start = changes.mark()
        transaction = connection.transaction()
        await transaction.start()
        try:
            value = await run(connection, make(changes))
            await run(connection, changes.numbering())
        except BaseException:
            changes.back_to(start)
            await self.roll_back(connection, transaction)
            raise
        await self.commit(transaction)
        changes.committed()
        return value, frozenset(changes.topics)

    async def commit(self, transaction: Any) -> None:
        """Make it durable."""
        await transaction.commit()

    async def roll_back(self, connection: Any, transaction: Any) -> None:
        """Undo it, unless the connection is gone and the server has done so."""
        if not connection.is_closed():
            await transaction.rollback()
