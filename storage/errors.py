"""What can go wrong before the store is open."""

from __future__ import annotations

from pathlib import Path

from booking.refusal import BookRefused, Refusal
from dialog.errors import ZabotaError

OVERLAP = "slot_taken"
"""What SQLite's triggers say of two visits in one master's time."""
POSTGRES_OVERLAP = "23P01"
"""What PostgreSQL says of it."""


def overlap() -> BookRefused:
    """The database's own refusal as the book's callers know it."""
    return BookRefused(Refusal.SLOT_TAKEN)


class DataLocked(ZabotaError):
    """Another process works with this data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"{folder} is in use by process {holder or 'unknown'}")
        self.folder = folder
        self.holder = holder
