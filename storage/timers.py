"""The store's Timers: a due timer becomes an inbox row of its conversation."""

from __future__ import annotations

from datetime import datetime

import orjson

from dialog.message import Kind
from storage.accepting import Accepting, own_row
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros, moment_or_none
from storage.seat import save_seats, take_seats
from storage.sql import Row, Script, Sql

_DUE = Sql(
    """SELECT id, conversation_id, subject_kind, subject_id FROM timer WHERE status = 'set' AND due_at <= $1
    ORDER BY due_at LIMIT $2"""
)
_LAST_USED = Sql(
    """SELECT c.id FROM conversation c JOIN address a ON a.id = c.address_id
    WHERE c.person_id = $1 AND a.blocked_at IS NULL ORDER BY c.last_at DESC, c.id DESC LIMIT 1"""
)
_OF_VISIT = Sql(
    """SELECT c.id FROM visit v JOIN conversation c ON c.person_id = v.person_id JOIN address a ON a.id = c.address_id
    WHERE v.id = $1 AND a.blocked_at IS NULL ORDER BY c.last_at DESC, c.id DESC LIMIT 1"""
)
_FIRED = Sql(
    """UPDATE timer SET status = 'fired' WHERE id = $1 AND status = 'set' AND due_at <= $2
    RETURNING id, revision, kind, body"""
)
_SKIPPED = Sql("UPDATE timer SET status = 'skipped' WHERE id = $1")
_NEXT = Sql("SELECT min(due_at) FROM timer WHERE status = 'set'")


class StoredTimers:
    """See dialog.timers.Timers.

    A person's timer, and one of his visit, fires in the conversation he used last and can be reached in; with none it
    is skipped, which the event ``timer_skipped`` tells.
    """

    def __init__(self, database: Database, accepting: Accepting) -> None:
        self._database = database
        self._accepting = accepting

    async def fire(self, now: datetime, most: int) -> int:
        """See Timers."""
        at = micros(now)
        return await self._database.write(lambda changes: self._fire(changes, at, most))

    async def next_due(self) -> datetime | None:
        """See Timers."""
        return moment_or_none(await self._database.read(_next))

    def _fire(self, changes: Changes, now: int, most: int) -> Script[int]:
        due = yield _DUE, (now, most)
        places: dict[int, int] = {}
        for row in due:
            place = yield from _place(row)
            if place is None:
                yield _SKIPPED, (row[0],)
                changes.event("timer_skipped", None, now, ref=row[0])
            else:
                places[row[0]] = place
        if not places:
            return 0
        # First the conversation, then its timer: a turn that sets the timer anew takes them in this order, too.
        seats = yield from take_seats(sorted(set(places.values())))
        fired = yield _FIRED, [(timer_id, now) for timer_id in places]
        for timer_id, revision, kind, body in fired:
            seat = seats[places[timer_id]]
            data = {**orjson.loads(body), "timer": kind}
            message = own_row(seat.peer, f"timer:{timer_id}:{revision}", Kind.TIMER, data)
            yield from self._accepting.enter(changes, seat, message, now)
        yield from save_seats(list(seats.values()))
        return len(fired)


def _place(row: Row) -> Script[int | None]:
    _, conversation_id, subject_kind, subject_id = row
    if subject_kind == "visit":
        found = yield _OF_VISIT, (subject_id,)
    elif conversation_id is not None or subject_kind != "person":
        return conversation_id  # type: ignore[no-any-return]
    else:
        found = yield _LAST_USED, (subject_id,)
    return found[0][0] if found else None


def _next() -> Script[int | None]:
    earliest: int | None = (yield _NEXT, ())[0][0]
    return earliest
