"""Questions without an answer, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dialog.missed import Missed
from tests.fakes.moments import NOON


class FakeMissed:
    """Implements dialog.missed.MissedQuestions."""

    def __init__(self) -> None:
        self.kept: list[Missed] = []

    def ask(self, text: str, reply: str = "", days_ago: int = 0) -> None:
        """Somebody asks."""
        at = NOON - timedelta(days=days_ago)
        self.kept.append(Missed(text=text, at=at, chat=f"chat{len(self.kept)}", reply=reply))

    async def since(self, moment: datetime) -> Sequence[Missed]:
        """See MissedQuestions."""
        return sorted((one for one in self.kept if one.at >= moment), key=lambda one: one.at, reverse=True)
