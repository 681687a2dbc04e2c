"""The list of "what's new" that the salon's people read in the morning."""

from __future__ import annotations

from storage.changes import Changes
from storage.seat import Seat
from storage.sql import Script, Sql

_NEWS = Sql("INSERT INTO news (kind, conversation_id, body, created_at) VALUES ($1, $2, $3, $4)")


def add_news(changes: Changes, kind: str, seat: Seat, body: str, now: int) -> Script[None]:
    """One line of "what's new", and its event."""
    yield _NEWS, (kind, seat.id, body, now)
    changes.event("news", seat.id, now, epoch=seat.epoch, body=seat.summary(news=kind))
