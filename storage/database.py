"""What the store needs of a database: run a script in a transaction of its own, or beside others' in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from storage.changes import Changes
from storage.sql import Script

T = TypeVar("T")


class Database(Protocol):
    """One of the two databases. All times in scripts are microseconds."""

    async def write(self, make: Callable[[Changes], Script[T]]) -> T:
        """Run the script in a transaction; durable when this returns, and the bus is told.

        ``make`` may be called again when the transaction has to be repeated: it must start afresh each time.
        Raises StoreBusy when the database cannot write now (nothing was stored), else what the script raised.
        """
        ...

    async def read(self, make: Callable[[], Script[T]], *, snapshot: bool = False) -> T:
        """Run a script that only reads, on committed rows. Raises StoreBusy when the database is away.

        ``snapshot``: all its statements see the same moment.
        """
        ...

    async def copy_to(self, folder: Path) -> Path:
        """Write a copy of everything committed into ``folder``; the file's name says which kind of copy it is."""
        ...

    async def examine(self) -> tuple[str, dict[str, str | int], list[str]]:
        """``sqlite`` or ``postgres``, facts by name, and what is damaged in the files (nothing, it is to be hoped)."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of the database."""
        ...
