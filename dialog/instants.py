"""Moments as text, for places that keep text only."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """An aware moment as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()


def from_text(text: str) -> datetime:
    """The moment behind ``to_text``. Raises ValueError for anything else."""
    return datetime.fromisoformat(text)
