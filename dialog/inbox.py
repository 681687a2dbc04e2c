"""The one way in: what a store must promise about inbound rows and turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from booking.refusal import Refusal
from dialog.conversation import Conversation
from dialog.ids import ConversationId, InboxId
from dialog.message import InboundMessage
from dialog.turn import Turn, TurnContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of one inbound message. ``fresh`` is False for a repeat of a known event key.

    ``shown_seq`` is the number of the message in the conversation's transcript (0 when it is not shown there).
    """

    inbox_id: InboxId
    conversation_id: ConversationId
    fresh: bool
    shown_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One stored inbound message. ``attempts``: how often a turn with it has already failed."""

    id: InboxId
    seq: int
    message: InboundMessage
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One conversation with everything that waits for it, in order.

    ``lease`` is the fencing token: the write of the turn checks it together with the version.
    ``spent``: its row has used up all attempts without an answer, by taking the process down each time:
    run no turn, call ``Inbox.fail``.
    """

    conversation: Conversation
    rows: tuple[InboxRow, ...]
    lease: int
    spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A turn that is ready to be written, with the context and the answers that a replay needs.

    ``work.rows`` may be only the first of the rows that wait: the conversation stays ready for the others.
    """

    work: Work
    context: TurnContext
    turn: Turn
    answers: tuple[tuple[str, object], ...] = ()
    """Question (its class name) and answer, in the order asked."""


class Outcome(StrEnum):
    """What became of the write of one turn."""

    COMMITTED = "committed"
    STALE = "stale"
    """The version or the lease had moved on: nothing was written, the turn runs again."""
    FAILED = "failed"
    """The database refused what this turn wrote (not the others): call ``Inbox.fail``."""


class Inbox(Protocol):
    """Stored first, thought about afterwards. Every method is durable when it returns."""

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        """Store ``messages`` in their order, one result each.

        Makes person, address and conversation on the first message of an address; takes the conversation's
        next sequence number in the same transaction; a known (channel, account, event key) stores nothing.
        Clients' messages also enter the transcript at once. Sets when the conversation is ready for a turn:
        text waits ``burst_wait`` after the last text, ``burst_most`` at most; ``cuts_burst`` means now.
        Raises StoreBusy (nothing stored) when the database cannot write.
        """
        ...

    async def accept_into(self, conversation_id: ConversationId, message: InboundMessage, now: datetime) -> Accepted:
        """Store one of our own rows (manager's action, refused prompt) for a known conversation. Same promises."""
        ...

    async def claim(self, now: datetime, most: int) -> Sequence[Work]:
        """Up to ``most`` conversations that are ready, each held by this caller until its lease ends.

        A conversation is never handed to two callers at once. Rows with attempts > 0 come one at a time.
        """
        ...

    async def next_ready(self) -> datetime | None:
        """When the next conversation becomes ready, if any waits."""
        ...

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        """Write all turns in one transaction (group commit), each behind a savepoint, one outcome each.

        A Refusal: the book said no to what the turn ordered, and nothing of it was written; run it once more with
        the refusal in its context. It is still this caller's work.

        Writes the conversation (version n -> n+1), the turn with its record, all effects, and marks the rows done.
        Lines for our own screens (the site's chat) go through the gate at once: they are shown when this returns.
        A claim by a person in between moves the version: STALE.
        """
        ...

    async def release(self, works: Sequence[Work], now: datetime) -> None:
        """Give back what was claimed and not written: ready at once, nothing counted against it. Never raises.

        For a worker that stops, or that the database turned away. Work that was written after all is left alone.
        """
        ...

    async def fail(self, work: Work, error: str, now: datetime) -> bool:
        """Count a failed attempt on the rows of ``work`` and give the conversation back after a pause.

        True when the limit of attempts was reached: the first row is in quarantine (kept, shown to the
        operator) and the later rows of the conversation go on without it.
        """
        ...
