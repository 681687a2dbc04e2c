"""Wake-ups set by turns: a fired timer is an inbox row like any other."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Timers(Protocol):
    """Timers are keyed (subject kind, subject id, kind); each setting raises the revision."""

    async def fire(self, now: datetime, most: int) -> int:
        """Turn up to ``most`` due timers into inbox rows with key ``timer:<id>:<revision>``. Returns how many."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next timer is due, if one is set."""
        ...
