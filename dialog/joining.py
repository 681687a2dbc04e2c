"""One person at two addresses: what is remembered of how that came about, so that it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.ids import ConversationId
from dialog.message import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """``address`` was somebody of his own before."""

    id: int
    address: Address
    joined_at: datetime


class LinkCodes(Protocol):
    """The codes of links that lead from one chat to another."""

    async def holds(self, code: str, conversation: ConversationId, now: datetime) -> bool:
        """Whether whoever talks in ``conversation`` may use ``code`` now."""
        ...
