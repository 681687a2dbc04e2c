"""Moments as the database keeps them: whole microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_START = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
HOUR = 3_600 * SECOND


def micros(moment: datetime) -> int:
    """``moment`` (aware) as the database keeps it, exact."""
    return round(moment.timestamp() * SECOND)


def moment(microseconds: int) -> datetime:
    """The moment that the database kept, aware UTC."""
    return _START + timedelta(microseconds=microseconds)


def micros_or_none(value: datetime | None) -> int | None:
    """The same for a moment that may be missing."""
    return None if value is None else micros(value)


def moment_or_none(microseconds: int | None) -> datetime | None:
    """The same for a moment that may be missing."""
    return None if microseconds is None else moment(microseconds)
