"""What a client said of one visit, as the salon's people read it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One visit that was asked about. ``staff`` and ``service`` are keys of what was done first; ``end`` aware UTC."""

    end: datetime
    staff: str
    service: str
    name: str
    chat: str
    """Public id of the conversation that was asked."""
    answered: bool
    mark: int | None
    """1..5."""
    nps: int | None
    """0..10."""
    words: str


class Opinions(Protocol):
    """Read side of all surveys."""

    async def since(self, moment: datetime) -> Sequence[Opinion]:
        """Of visits that ended at ``moment`` or later, newest first."""
        ...
