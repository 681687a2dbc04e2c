"""A conversation's row while a transaction holds it: its counters, and when it is ready for a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialog.message import Address
from storage.moments import SECOND
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings

SHORT = 160
"""So much of the last line is copied beside the counters."""

_BY_ID = Sql(
    """SELECT id, public_id, channel, account, peer, language, owner_kind, owner_id, epoch, version, inbox_seq,
    message_seq, outbox_seq, ready_at, burst_since, lease, lease_until, unanswered_since, last_client_at, last_at,
    last_text, label, priority, person_id FROM conversation WHERE id = $1 /*pg FOR NO KEY UPDATE*/"""
)
_BY_IDS = Sql(
    """SELECT id, public_id, channel, account, peer, language, owner_kind, owner_id, epoch, version, inbox_seq,
    message_seq, outbox_seq, ready_at, burst_since, lease, lease_until, unanswered_since, last_client_at, last_at,
    last_text, label, priority, person_id FROM conversation WHERE id IN @1 ORDER BY id /*pg FOR NO KEY UPDATE*/"""
)
_BY_ADDRESS = Sql(
    """SELECT id, public_id, channel, account, peer, language, owner_kind, owner_id, epoch, version, inbox_seq,
    message_seq, outbox_seq, ready_at, burst_since, lease, lease_until, unanswered_since, last_client_at, last_at,
    last_text, label, priority, person_id FROM conversation
    WHERE channel = $1 AND account = $2 AND peer = $3 /*pg FOR NO KEY UPDATE*/"""
)
_SAVE = Sql(
    """UPDATE conversation SET inbox_seq = $2, message_seq = $3, ready_at = $4, burst_since = $5,
    unanswered_since = $6, last_client_at = $7, last_at = $8, last_text = $9 WHERE id = $1"""
)


@dataclass(slots=True)
class Seat:
    """The columns that storing and showing messages changes. Times in microseconds.

    Whoever has a Seat holds the row's lock: numbers taken from it are nobody else's.
    """

    id: int
    public_id: str
    channel: str
    account: str
    peer: str
    language: str
    owner_kind: str
    owner_id: int | None
    epoch: int
    version: int
    inbox_seq: int
    message_seq: int
    outbox_seq: int
    ready_at: int | None
    burst_since: int | None
    lease: int
    lease_until: int | None
    unanswered_since: int | None
    last_client_at: int | None
    last_at: int
    last_text: str
    label: str
    priority: int
    person_id: int

    def forget_claimed(self, claimed_at: int | None) -> None:
        """What made the conversation ready was claimed at ``claimed_at``: only what came later counts."""
        if claimed_at is not None and self.ready_at is not None and self.ready_at <= claimed_at:
            self.ready_at = self.burst_since = None

    def arrive(self, now: int, *, waits: bool, settings: StoreSettings) -> None:
        """Something came in: set when the conversation is ready. ``waits``: more of the same burst may follow."""
        ready, since = self.ready_at, self.burst_since
        if ready is not None and since is None:
            # Ready already, or pausing after a failed attempt: neither is moved by a message.
            return
        if not waits:
            self.ready_at, self.burst_since = now if ready is None else min(ready, now), None
        elif ready is None or since is None:
            self.ready_at, self.burst_since = now + round(settings.burst_wait * SECOND), now
        elif ready > now:
            self.ready_at = min(now + round(settings.burst_wait * SECOND), since + round(settings.burst_most * SECOND))

    def heard(self, text: str, now: int) -> int:
        """The client's line is shown: its number in the transcript."""
        self.message_seq += 1
        self.last_text, self.last_at, self.last_client_at = text[:SHORT], now, now
        if self.unanswered_since is None:
            self.unanswered_since = now
        return self.message_seq

    def spoken(self, text: str, author: str, now: int) -> int:
        """A line of ours is shown: its number in the transcript.

        A client who waits for a person is not answered by the promise that one will come, and a list of
        conversations goes on showing what the client said.
        """
        self.message_seq += 1
        self.last_at = now
        if author == "manager" or self.owner_kind == "bot":
            self.last_text, self.unanswered_since = text[:SHORT], None
        return self.message_seq

    def summary(self, **more: object) -> dict[str, object]:
        """What a list of conversations shows of it: the body of the screens' events."""
        return {
            "public_id": self.public_id,
            "channel": self.channel,
            "owner": self.owner_kind,
            "owner_id": self.owner_id,
            "label": self.label,
            "priority": self.priority,
            "waiting_since": self.unanswered_since,
            "last_text": self.last_text,
            "last_at": self.last_at,
            "last_seq": self.message_seq,
            **more,
        }

    def _saved(self) -> tuple[object, ...]:
        return (
            self.id,
            self.inbox_seq,
            self.message_seq,
            self.ready_at,
            self.burst_since,
            self.unanswered_since,
            self.last_client_at,
            self.last_at,
            self.last_text,
        )


def take_seat(conversation_id: int) -> Script[Seat]:
    """Lock one conversation. Raises KeyError when there is none with this id."""
    rows = yield _BY_ID, (conversation_id,)
    if not rows:
        raise KeyError(conversation_id)
    return Seat(*rows[0])


def take_seats(ids: list[int]) -> Script[dict[int, Seat]]:
    """Lock conversations, always in the order of their ids, so that two takers cannot wait for each other."""
    if len(ids) == 1:
        rows = yield _BY_ID, (ids[0],)
    else:
        rows = yield _BY_IDS, (ids,)
    return {row[0]: Seat(*row) for row in rows}


def where_of(address: Address) -> tuple[str, str, str]:
    """The address as its columns."""
    return address.channel, address.account, address.peer


def take_seats_at(addresses: Sequence[Address]) -> Script[dict[Address, Seat]]:
    """Lock the conversations of addresses, as far as there are any, in the order given.

    Where others lock as well (PostgreSQL) only one address may be asked for: rows are locked in the order of their ids.
    """
    if len(addresses) == 1:
        rows = yield _BY_ADDRESS, where_of(addresses[0])
    else:
        rows = yield _BY_ADDRESS, [where_of(address) for address in addresses]
    return {Address(channel=row[2], account=row[3], peer=row[4]): Seat(*row) for row in rows}


def save_seats(seats: list[Seat]) -> Script[None]:
    """Write the counters back."""
    if len(seats) == 1:
        yield _SAVE, seats[0]._saved()
    elif seats:
        yield _SAVE, [seat._saved() for seat in seats]
