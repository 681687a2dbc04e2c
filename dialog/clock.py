"""Time and chance as ports, so that tests and replays can hold them still."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


class Dice(Protocol):
    """Makes what must be unguessable or unique."""

    def seed(self) -> str:
        """32 hex digits (128 random bits)."""
        ...

    def public_id(self) -> str:
        """22 URL-safe characters (128 random bits)."""
        ...
