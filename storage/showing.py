"""A line of ours enters the transcript: numbered, shown once, told to the screens."""

from __future__ import annotations

from collections.abc import Sequence

from dialog.bus import EVENTS, conversation_topic
from storage.changes import Changes
from storage.documents import line_of
from storage.gate import Waiting
from storage.seat import Seat
from storage.sql import Script, Sql, Values

_SHOW = Sql(
    """INSERT INTO message (conversation_id, seq, author, author_id, kind, body, created_at, outbox_id, turn_id)
    VALUES ($1, $2, $3, $4, 'text', $5, $6, $7, $8)"""
)


def show(changes: Changes, seats: dict[int, Seat], lines: Sequence[Waiting], now: int) -> Script[None]:
    """Give ``lines`` their numbers. The seats are to be saved afterwards."""
    rows: list[Values] = []
    for line in lines:
        seat = seats[line.conversation_id]
        seq = seat.spoken(line_of(line.body).text, line.author, now)
        rows.append((seat.id, seq, line.author, line.author_id, line.body, now, line.id, line.turn_id))
        body = seat.summary(author=line.author, seq=seq)
        changes.event("published", seat.id, now, ref=line.id, epoch=seat.epoch, body=body)
        changes.wake(EVENTS, conversation_topic(seat.id))
    if rows:
        yield _SHOW, rows
