"""A question that the bot had no answer to, as the salon's people read it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One question. ``at`` aware UTC; ``chat``: public id of its conversation."""

    text: str
    at: datetime
    chat: str
    reply: str
    """What a manager wrote next in that conversation, within a day; empty when nobody did."""


class MissedQuestions(Protocol):
    """Read side of all conversations."""

    async def since(self, moment: datetime) -> Sequence[Missed]:
        """Questions asked at ``moment`` or later, newest first, at most a thousand."""
        ...
