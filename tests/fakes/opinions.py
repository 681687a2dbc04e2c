"""What clients said, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dialog.opinion import Opinion


class FakeOpinions:
    """See dialog.opinion.Opinions."""

    def __init__(self) -> None:
        self.all: list[Opinion] = []

    async def since(self, moment: datetime) -> Sequence[Opinion]:
        """See Opinions."""
        found = [one for one in self.all if one.end >= moment]
        return sorted(found, key=lambda one: one.end, reverse=True)
