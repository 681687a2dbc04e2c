"""A journal for harnesses: counts what the loops report, prints errors when asked to."""

from __future__ import annotations

import sys
from collections import Counter


class QuietJournal:
    """Counts events; errors also go to the standard error output."""

    def __init__(self, *, shows_errors: bool = True) -> None:
        self.counts: Counter[str] = Counter()
        self._shows_errors = shows_errors

    def info(self, event: str, **_: object) -> None:
        """Counted."""
        self.counts[event] += 1

    def warning(self, event: str, **_: object) -> None:
        """Counted."""
        self.counts[event] += 1

    def error(self, event: str, **fields: object) -> None:
        """Counted and shown."""
        self.counts[event] += 1
        if self._shows_errors:
            print(event, fields, file=sys.stderr, flush=True)
