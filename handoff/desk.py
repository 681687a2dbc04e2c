"""The managers' desk: queue, claim, reply, return. The port that console and managers' bots use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.ids import ConversationId, UserId
from dialog.inbox import Accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One conversation as the list shows it."""

    conversation_id: ConversationId
    public_id: str
    channel: str
    client_name: str
    owner: str
    """``bot | waiting | human``."""
    owner_id: int | None
    owner_name: str
    label: str
    """Class of the open handoff (``upset | claim | urgent | human | lead | misses``), empty when none is open."""
    priority: int
    reason: str
    triggers: tuple[Mapping[str, object], ...]
    answers: Mapping[str, str]
    promised_at: datetime | None
    waiting_since: datetime | None
    """Since when the client's last message is unanswered."""
    last_text: str
    last_at: datetime
    last_seq: int
    epoch: int
    level: int = 0
    """How often somebody was called in vain; from 2 on the leaders are called."""
    meant_for: int | None = None
    """The manager of last time, for a client who came back to him."""
    left_by: str = ""
    """Who took the conversation and fell silent."""
    snoozed_until: datetime | None = None
    """Put off until then; missing when the client has written since."""
    window_hours: int = 0
    """Where a client can be answered only for so many hours after he wrote; 0: always."""
    window_until: datetime | None = None
    """When those hours are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One line of "what's new": ``lead | upset | missed | quarantine``."""

    id: int
    kind: str
    conversation_id: ConversationId | None
    public_id: str
    """Empty, like all that follows but ``body``: the line is about no conversation."""
    owner: str = ""
    owner_id: int | None = None
    client_name: str = ""
    last_text: str = ""
    last_at: datetime | None = None
    body: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenEvent:
    """One numbered change of the world, for screens that catch up. Numbers grow in commit order, without gaps."""

    seq: int
    kind: str
    conversation_id: ConversationId | None
    body: Mapping[str, object]
    created_at: datetime


class Desk(Protocol):
    """What a manager can see and do. Authorisation is the caller's."""

    async def queue(self, box: str, user: UserId, most: int) -> Sequence[QueueItem]:
        """A box of the inbox.

        ``waiting`` (most urgent first, then longest waiting), ``mine``, ``bot``, ``closed``, ``all``.
        """
        ...

    async def counts(self, user: UserId) -> Mapping[str, int]:
        """How many conversations each box holds."""
        ...

    async def item(self, public_id: str) -> QueueItem | None:
        """One conversation by its public id."""
        ...

    async def claim(self, conversation_id: ConversationId, user: UserId, epoch: int, now: datetime) -> int:
        """Take a conversation: owner human, epoch grows, the bot's unsent lines are void, all in one transaction.

        Returns the new epoch. Raises Conflict with the holder when somebody else has it or ``epoch`` is old.
        """
        ...

    async def assign(
        self, conversation_id: ConversationId, user: UserId, to: UserId, epoch: int, now: datetime, *, over: bool
    ) -> int:
        """Put a conversation into the hands of ``to``: one's own, or one that nobody leads; ``over``: anybody's.

        What a claim does, done for somebody else. Returns the new epoch. Raises Conflict.
        """
        ...

    async def reply(
        self, conversation_id: ConversationId, user: UserId, text: str, client_id: str, epoch: int, now: datetime
    ) -> Accepted:
        """Say something as this manager; idempotent by ``client_id``. Conflict when the conversation is not theirs."""
        ...

    async def give_back(
        self, conversation_id: ConversationId, user: UserId, choice: str, client_id: str, epoch: int, now: datetime
    ) -> Accepted:
        """Return the conversation to the bot: ``step`` (the old step again), ``menu``, ``silent``."""
        ...

    async def leave(self, conversation_id: ConversationId, holder: UserId, epoch: int, now: datetime) -> Accepted:
        """Back to the queue, because its holder may not come in any more; the client hears that somebody else comes.

        Idempotent. Conflict when ``holder`` does not have it.
        """
        ...

    async def events(self, after: int, most: int) -> Sequence[ScreenEvent]:
        """The screens' event stream above ``after``."""
        ...

    async def last_event(self) -> int:
        """The newest number of the event stream."""
        ...

    async def news(self, after: int, most: int) -> Sequence[NewsItem]:
        """What happened while nobody looked, newest first, with ids above ``after``."""
        ...
