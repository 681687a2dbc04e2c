"""Statements in one text for both databases, and scripts: what is done with them, without saying by whom.

A script is a generator. It yields a statement with its values and is sent the rows; a database runs it inside one
transaction. So every rule of the store is written once and runs on SQLite and on PostgreSQL alike.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Row: TypeAlias = Sequence[Any]
"""What a database gives back: its columns in the order of the statement."""
Rows: TypeAlias = Sequence[Row]
Values: TypeAlias = tuple[object, ...]

_ONLY_POSTGRES = re.compile(r"/\*pg (.*?)\*/", re.DOTALL)
_ONLY_SQLITE = re.compile(r"/\*lite (.*?)\*/", re.DOTALL)
_LIST = re.compile(r"IN @(text)?(\d+)")
_PARAMETER = re.compile(r"\$(\d+)")


class Sql:
    """One constant statement.

    ``$1`` is a parameter, ``IN @1`` a list of numbers and ``IN @text1`` a list of texts in one parameter,
    ``/*pg ...*/`` is said to PostgreSQL only, ``/*lite ...*/`` to SQLite only.
    """

    __slots__ = ("lists", "postgres", "returns", "sqlite")

    def __init__(self, text: str, *, postgres: str | None = None) -> None:
        """``postgres``: another text for PostgreSQL, where the two differ in more than a lock."""
        spaced = " ".join(text.split())
        self.lists = frozenset(int(found[1]) - 1 for found in _LIST.findall(spaced))
        self.returns = spaced.startswith(("SELECT", "WITH")) or " RETURNING " in spaced
        other = " ".join((postgres or text).split())
        self.postgres = _LIST.sub(_as_array, _ONLY_POSTGRES.sub(r"\1", _ONLY_SQLITE.sub("", other)))
        lite = _LIST.sub(
            r"IN (SELECT value FROM json_each($\2))", _ONLY_SQLITE.sub(r"\1", _ONLY_POSTGRES.sub("", spaced))
        )
        self.sqlite = _PARAMETER.sub(r"?\1", lite)

    def __repr__(self) -> str:
        return f"Sql({self.sqlite!r})"


def _as_array(found: re.Match[str]) -> str:
    return f"= ANY(${found[2]}::{'text' if found[1] else 'bigint'}[])"


Step: TypeAlias = tuple[Sql, Values | list[Values]]
"""A statement with its values; with a list of them it runs once for each, and all their rows come one after another."""
Script: TypeAlias = Generator[Step, Rows, T]
