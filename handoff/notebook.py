"""What the salon's people write down about a conversation for themselves: the port behind notes, marks and search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.ids import ConversationId, UserId
from handoff.desk import QueueItem


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskNote:
    """One note; clients never see it. ``mentions`` are the people it calls by ``@login``."""

    id: int
    author_id: int
    author_name: str
    text: str
    mentions: tuple[int, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenWord:
    """What a manager has promised a client, and by when. ``kept_at`` set: done."""

    id: int
    author_name: str
    text: str
    due_at: datetime
    kept_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodPoint:
    """How one message of the client sounded: ``score`` in 0..1, 1 is surely upset."""

    at: datetime
    score: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTalk:
    """Another conversation of the same person."""

    public_id: str
    channel: str
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything written down about one conversation."""

    notes: tuple[DeskNote, ...]
    tags: tuple[str, ...]
    words: tuple[GivenWord, ...]
    mood: tuple[MoodPoint, ...]
    others: tuple[OtherTalk, ...]
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One conversation that a search has found, with the line that fits."""

    item: QueueItem
    seq: int
    text: str
    at: datetime


class Notebook(Protocol):
    """Every change is one transaction and reaches the screens as an event. Authorisation is the caller's."""

    async def page(self, conversation_id: ConversationId, now: datetime) -> Page:
        """All there is, oldest notes first, kept words left out after a day."""
        ...

    async def note(
        self, conversation_id: ConversationId, user: UserId, text: str, mentions: Sequence[UserId], now: datetime
    ) -> None:
        """Write a note."""
        ...

    async def tag(self, conversation_id: ConversationId, user: UserId, tag: str, on: bool, now: datetime) -> None:
        """Put a label on a conversation, or take it off. No error when it is so already."""
        ...

    async def tags(self) -> Sequence[str]:
        """Labels in use, the most used first."""
        ...

    async def give_word(
        self,
        conversation_id: ConversationId,
        user: UserId,
        text: str,
        due_at: datetime,
        now: datetime,
        client_id: str,
    ) -> None:
        """Remember a promise with its date. The same words again on the same conversation move its date.

        ``client_id`` is the reply's that gave it: the same one again changes nothing, and a promise kept stays kept.
        """
        ...

    async def keep_word(self, conversation_id: ConversationId, word_id: int, now: datetime) -> bool:
        """The promise is kept. False when there is no such promise here."""
        ...

    async def snooze(self, conversation_id: ConversationId, until: datetime | None, now: datetime) -> None:
        """Out of sight until a moment, or until the client writes; None: back at once."""
        ...

    async def search(self, words: str, most: int, *, only_of: UserId | None) -> Sequence[Found]:
        """Conversations where a line or the client's name holds ``words``, whatever their case, newest first.

        ``only_of``: just those that wait, that this manager leads or has led.
        """
        ...

    async def unanswered(self, most: int) -> Sequence[QueueItem]:
        """Conversations whose last word is the client's, longest waiting first, whoever has them."""
        ...
