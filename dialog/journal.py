"""Where the loops report what an operator should know. Identifiers only, never texts or phones."""

from __future__ import annotations

from typing import Protocol


class Journal(Protocol):
    """A log of events with their fields."""

    def info(self, event: str, **fields: object) -> object:
        """Something worth knowing."""
        ...

    def warning(self, event: str, **fields: object) -> object:
        """Something that heals itself but should not be frequent."""
        ...

    def error(self, event: str, **fields: object) -> object:
        """Something a person must look at."""
        ...
