"""The real clock and the real dice."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class SystemClock:
    """The machine's time, shifted when a demonstration asks for another hour."""

    def __init__(self, shift: timedelta = timedelta()) -> None:
        self._shift = shift

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC) + self._shift


def shift_to(wall: str, zone: ZoneInfo) -> timedelta:
    """The shift that makes it ``wall`` (HH:MM) in ``zone`` now, on today's date. Raises ValueError."""
    hour, _, minute = wall.partition(":")
    now = datetime.now(zone)
    return now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0) - now


class SystemDice:
    """The operating system's randomness."""

    def seed(self) -> str:
        """32 hex digits."""
        return secrets.token_hex(16)

    def public_id(self) -> str:
        """22 URL-safe characters."""
        return secrets.token_urlsafe(16)
