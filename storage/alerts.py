"""What the managers' bot tells: one row for each person and occasion, handed out once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dialog.clock import Dice
from dialog.ids import ConversationId, UserId
from handoff.pagers import AGAIN, LINE, WAITS, Alert
from storage.changes import Changes
from storage.database import Database
from storage.moments import SECOND, micros, moment_or_none
from storage.sql import Row, Script, Sql

_GIVEN_UP = 120 * SECOND
"""So long after its beginning a sending has ended, or its process has."""
_MOST_NEW = 200

# "<> 'bot'", "IN ('open', 'claimed')" and "IN ('new', 'sending')" are the words of partial indexes.
_WAITING = Sql(
    """SELECT p.user_id, p.chat, c.id, h.id, c.epoch, h.level, NULL
    FROM conversation c JOIN handoff h ON h.conversation_id = c.id AND h.status IN ('open', 'claimed')
    CROSS JOIN pager p
    WHERE c.owner_kind = 'waiting' AND c.owner_kind <> 'bot' AND (h.level > 0 OR h.created_at <= $1)
    AND (h.level > 1 OR p.on_shift = 1 OR NOT EXISTS (SELECT 1 FROM pager o WHERE o.on_shift = 1))
    AND (h.level > 0 OR h.meant_for IS NULL OR h.meant_for = p.user_id
        OR NOT EXISTS (SELECT 1 FROM pager o WHERE o.user_id = h.meant_for AND o.on_shift = 1))
    AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.user_id = p.user_id AND a.handoff_id = h.id AND a.epoch = c.epoch
        AND a.kind = 'waits' AND a.mark = h.level)
    ORDER BY c.priority, h.id, p.user_id LIMIT $2"""
)
_LINES = Sql(
    """SELECT p.user_id, p.chat, c.id, h.id, c.epoch, c.last_client_at, coalesce((SELECT max(l.mark) FROM alert l
        WHERE l.user_id = p.user_id AND l.handoff_id = h.id AND l.epoch = c.epoch AND l.kind = 'line'), t.taken_at)
    FROM conversation c JOIN handoff h ON h.conversation_id = c.id AND h.status IN ('open', 'claimed')
    JOIN pager p ON p.user_id = c.owner_id
    JOIN alert t ON t.user_id = p.user_id AND t.handoff_id = h.id AND t.epoch = c.epoch - 1 AND t.kind = 'waits'
        AND t.taken_at IS NOT NULL
    WHERE c.owner_kind = 'human' AND c.owner_kind <> 'bot' AND c.unanswered_since IS NOT NULL
    AND c.last_client_at > t.taken_at
    AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.user_id = p.user_id AND a.handoff_id = h.id AND a.epoch = c.epoch
        AND a.kind = 'line' AND a.mark = c.last_client_at)
    ORDER BY c.id LIMIT $1"""
)
_AGAIN = Sql(
    """SELECT p.user_id, p.chat, c.id, h.id, c.epoch, c.snoozed_until, NULL
    FROM conversation c JOIN handoff h ON h.conversation_id = c.id AND h.status IN ('open', 'claimed')
    JOIN pager p ON p.user_id = c.owner_id
    JOIN alert t ON t.user_id = p.user_id AND t.handoff_id = h.id AND t.epoch = c.epoch - 1 AND t.kind = 'waits'
        AND t.taken_at IS NOT NULL
    WHERE c.owner_kind = 'human' AND c.owner_kind <> 'bot' AND c.snoozed_until <= $1
    AND coalesce(c.last_client_at, 0) <= c.snoozed_at
    AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.user_id = p.user_id AND a.handoff_id = h.id AND a.epoch = c.epoch
        AND a.kind = 'again' AND a.mark = c.snoozed_until)
    ORDER BY c.id LIMIT $2"""
)
_ADD = Sql(
    """INSERT INTO alert (token, kind, user_id, chat, conversation_id, handoff_id, epoch, mark, told_since, not_before,
    created_at, settled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
    ON CONFLICT (user_id, handoff_id, epoch, kind, mark) DO NOTHING RETURNING id"""
)
# Most looks find nothing to do: they read and write nothing.
_TO_SEND = Sql(
    "SELECT id FROM alert WHERE status IN ('new', 'sending') AND status = 'new' AND not_before <= $1 LIMIT 1"
)
_TO_SETTLE = Sql(
    """SELECT a.id FROM alert a JOIN conversation c ON c.id = a.conversation_id
    WHERE a.status = 'sent' AND a.settled = 0 AND c.epoch <> a.epoch LIMIT 1"""
)
_TAKE = Sql(
    """UPDATE alert SET status = 'sending', started_at = $1 WHERE id IN (SELECT id FROM alert
    WHERE status IN ('new', 'sending') AND status = 'new' AND not_before <= $1
    ORDER BY not_before, id LIMIT $2 /*pg FOR UPDATE SKIP LOCKED*/) RETURNING id"""
)
_GIVE_UP = Sql(
    """UPDATE alert SET status = 'unknown'
    WHERE status IN ('new', 'sending') AND status = 'sending'
    AND not_before < $1 AND started_at < $1"""
)
_SENT = Sql("UPDATE alert SET status = 'sent', message = $2 WHERE id = $1")
_FAILED = Sql("UPDATE alert SET status = $2 WHERE id = $1")
# Whoever surely has not sent it says so late, too: it was given up meanwhile, and by nobody sent.
_LATER = Sql("UPDATE alert SET status = 'new', not_before = $2 WHERE id = $1 AND status IN ('sending', 'unknown')")
_SETTLE = Sql(
    """UPDATE alert SET settled = 1 WHERE id IN (SELECT a.id FROM alert a JOIN conversation c ON c.id =
    a.conversation_id WHERE a.status = 'sent' AND a.settled = 0 AND c.epoch <> a.epoch
    ORDER BY a.id LIMIT $1 /*pg FOR UPDATE OF a SKIP LOCKED*/) RETURNING id"""
)
_TAKEN = Sql("UPDATE alert SET taken_at = $2 WHERE id = $1")
_ALERT = """SELECT a.id, a.token, a.kind, a.user_id, a.chat, a.conversation_id, c.public_id, a.epoch, a.mark,
    a.told_since, a.message FROM alert a JOIN conversation c ON c.id = a.conversation_id """
_BY_IDS = Sql(_ALERT + "WHERE a.id IN @1 ORDER BY a.id")
_BY_TOKEN = Sql(_ALERT + "WHERE a.token = $1")
_BY_MESSAGE = Sql(_ALERT + "WHERE a.chat = $1 AND a.message = $2 AND a.message > 0")


class StoredAlerts:
    """See handoff.pagers.Alerts."""

    def __init__(self, database: Database, dice: Dice) -> None:
        self._database = database
        self._dice = dice

    async def gather(self, now: datetime, patience: float) -> int:
        """See Alerts. Most looks find nothing and write nothing."""
        at, before = micros(now), micros(now - timedelta(seconds=patience))

        def look() -> Script[list[tuple[object, ...]]]:
            waiting = [(WAITS, *row) for row in (yield _WAITING, (before, _MOST_NEW))]
            lines = [(LINE, *row) for row in (yield _LINES, (_MOST_NEW,))]
            return waiting + lines + [(AGAIN, *row) for row in (yield _AGAIN, (at, _MOST_NEW))]

        found = await self._database.read(look)
        if not found:
            return 0

        def script(changes: Changes) -> Script[int]:
            made = 0
            for row in found:
                made += len((yield _ADD, (self._dice.seed(), *row, at, int(row[0] != WAITS))))
            return made

        return await self._database.write(script)

    async def take(self, now: datetime, most: int) -> Sequence[Alert]:
        """See Alerts."""
        at = micros(now)
        if not await self._any(_TO_SEND, at):
            return ()

        def script(changes: Changes) -> Script[list[Alert]]:
            yield _GIVE_UP, (at - _GIVEN_UP,)
            return (yield from _alerts((yield _TAKE, (at, most))))

        return await self._database.write(script)

    async def sent(self, alert_id: int, message: int) -> None:
        """See Alerts."""
        await self._write(_SENT, alert_id, message)

    async def failed(self, alert_id: int, status: str) -> None:
        """See Alerts."""
        await self._write(_FAILED, alert_id, status)

    async def later(self, alert_id: int, at: datetime) -> None:
        """See Alerts."""
        await self._write(_LATER, alert_id, micros(at))

    async def settle(self, most: int) -> Sequence[Alert]:
        """See Alerts."""
        if not await self._any(_TO_SETTLE):
            return ()

        def script(changes: Changes) -> Script[list[Alert]]:
            return (yield from _alerts((yield _SETTLE, (most,))))

        return await self._database.write(script)

    async def by_token(self, token: str) -> Alert | None:
        """See Alerts."""
        return await self._one(_BY_TOKEN, token)

    async def by_message(self, chat: int, message: int) -> Alert | None:
        """See Alerts."""
        return await self._one(_BY_MESSAGE, chat, message)

    async def mark_taken(self, alert_id: int, now: datetime) -> None:
        """See Alerts."""
        await self._write(_TAKEN, alert_id, micros(now))

    async def _any(self, sql: Sql, *values: object) -> bool:
        def script() -> Script[bool]:
            return bool((yield sql, values))

        return await self._database.read(script)

    async def _one(self, sql: Sql, *values: object) -> Alert | None:
        def script() -> Script[Alert | None]:
            rows = yield sql, values
            return _alert(rows[0]) if rows else None

        return await self._database.read(script)

    async def _write(self, sql: Sql, *values: object) -> None:
        def script(changes: Changes) -> Script[None]:
            yield sql, values

        await self._database.write(script)


def _alerts(ids: Sequence[Row]) -> Script[list[Alert]]:
    if not ids:
        return []
    return [_alert(row) for row in (yield _BY_IDS, ([row[0] for row in ids],))]


def _alert(row: Row) -> Alert:
    return Alert(
        id=row[0],
        token=row[1],
        kind=row[2],
        user_id=UserId(row[3]),
        chat=row[4],
        conversation_id=ConversationId(row[5]),
        public_id=row[6],
        epoch=row[7],
        level=row[8] if row[2] == WAITS else 0,
        since=moment_or_none(row[9]),
        message=row[10],
    )
