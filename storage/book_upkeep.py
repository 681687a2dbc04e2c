"""What time does to the book: holds run out, visits are over, holds of long ago are forgotten."""

from __future__ import annotations

from storage.changes import Changes
from storage.moments import SECOND
from storage.sql import Script, Sql
from storage.surveys import visit_over

KEPT = 7 * 24 * 3600 * SECOND
"""How long a hold that came to nothing is kept."""
_MOST = 500

_EXPIRE = Sql(
    """UPDATE visit SET status = 'expired', held_until = NULL, closed_at = $1 WHERE status = 'held' AND id IN
    (SELECT id FROM visit WHERE status = 'held' AND held_until <= $1 ORDER BY id LIMIT $2
    /*pg FOR UPDATE SKIP LOCKED*/) RETURNING id, conversation_id, uid"""
)
_OVER = Sql(
    """UPDATE visit SET status = 'done', closed_at = $1 WHERE status IN ('confirmed', 'arrived') AND id IN
    (SELECT id FROM visit WHERE status IN ('confirmed', 'arrived') AND ends_at <= $2 ORDER BY ends_at LIMIT $3
    /*pg FOR UPDATE SKIP LOCKED*/) RETURNING id, conversation_id, uid"""
)
_FORGET = Sql(
    """DELETE FROM visit WHERE id IN (SELECT id FROM visit WHERE status = 'expired' AND created_at <= $1
    ORDER BY created_at LIMIT $2 /*pg FOR UPDATE SKIP LOCKED*/)"""
)


def pass_time(changes: Changes, grace_minutes: int, now: int) -> Script[int]:
    """One round; returns how many rows changed their status."""
    expired = yield _EXPIRE, (now, _MOST)
    over = yield _OVER, (now, now - grace_minutes * 60 * SECOND, _MOST)
    for rows, status in ((expired, "expired"), (over, "done")):
        for visit_id, conversation, uid in rows:
            changes.event("visit", conversation, now, ref=visit_id, body={"uid": uid, "status": status})
    for visit_id, _, _ in over:
        yield from visit_over(changes, visit_id, now)
    yield _FORGET, (now - KEPT, _MOST)
    return len(expired) + len(over)
