"""What screens show of a conversation: numbered messages, the same for the client and for the manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.ids import ConversationId
from dialog.message import Address
from dialog.reply import Attachment, Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """One shown line. ``seq`` counts from 1 without gaps within the conversation.

    ``author``: ``client | bot | system | manager``; ``author_name`` of a manager as clients may see it.
    ``kind``: ``text | press | media | location | contact``; ``event_key`` of a client's line (its client id).
    ``files`` go with the line.
    """

    seq: int
    author: str
    author_name: str
    kind: str
    text: str
    choices: tuple[Choice, ...]
    media_id: str
    event_key: str
    turn_id: int | None
    created_at: datetime
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHead:
    """Who owns the conversation behind an address, and how far its transcript goes."""

    id: ConversationId
    owner: str
    language: str
    last_seq: int


class Transcript(Protocol):
    """Read side of a conversation. Reads committed rows only."""

    async def head(self, address: Address) -> ConversationHead | None:
        """The conversation of an address, or None when nobody wrote from it yet."""
        ...

    async def after(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        """Messages with a number above ``seq``, in order, at most ``most``."""
        ...

    async def before(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        """The last ``most`` messages with a number below ``seq``, in order."""
        ...
