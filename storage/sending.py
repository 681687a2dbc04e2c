"""Through the gate: published at once on our own screens, or in flight to a messenger."""

from __future__ import annotations

from collections.abc import Sequence

from dialog.bus import OUTBOX
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.outbox import Outgoing
from dialog.reply import Author, Lane
from storage.changes import Changes
from storage.documents import reply_of
from storage.gate import Gate, Waiting
from storage.seat import Seat, save_seats, take_seats
from storage.showing import show
from storage.sql import Script, Sql

_DUE = Sql(
    """SELECT o.conversation_id FROM outbox o WHERE o.status = 'new' AND o.channel = $1 AND o.not_before <= $2
    AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.conversation_id = o.conversation_id AND p.lane = o.lane
    AND p.seq < o.seq AND p.status IN ('new', 'inflight')) ORDER BY o.not_before, o.id LIMIT $3"""
)
_PUBLISHED = Sql(
    """UPDATE outbox SET status = 'accepted', attempts = attempts + 1, started_at = $2, sent_at = $2
    WHERE id = $1 AND status = 'new'"""
)
_IN_FLIGHT = Sql(
    "UPDATE outbox SET status = 'inflight', attempts = attempts + 1, started_at = $2 WHERE id = $1 AND status = 'new'"
)
_ARRIVED = Sql(
    """SELECT o.id, p.provider_id FROM outbox o JOIN outbox p ON p.conversation_id = o.conversation_id
    AND p.seq = (SELECT max(b.seq) FROM outbox b WHERE b.conversation_id = o.conversation_id AND b.seq < o.seq
    AND b.provider_id IS NOT NULL) WHERE o.id IN @1"""
)


class Sending:
    """Scripts that move lines through the gate."""

    def __init__(self, gate: Gate, publishing: frozenset[str]) -> None:
        self._gate = gate
        self._publishing = sorted(publishing)

    def publish(self, changes: Changes, now: int, most: int) -> Script[list[ConversationId]]:
        """Gate, number and show in one transaction: the screens' client drops what it has, so nothing shows twice."""
        ids: set[int] = set()
        for channel in self._publishing:
            ids |= yield from _due(channel, now, most)
        if not ids:
            return []
        seats = yield from take_seats(sorted(ids))
        lines = yield from self._show(changes, seats, now)
        yield from save_seats(list(seats.values()))
        return [ConversationId(one) for one in dict.fromkeys(line.conversation_id for line in lines)]

    def send_new(self, changes: Changes, seats: Sequence[Seat], now: int) -> Script[None]:
        """Lines have just been stored for these conversations: our own screens get theirs in the same transaction.

        The caller has locked the seats and saves them. A line that may not be shown yet is left to ``publish``.
        """
        here = {seat.id: seat for seat in seats if seat.channel in self._publishing}
        if here:
            yield from self._show(changes, here, now)
        if len(here) < len(seats):
            changes.wake(OUTBOX)

    def _show(self, changes: Changes, seats: dict[int, Seat], now: int) -> Script[list[Waiting]]:
        lines = yield from self._gate.open(changes, seats, now, one_per_lane=False)
        if lines:
            yield _PUBLISHED, [(line.id, now) for line in lines]
        yield from show(changes, seats, lines, now)
        return lines

    def claim_send(self, changes: Changes, channel: str, now: int, most: int) -> Script[list[Outgoing]]:
        """Lines in flight from the moment this is committed: the caller's one attempt comes after."""
        ids = yield from _due(channel, now, most)
        if not ids:
            return []
        seats = yield from take_seats(sorted(ids))
        lines = yield from self._gate.open(changes, seats, now, one_per_lane=True)
        if lines:
            yield _IN_FLIGHT, [(line.id, now) for line in lines]
        for line in lines:
            seat = seats[line.conversation_id]
            kind = "bot_inflight" if line.author == Author.BOT.value else "inflight"
            changes.event(kind, seat.id, now, ref=line.id, epoch=seat.epoch)
        yield from save_seats(list(seats.values()))
        rows = (yield _ARRIVED, ([line.id for line in lines],)) if lines else ()
        arrived = {row[0]: str(row[1]) for row in rows}
        return [_outgoing(line, seats[line.conversation_id], arrived.get(line.id, "")) for line in lines]


def _due(channel: str, now: int, most: int) -> Script[set[int]]:
    rows = yield _DUE, (channel, now, most)
    return {row[0] for row in rows}


def _outgoing(line: Waiting, seat: Seat, after: str) -> Outgoing:
    return Outgoing(
        id=OutboxId(line.id),
        conversation_id=ConversationId(line.conversation_id),
        address=Address(channel=seat.channel, account=seat.account, peer=seat.peer),
        lane=Lane(line.lane),
        author=Author(line.author),
        message_class=line.message_class,
        reply=reply_of(line.body),
        attempt=line.attempts + 1,
        random_id=line.random_id,
        parts_sent=line.parts_sent,
        language=seat.language,
        after=after,
    )
