"""Stored first: person, address and conversation on the first message, then the row and the shown line."""

from __future__ import annotations

from collections.abc import Sequence

from dialog.bus import EVENTS, INBOX, conversation_topic
from dialog.clock import Dice
from dialog.ids import ConversationId, InboxId
from dialog.inbox import Accepted
from dialog.message import SYSTEM_ACCOUNT, Address, InboundMessage, Kind
from storage.changes import Changes
from storage.documents import client_line, inbound_text
from storage.leases import Leases
from storage.seat import Seat, save_seats, take_seats, take_seats_at, where_of
from storage.sql import Script, Sql, Values
from storage.store_settings import StoreSettings

_FIND = Sql("SELECT id, channel, account, peer FROM conversation WHERE channel = $1 AND account = $2 AND peer = $3")
_LOCK_ADDRESS = Sql("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
_PERSON = Sql("INSERT INTO person (language, created_at) VALUES ($1, $2) RETURNING id")
_ADDRESS = Sql(
    "INSERT INTO address (person_id, channel, account, peer, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id"
)
_KNOWN_ADDRESS = Sql(
    "SELECT id, person_id, channel, account, peer FROM address WHERE channel = $1 AND account = $2 AND peer = $3"
)
_CONVERSATION = Sql(
    """INSERT INTO conversation
    (public_id, person_id, address_id, channel, account, peer, language, last_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id, channel, account, peer"""
)
_STORE = Sql(
    """INSERT INTO inbox (conversation_id, seq, channel, account, event_key, kind, body, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel, account, event_key) DO NOTHING
    RETURNING conversation_id, seq, id"""
)
_KNOWN = Sql(
    """SELECT i.id, i.conversation_id, coalesce(m.seq, 0) FROM inbox i LEFT JOIN message m
    ON m.conversation_id = i.conversation_id AND m.event_key = i.event_key AND m.author = 'client'
    WHERE i.channel = $1 AND i.account = $2 AND i.event_key = $3"""
)
_SHOW = Sql(
    """INSERT INTO message (conversation_id, seq, author, kind, body, created_at, event_key)
    VALUES ($1, $2, 'client', $3, $4, $5, $6)"""
)

Key = tuple[str, str, str]

_SHOWN_KINDS = frozenset({Kind.TEXT, Kind.PRESS, Kind.MEDIA, Kind.LOCATION, Kind.CONTACT})
_WAITING_KINDS = frozenset({Kind.TEXT, Kind.MEDIA})


class Accepting:
    """Scripts that let messages in."""

    def __init__(self, settings: StoreSettings, dice: Dice, leases: Leases) -> None:
        self.settings = settings
        self._dice = dice
        self._leases = leases

    def accept(self, changes: Changes, messages: Sequence[InboundMessage], now: int) -> Script[list[Accepted]]:
        """Clients' messages, in their order."""
        places = yield from self._seats(changes, messages, now)
        seats = [places[message.address] for message in messages]
        return (yield from self._store(changes, list(zip(messages, seats, strict=True)), now))

    def enter(self, changes: Changes, seat: Seat, message: InboundMessage, now: int) -> Script[Accepted]:
        """One of our own rows, into a conversation that the caller has locked and is going to save."""
        stored = yield _STORE, self._row(seat, message, now)
        if not stored:
            return (yield from self._known(message))
        self._arrived(changes, seat, message, now)
        return Accepted(
            inbox_id=InboxId(stored[0][2]), conversation_id=ConversationId(seat.id), fresh=True, shown_seq=0
        )

    def _store(self, changes: Changes, places: list[tuple[InboundMessage, Seat]], now: int) -> Script[list[Accepted]]:
        rows = [self._row(seat, message, now) for message, seat in places]
        stored = yield _STORE, rows
        ids = {(conversation_id, seq): inbox_id for conversation_id, seq, inbox_id in stored}
        accepted: list[Accepted | None] = []
        shown: list[Values] = []
        fresh: dict[int, Seat] = {}
        for (message, seat), row in zip(places, rows, strict=True):
            inbox_id = ids.get((seat.id, row[1]))
            if inbox_id is None:
                accepted.append(None)
                continue
            fresh[seat.id] = seat
            self._arrived(changes, seat, message, now)
            if message.kind is not Kind.OPENED or message.data.get("again"):
                seat.last_client_at = now
            seq = self._show(changes, seat, message, now, shown)
            accepted.append(
                Accepted(inbox_id=inbox_id, conversation_id=ConversationId(seat.id), fresh=True, shown_seq=seq)
            )
        if shown:
            yield _SHOW, shown
        yield from save_seats(list(fresh.values()))
        results: list[Accepted] = []
        for one, (message, _) in zip(accepted, places, strict=True):
            results.append(one or (yield from self._known(message)))
        return results

    def _row(self, seat: Seat, message: InboundMessage, now: int) -> Values:
        # A number that a repeat has taken in vain is a gap, which the inbox may have (the transcript may not).
        seat.inbox_seq += 1
        address = message.address
        return (
            seat.id,
            seat.inbox_seq,
            address.channel,
            address.account,
            message.event_key,
            message.kind.value,
            inbound_text(message),
            now,
        )

    def _arrived(self, changes: Changes, seat: Seat, message: InboundMessage, now: int) -> None:
        seat.forget_claimed(self._leases.since(seat.id))
        waits = message.kind in _WAITING_KINDS and not message.cuts_burst
        seat.arrive(now, waits=waits, settings=self.settings)
        changes.wake(INBOX)

    def _show(self, changes: Changes, seat: Seat, message: InboundMessage, now: int, shown: list[Values]) -> int:
        if message.kind not in _SHOWN_KINDS or (message.kind is Kind.PRESS and not message.text):
            return 0
        seq = seat.heard(message.text, now)
        shown.append((seat.id, seq, message.kind.value, client_line(message), now, message.event_key))
        changes.event("client_message", seat.id, now, ref=seq, epoch=seat.epoch, body=seat.summary())
        changes.wake(EVENTS, conversation_topic(seat.id))
        return seq

    def _known(self, message: InboundMessage) -> Script[Accepted]:
        address = message.address
        inbox_id, conversation_id, shown = (yield _KNOWN, (address.channel, address.account, message.event_key))[0]
        return Accepted(inbox_id=inbox_id, conversation_id=conversation_id, fresh=False, shown_seq=shown)

    def _seats(self, changes: Changes, messages: Sequence[InboundMessage], now: int) -> Script[dict[Address, Seat]]:
        first: dict[Address, InboundMessage] = {}
        for message in messages:
            first.setdefault(message.address, message)
        found: dict[Address, Seat] = {}
        if changes.alone or len(first) == 1:
            found = yield from take_seats_at(list(first))
        missing = [message for address, message in first.items() if address not in found]
        if missing:
            ids = yield from self._ids(changes, missing, now)
            seats = yield from take_seats(sorted(ids.values()))
            found |= {address: seats[conversation_id] for address, conversation_id in ids.items()}
        return found

    def _ids(self, changes: Changes, messages: Sequence[InboundMessage], now: int) -> Script[dict[Address, int]]:
        """The conversations of these addresses, made where there are none yet. They are not locked."""
        found: dict[Address, int] = {}
        if not changes.alone:
            found = yield from _find([message.address for message in messages])
            missing = [message.address for message in messages if message.address not in found]
            if missing:
                # Two first messages of one address at once: the second waits here and then finds the conversation.
                yield from lock_addresses(missing)
                found |= yield from _find(missing)
        return found | (yield from self._make([one for one in messages if one.address not in found], now))

    def _make(self, messages: Sequence[InboundMessage], now: int) -> Script[dict[Address, int]]:
        if not messages:
            return {}
        default = self.settings.default_language
        languages = {where_of(message.address): message.language or default for message in messages}
        # Somebody may have been introduced before the first message, by a signed link.
        known = yield _KNOWN_ADDRESS, list(languages)
        people: dict[Key, tuple[int, int]] = {row[2:]: (row[0], row[1]) for row in map(tuple, known)}
        strangers = [key for key in languages if key not in people]
        if strangers:
            persons = yield _PERSON, [(languages[key], now) for key in strangers]
            addresses = yield _ADDRESS, [(row[0], *key, now) for row, key in zip(persons, strangers, strict=True)]
            for key, person, address in zip(strangers, persons, addresses, strict=True):
                people[key] = address[0], person[0]
        rows: list[Values] = [
            (self._dice.public_id(), people[key][1], people[key][0], *key, language, now)
            for key, language in languages.items()
        ]
        made = yield _CONVERSATION, rows
        return {Address(channel=row[1], account=row[2], peer=row[3]): row[0] for row in made}


def own_row(peer: str, event_key: str, kind: Kind, data: dict[str, str]) -> InboundMessage:
    """A row that the store itself puts into the inbox."""
    address = Address(channel=SYSTEM_ACCOUNT, account=SYSTEM_ACCOUNT, peer=peer)
    return InboundMessage(address=address, event_key=event_key, kind=kind, data=data, cuts_burst=True)


def lock_addresses(addresses: Sequence[Address]) -> Script[None]:
    """Whoever makes something for an address that is not there yet is the only one to do so (PostgreSQL)."""
    yield _LOCK_ADDRESS, [(name,) for name in sorted("\n".join(where_of(address)) for address in addresses)]


def _find(addresses: list[Address]) -> Script[dict[Address, int]]:
    rows = yield _FIND, [where_of(address) for address in addresses]
    return {Address(channel=row[1], account=row[2], peer=row[3]): row[0] for row in rows}
