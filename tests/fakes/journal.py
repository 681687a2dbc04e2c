"""A journal that keeps what it was told."""

from __future__ import annotations


class KeptJournal:
    """See dialog.journal.Journal. ``events``: the names of all that was reported, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def info(self, event: str, **_: object) -> None:
        """Kept."""
        self.events.append(event)

    def warning(self, event: str, **_: object) -> None:
        """Kept."""
        self.events.append(event)

    def error(self, event: str, **_: object) -> None:
        """Kept."""
        self.events.append(event)
