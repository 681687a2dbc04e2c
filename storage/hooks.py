"""Raw events of messengers: kept under the messenger's own key, read in the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from channels.hook import Hook, RawEvent
from dialog.bus import HOOKS
from storage.changes import Changes
from storage.database import Database
from storage.moments import SECOND, micros, moment
from storage.sql import Script, Sql, Values
from storage.store_settings import StoreSettings

_STORE = Sql(
    """INSERT INTO hook (channel, account, event_key, body, not_before, received_at) VALUES ($1, $2, $3, $4, $5, $5)
    ON CONFLICT (channel, account, event_key) DO NOTHING RETURNING id"""
)
_WAITING = Sql(
    """SELECT id, channel, account, event_key, body, attempts, received_at FROM hook
    WHERE status = 'new' AND not_before <= $1 AND channel IN @text3 ORDER BY id LIMIT $2"""
)
_DONE = Sql("UPDATE hook SET status = 'done' WHERE id IN @1 AND status = 'new'")
_FAILED = Sql(
    """UPDATE hook SET attempts = attempts + 1, error = $2, not_before = $3, status = $4
    WHERE id = $1 AND status = 'new'"""
)
_EARLY = Sql("UPDATE hook SET error = $2, not_before = $3, status = $4 WHERE id = $1 AND status = 'new'")
_FORGET = Sql("DELETE FROM hook WHERE received_at < $1 AND status <> 'new' RETURNING id")

MOST_ATTEMPTS = 5
LONGEST_PAUSE = 15 * SECOND
"""An early receipt is looked at so often: oftener than a line of unknown fate is said again."""


class StoredHooks:
    """See channels.hook.Hooks."""

    def __init__(self, database: Database, settings: StoreSettings) -> None:
        self._database = database
        self._settings = settings

    async def store(self, events: Sequence[RawEvent], now: datetime) -> int:
        """See Hooks."""
        at = micros(now)
        rows: list[Values] = [(one.channel, one.account, one.key, one.body, at) for one in events]

        def script(changes: Changes) -> Script[int]:
            fresh = len((yield _STORE, rows)) if rows else 0
            if fresh:
                changes.wake(HOOKS)
            return fresh

        return await self._database.write(script)

    async def waiting(self, channels: Sequence[str], now: datetime, most: int) -> Sequence[Hook]:
        """See Hooks."""

        def script() -> Script[list[Hook]]:
            rows = yield _WAITING, (micros(now), most, list(channels))
            return [
                Hook(
                    id=row[0],
                    event=RawEvent(channel=row[1], account=row[2], key=row[3], body=row[4]),
                    attempts=row[5],
                    received_at=moment(row[6]),
                )
                for row in rows
            ]

        return await self._database.read(script)

    async def done(self, ids: Sequence[int]) -> None:
        """See Hooks."""

        def script(changes: Changes) -> Script[None]:
            yield _DONE, (list(ids),)

        await self._database.write(script)

    async def failed(self, hook: Hook, error: str, now: datetime) -> bool:
        """See Hooks."""
        spent = hook.attempts + 1 >= MOST_ATTEMPTS
        due = micros(now) + SECOND * 2**hook.attempts

        def script(changes: Changes) -> Script[None]:
            yield _FAILED, (hook.id, error, due, "quarantined" if spent else "new")

        await self._database.write(script)
        return spent

    async def early(self, hook: Hook, now: datetime) -> bool:
        """See Hooks."""
        age = micros(now) - micros(hook.received_at)
        # Over by then: the attempt that it may tell of, and the pause before that line is said again.
        spent = age >= round(self._settings.longest_doubt * SECOND)
        due = micros(now) + min(max(age, SECOND), LONGEST_PAUSE)

        def script(changes: Changes) -> Script[None]:
            yield _EARLY, (hook.id, "no line with this id", due, "quarantined" if spent else "new")

        await self._database.write(script)
        return spent

    async def forget(self, before: datetime) -> int:
        """See Hooks."""
        at = micros(before)

        def script(changes: Changes) -> Script[int]:
            return len((yield _FORGET, (at,)))

        return await self._database.write(script)
