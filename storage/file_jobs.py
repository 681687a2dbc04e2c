"""Files of clients that wait to be fetched from their messenger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from channels.file_jobs import FileJob
from channels.heard import FileRef
from dialog.bus import EVENTS, FILES, conversation_topic
from dialog.message import Address
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros
from storage.seat import take_seat
from storage.sql import Script, Sql, Values

_ADD = Sql(
    """INSERT INTO fetching (channel, account, peer, event_key, ref, kind, not_before)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (channel, account, event_key) DO NOTHING"""
)
_WAITING = Sql(
    """SELECT id, channel, account, peer, event_key, ref, kind, attempts FROM fetching
    WHERE status = 'new' AND not_before <= $1 AND channel IN @text3 ORDER BY not_before, id LIMIT $2"""
)
_FETCHED = Sql("UPDATE fetching SET status = 'done', media_id = $2 WHERE id = $1 AND status = 'new' RETURNING id")
_FAILED = Sql("UPDATE fetching SET attempts = attempts + 1, error = $2, not_before = $3, status = $4 WHERE id = $1")
_CONVERSATION = Sql("SELECT id FROM conversation WHERE channel = $1 AND account = $2 AND peer = $3")
_LINE = Sql("SELECT seq, body FROM message WHERE conversation_id = $1 AND event_key = $2 AND author = 'client'")
_SHOW = Sql("UPDATE message SET body = $3 WHERE conversation_id = $1 AND seq = $2")


class StoredFileJobs:
    """See channels.file_jobs.FileJobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, files: Sequence[FileRef], now: datetime) -> None:
        """See FileJobs."""
        at = micros(now)
        rows: list[Values] = [
            (f.address.channel, f.address.account, f.address.peer, f.event_key, f.ref, f.kind, at) for f in files
        ]

        def script(changes: Changes) -> Script[None]:
            yield _ADD, rows
            changes.wake(FILES)

        if rows:
            await self._database.write(script)

    async def waiting(self, channels: Sequence[str], now: datetime, most: int) -> Sequence[FileJob]:
        """See FileJobs."""

        def script() -> Script[list[FileJob]]:
            rows = yield _WAITING, (micros(now), most, list(channels))
            return [
                FileJob(
                    id=row[0],
                    file=FileRef(
                        address=Address(channel=row[1], account=row[2], peer=row[3]),
                        event_key=row[4],
                        ref=row[5],
                        kind=row[6],
                    ),
                    attempts=row[7],
                )
                for row in rows
            ]

        return await self._database.read(script)

    async def fetched(self, job: FileJob, media_id: str, now: datetime) -> None:
        """See FileJobs."""
        at = micros(now)
        await self._database.write(lambda changes: _show(changes, job, media_id, at))

    async def failed(self, job: FileJob, error: str, retry_at: datetime | None) -> None:
        """See FileJobs."""
        row = (job.id, error, micros(retry_at) if retry_at else 0, "new" if retry_at else "failed")

        def script(changes: Changes) -> Script[None]:
            yield _FAILED, row

        await self._database.write(script)


def _show(changes: Changes, job: FileJob, media_id: str, now: int) -> Script[None]:
    """The line that announced the file is the line that shows it."""
    address = job.file.address
    if not (yield _FETCHED, (job.id, media_id)):
        return
    found = yield _CONVERSATION, (address.channel, address.account, address.peer)
    if not found:
        return
    seat = yield from take_seat(found[0][0])
    for seq, body in (yield _LINE, (seat.id, job.file.event_key)):
        line = orjson.dumps(orjson.loads(body) | {"media_id": media_id}).decode()
        yield _SHOW, (seat.id, seq, line)
        changes.event("media", seat.id, now, ref=seq, epoch=seat.epoch, body=seat.summary())
        changes.wake(EVENTS, conversation_topic(seat.id))
