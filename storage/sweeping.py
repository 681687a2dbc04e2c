"""Lines left in flight by a dead sender, and the one blind repeat that a line of unknown fate may get."""

from __future__ import annotations

from dialog.bus import OUTBOX
from storage.changes import Changes
from storage.gate import Waiting
from storage.moments import SECOND
from storage.seat import save_seats, take_seats
from storage.settling import Settling
from storage.sql import Rows, Script, Sql, Values
from storage.store_settings import StoreSettings

# SQLite uses a partial index only when the query repeats its condition word for word: hence "status IN".
_LOST = Sql(
    """SELECT id, conversation_id FROM outbox WHERE status = 'inflight' AND started_at <= $1
    AND status IN ('inflight', 'unknown') ORDER BY started_at LIMIT 100"""
)
_STILL_LOST = Sql(
    """SELECT id, conversation_id, lane, seq, author, author_id, message_class, epoch, prompt, body, status,
    not_before, attempts, turn_id, random_id, parts_sent FROM outbox
    WHERE id IN @1 AND status = 'inflight' AND started_at <= $2
    ORDER BY id"""
)
_DOUBTFUL = Sql(
    """SELECT id, conversation_id FROM outbox WHERE status = 'unknown' AND repeats = 0 AND started_at <= $1
    AND not_before <= $1 AND status IN ('inflight', 'unknown')
    AND message_class IN ('dialog', 'service') AND author <> 'manager' AND NOT (channel IN @text2)
    ORDER BY started_at LIMIT 100"""
)
_NEWER = Sql(
    """SELECT o.id, EXISTS (SELECT 1 FROM outbox n WHERE n.conversation_id = o.conversation_id AND n.lane = o.lane
    AND n.seq > o.seq AND n.status IN ('inflight', 'accepted', 'delivered', 'read', 'unknown'))
    FROM outbox o WHERE o.id IN @1 AND o.status = 'unknown' AND o.repeats = 0"""
)
_REPEAT = Sql("UPDATE outbox SET status = 'new', repeats = 1, not_before = $2 WHERE id = $1")
_SUPERSEDED = Sql("UPDATE outbox SET status = 'superseded' WHERE id = $1 RETURNING id, conversation_id")


class Sweeping:
    """Scripts behind ``Outbox.sweep``."""

    def __init__(self, settings: StoreSettings, settling: Settling) -> None:
        self._settings = settings
        self._settling = settling

    def sweep(self, changes: Changes, now: int) -> Script[int]:
        """Both steps. Returns how many lines changed."""
        lost = yield from self.lost(changes, now - round(self._settings.send_lease * SECOND), now)
        return lost + (yield from self._doubtful(changes, now))

    def lost(self, changes: Changes, before: int, now: int) -> Script[int]:
        """Lines in flight since ``before`` or longer have lost their sender."""
        rows = yield _LOST, (before,)
        if not rows:
            return 0
        seats = yield from take_seats(_conversations(rows))
        found = yield _STILL_LOST, ([row[0] for row in rows], before)
        for row in found:
            line = Waiting(*row)
            yield from self._settling.lose(changes, seats[line.conversation_id], line, "the sender died", now, now)
        yield from save_seats(list(seats.values()))
        changes.wake(OUTBOX)
        return len(found)

    def _doubtful(self, changes: Changes, now: int) -> Script[int]:
        # A line with a key of its own is repeated by it, or not at all.
        never = self._settings.never_repeated | self._settings.keyed
        rows = yield _DOUBTFUL, (now, sorted(never))
        if not rows:
            return 0
        yield from take_seats(_conversations(rows))
        found = yield _NEWER, ([row[0] for row in rows],)
        again: list[Values] = [(line_id, now) for line_id, newer in found if not newer]
        if again:
            yield _REPEAT, again
        late: list[Values] = [(line_id,) for line_id, newer in found if newer]
        if late:
            for line_id, conversation_id in (yield _SUPERSEDED, late):
                changes.event("superseded", conversation_id, now, ref=line_id)
        changes.wake(OUTBOX)
        return len(found)


def _conversations(rows: Rows) -> list[int]:
    return sorted({row[1] for row in rows})
