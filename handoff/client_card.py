"""What is known of the client beside the conversation: the port behind the right-hand card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.joining import Joining


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCard:
    """One client. ``phone`` is E.164 or empty; ``phone_verified`` False means that it was only typed.

    ``joined``: addresses that became his by links, the newest first.
    """

    name: str
    phone: str
    phone_verified: bool
    channel: str
    language: str
    first_at: datetime | None
    joined: Sequence[Joining] = ()


class Cards(Protocol):
    """The people who write."""

    async def card(self, public_id: str) -> ClientCard | None:
        """The client of a conversation, by the conversation's public id."""
        ...

    async def part(self, public_id: str, joining_id: int, user_id: int, now: datetime) -> bool:
        """Take back one joining of this client: the address is somebody else's again. False: there is no such one."""
        ...
