"""A clock that stands until it is moved, and dice that count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


class FakeClock:
    """Implements dialog.clock.Clock."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def pass_by(self, time: timedelta) -> None:
        """Let ``time`` pass."""
        self._now += time


class FakeDice:
    """Implements dialog.clock.Dice: never the same twice, always the same in the next run."""

    def __init__(self) -> None:
        self._count = 0

    def seed(self) -> str:
        self._count += 1
        return f"{self._count:032x}"

    def public_id(self) -> str:
        self._count += 1
        return f"{self._count:022d}"
