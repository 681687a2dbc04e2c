"""The ports for time and chance as benchmarks fill them."""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from datetime import UTC, datetime


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)


class SeededDice:
    """Chance that can be repeated."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def seed(self) -> str:
        """32 hex digits."""
        return f"{self._random.getrandbits(128):032x}"

    def public_id(self) -> str:
        """22 URL-safe characters."""
        return urlsafe_b64encode(self._random.randbytes(16)).decode().rstrip("=")
