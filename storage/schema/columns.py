"""Kinds of columns that every table uses, and the one metadata they belong to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.expression import text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_BIG = BigInteger().with_variant(Integer(), "sqlite")


def row_id() -> Column[int]:
    """The table's own number."""
    return Column("id", _BIG, primary_key=True, autoincrement=True)


def number(name: str, default: int | None = None, *, primary_key: bool = False) -> Column[int]:
    """A whole number that is always there."""
    server = None if default is None else str(default)
    return Column(name, _BIG, nullable=False, server_default=server, primary_key=primary_key, autoincrement=False)


def number_or_none(name: str) -> Column[int]:
    """A whole number that may be missing."""
    return Column(name, _BIG, nullable=True)


def moment(name: str) -> Column[int]:
    """A moment: microseconds since 1970, UTC. Its name ends in ``_at``, ``_since`` or ``_until``."""
    return number(name)


def moment_or_none(name: str) -> Column[int]:
    """A moment that may be missing."""
    return number_or_none(name)


def words(name: str, default: str | None = None, *, primary_key: bool = False) -> Column[str]:
    """A text, empty rather than missing."""
    server: TextClause | None = None if default is None else text(f"'{default}'")
    return Column(name, Text(), nullable=False, server_default=server, primary_key=primary_key)


def words_or_none(name: str) -> Column[str]:
    """A text that may be missing."""
    return Column(name, Text(), nullable=True)


def json(name: str) -> Column[str]:
    """A JSON document, kept as text on both databases."""
    return words(name, "{}")
