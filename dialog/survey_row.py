"""What the store knows of a visit that may be asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.ids import ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRow:
    """One visit. ``branch`` and ``service`` are keys; ``end`` is aware UTC. See SurveyVisit for the flags."""

    visit: int
    done: bool
    end: datetime
    branch: str
    name: str = ""
    service: str = ""
    asked: bool = False
    answered: bool = False
    nps_asked: bool = False
    open_case: bool = False


class Surveys(Protocol):
    """Read side of what clients were asked and said."""

    async def visit(self, visit: int) -> SurveyRow | None:
        """A visit by its number; None when it is gone."""
        ...

    async def last(self, conversation: ConversationId) -> SurveyRow | None:
        """The visit that this conversation was asked about last."""
        ...
