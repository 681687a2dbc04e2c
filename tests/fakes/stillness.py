"""Time and chance that a test holds in its hand."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta


class StillClock:
    """Stands until a test moves it."""

    def __init__(self, start: datetime = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **span: float) -> None:
        self._now += timedelta(**span)


class CountedDice:
    """Different at every throw, the same in every run."""

    def __init__(self, start: str = "dice") -> None:
        self._start = start
        self._thrown = 0

    def _bytes(self) -> bytes:
        self._thrown += 1
        return hashlib.sha256(f"{self._start}{self._thrown}".encode()).digest()[:16]

    def seed(self) -> str:
        return self._bytes().hex()

    def public_id(self) -> str:
        return base64.urlsafe_b64encode(self._bytes()).decode().rstrip("=")


class StillJournal:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, **fields: object) -> None:
        self.lines.append((event, fields))

    def warning(self, event: str, **fields: object) -> None:
        self.lines.append((event, fields))

    def error(self, event: str, **fields: object) -> None:
        self.lines.append((event, fields))
