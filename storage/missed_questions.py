"""Questions that the bot had no answer to, with what people answered instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson

from dialog.missed import Missed
from storage.database import Database
from storage.documents import line_of
from storage.moments import micros, moment
from storage.sql import Rows, Script, Sql

MOST = 1_000
_DAY = int(timedelta(days=1).total_seconds() * 1_000_000)
_SINCE = Sql(
    """SELECT n.body, n.created_at, c.public_id,
        (SELECT m.body FROM message m WHERE m.conversation_id = n.conversation_id AND m.author = 'manager'
            AND m.created_at >= n.created_at AND m.created_at < n.created_at + $2 ORDER BY m.seq LIMIT 1)
    FROM news n JOIN conversation c ON c.id = n.conversation_id
    WHERE n.kind = 'missed' AND n.created_at >= $1 ORDER BY n.id DESC LIMIT $3"""
)


class StoredMissedQuestions:
    """See dialog.missed.MissedQuestions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime) -> Sequence[Missed]:
        """See MissedQuestions."""

        def script() -> Script[Rows]:
            return (yield _SINCE, (micros(moment), _DAY, MOST))

        found = [_missed(*row) for row in await self._database.read(script)]
        return [one for one in found if one.text]


def _missed(body: str, at: int, chat: str, reply: str | None) -> Missed:
    text = orjson.loads(body).get("text", "")
    return Missed(text=text, at=moment(at), chat=chat, reply=line_of(reply).text if reply else "")
