"""When a turn fails: count, pause, and at last put the poison row aside so that the conversation goes on."""

from __future__ import annotations

from functools import partial

from dialog.bus import INBOX
from dialog.inbox import Work
from storage.changes import Changes
from storage.documents import strings
from storage.leases import Leases
from storage.moments import SECOND
from storage.news import add_news
from storage.seat import Seat, take_seat
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings

_COUNT = Sql("UPDATE inbox SET attempts = 1, error = $2 WHERE id IN @1 AND status = 'new' AND attempts = 0")
_SAY_WHY = Sql("UPDATE inbox SET error = $2 WHERE id = $1 AND status = 'new' RETURNING attempts")
_QUARANTINE = Sql("UPDATE inbox SET status = 'quarantined' WHERE id = $1 AND status = 'new'")
_RELEASE = Sql("UPDATE conversation SET ready_at = $2, burst_since = NULL, lease_until = NULL WHERE id = $1")

_LONGEST_ERROR = 2000


class Failing:
    """The script behind ``Inbox.fail``."""

    def __init__(self, settings: StoreSettings, leases: Leases) -> None:
        self._settings = settings
        self._leases = leases

    def fail(self, changes: Changes, work: Work, error: str, now: int) -> Script[bool]:
        """True: the first row is in quarantine. A lease that is not ours any more changes nothing."""
        seat = yield from take_seat(work.conversation.id)
        held = self._leases.holds(seat.id, work.lease) if changes.alone else seat.lease == work.lease
        if not held:
            return False
        error = error[:_LONGEST_ERROR]
        yield _COUNT, ([row.id for row in work.rows], error)
        counted = yield _SAY_WHY, (work.rows[0].id, error)
        attempts = counted[0][0] if counted else 0
        spent = attempts >= self._settings.attempts
        if spent:
            yield from self._quarantine(changes, seat, work, error, now)
        pause = 0 if spent else round(self._settings.retry_pause * 2 ** (attempts - 1) * SECOND)
        yield _RELEASE, (seat.id, now + pause)
        changes.after_commit(partial(self._leases.release, seat.id, work.lease))
        changes.wake(INBOX)
        return spent

    def _quarantine(self, changes: Changes, seat: Seat, work: Work, error: str, now: int) -> Script[None]:
        row = work.rows[0]
        yield _QUARANTINE, (row.id,)
        changes.event("quarantined", seat.id, now, ref=row.id, epoch=seat.epoch, body=seat.summary())
        body = strings({"inbox": str(row.id), "event_key": row.message.event_key, "error": error})
        yield from add_news(changes, "quarantine", seat, body, now)
