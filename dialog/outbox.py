"""The one way out: what a store must promise about outgoing rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.reply import Author, Lane, Reply


class SendStatus(StrEnum):
    """The life of an outgoing row. Statuses of a sent row only rise: accepted < delivered < read."""

    NEW = "new"
    INFLIGHT = "inflight"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    VOID = "void"
    """Taken back before it was sent: a person took over, or a newer line made it pointless."""
    SUPERSEDED = "superseded"
    """Was unknown, and something newer went out: not repeated."""


SHOWN = frozenset({SendStatus.ACCEPTED, SendStatus.DELIVERED, SendStatus.READ, SendStatus.UNKNOWN})


REPEATED = frozenset({"dialog", "service"})
"""Classes of messages that may be sent once more when nobody knows whether they arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One row that passed the gate: the caller may make exactly one attempt to send it."""

    id: OutboxId
    conversation_id: ConversationId
    address: Address
    lane: Lane
    author: Author
    message_class: str
    reply: Reply
    attempt: int
    parts_sent: int = 0
    """How many of the messages that it becomes on this messenger have surely gone out: begin with the next."""
    random_id: int = 0
    """A random 31-bit number kept with the row, the same at every attempt: for messengers that drop repeats by it."""
    language: str = "ru"
    after: str = ""
    """How the messenger names the newest line before this one that surely arrived; empty for the first."""

    @property
    def may_repeat(self) -> bool:
        """Whether a double is cheaper than a loss: so it is for what the bot says in a dialog, and for nothing else."""
        return self.message_class in REPEATED and self.author is not Author.MANAGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a messenger may be asked to give back with its receipts: both are the line's own, see Outgoing.

    The number alone would do until a database is restored: then other lines get the numbers of those after the copy.
    """

    id: OutboxId
    random_id: int


class Settled(StrEnum):
    """What one attempt to send came to."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    """Surely not sent: try again later, but not for ever."""
    DEFERRED = "deferred"
    """Surely not sent, for no fault of the line: try again later, as often as it takes within a day."""
    REJECTED = "rejected"
    """Surely not sent and never will be."""
    GONE = "gone"
    """The client cannot be reached at this address any more."""
    UNKNOWN = "unknown"
    """Nobody knows whether it arrived."""


class Failure(StrEnum):
    """Why a line did not simply arrive: the classes that every messenger's own codes are sorted into."""

    NONE = ""
    RECIPIENT_GONE = "recipient_gone"
    WINDOW_CLOSED = "window_closed"
    OPTED_OUT = "opted_out"
    THROTTLED = "throttled"
    BAD_MESSAGE = "bad_message"
    BAD_CREDENTIALS = "bad_credentials"
    TRANSIENT = "transient"
    UNKNOWN_OUTCOME = "unknown_outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The outcome of one attempt. ``retry_after`` in seconds; ``provider_id`` as the messenger names it.

    ``parts_sent``: see Outgoing, after this attempt. ``called``: False when the messenger was not even asked.
    ``charged`` parts and their ``cost`` in hundredths, where a message costs money.
    ``trouble``: code of the text that tells the owner what is wrong with the account, where he must mend it.
    """

    outcome: Settled
    provider_id: str = ""
    error: str = ""
    retry_after: float | None = None
    failure: Failure = Failure.NONE
    parts_sent: int = 0
    called: bool = True
    charged: int = 0
    cost: int = 0
    trouble: str = ""


class Outbox(Protocol):
    """No row goes out except through ``publish`` or ``claim_send``: the one gate that re-checks everything.

    The gate: right owner epoch for the bot's lines, address not blocked, not before its time, and nothing
    older new or in flight in the same conversation and lane.
    """

    async def publish(self, now: datetime, most: int) -> Sequence[ConversationId]:
        """For channels whose "send" is a row that screens read (the site's chat): gate, number and show.

        What a turn says is shown when the turn is written; this is for lines that had to wait.
        Returns the conversations that have something new. Exactly once: gate and number are one transaction.
        """
        ...

    async def claim_send(self, channel: str, now: datetime, most: int) -> Sequence[Outgoing]:
        """Move up to ``most`` rows of ``channel`` from new to in flight, at most one per conversation and lane."""
        ...

    async def settle(self, sent: Outgoing, settlement: Settlement, now: datetime) -> None:
        """Record the outcome of an attempt. A refused prompt also becomes an inbox row of its conversation."""
        ...

    async def receipt(
        self,
        channel: str,
        account: str,
        provider_id: str,
        status: SendStatus,
        now: datetime,
        *,
        mark: Mark | None = None,
        error: str = "",
    ) -> bool:
        """A delivery or read receipt: statuses only rise. False for an id that no line has, or none has yet.

        ``mark``: finds the line where the messenger gives it back, also one of unknown fate, which is settled by it
        and not repeated. ``error``: why it failed, where it did.
        """
        ...

    async def sweep(self, now: datetime) -> int:
        """Rows left in flight by a dead sender become unknown; old unknown rows are repeated once or superseded.

        Policy by message class: dialog and service lines are repeated once, only if nothing newer went out in their
        lane, and at the earliest 20 s after the attempt ended; a minute where the messenger tells by itself what has
        arrived. Marketing and managers' lines never. Returns rows changed.
        """
        ...

    async def next_due(self) -> datetime | None:
        """When the next row may go out, if any waits."""
        ...
