"""What is known of the client beside the conversation: the port behind the right-hand card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCard:
    """One client. ``phone`` is E.164 or empty; ``phone_verified`` False means that it was only typed."""

    name: str
    phone: str
    phone_verified: bool
    channel: str
    language: str
    first_at: datetime | None


class Cards(Protocol):
    """Read side of the people who write."""

    async def card(self, public_id: str) -> ClientCard | None:
        """The client of a conversation, by the conversation's public id."""
        ...
