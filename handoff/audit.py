"""The audit log: who did what in the console. Each line seals the one before, so that tampering shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One act. ``who`` is the person's name, empty for the installation itself; ``seal`` 64 hex digits."""

    id: int
    at: datetime
    who: str
    what: str
    about: str
    address: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditState:
    """What looking through the whole log has found.

    ``head`` is the newest seal (empty: no line yet): kept elsewhere, it proves a whole log later. ``broken`` are lines
    that were changed, or before which lines are gone; ``missing`` is how many lines fewer there are than were written.
    """

    lines: int
    head: str
    broken: tuple[int, ...]
    missing: int

    @property
    def whole(self) -> bool:
        """Whether every line is there as it was written."""
        return not self.broken and not self.missing


class AuditLog(Protocol):
    """The read side; lines are written together with what they tell of."""

    def lines(self) -> AsyncIterator[AuditLine]:
        """Every line, oldest first."""
        ...

    async def verify(self) -> AuditState:
        """Work every seal out anew."""
        ...
