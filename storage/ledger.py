"""The delivery ledger: every call to a messenger, what it was for and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database
from storage.moments import micros, moment, moment_or_none
from storage.sql import Script, Sql

_SINCE = Sql(
    """SELECT t.id, t.outbox_id, o.conversation_id, o.channel, o.account, o.lane, o.message_class, o.author, t.number,
    t.outcome, t.reason, t.error, t.provider_id, t.parts, t.cost, t.started_at, t.ended_at, o.status
    FROM attempt t JOIN outbox o ON o.id = t.outbox_id WHERE t.ended_at >= $1 AND t.id > $2 ORDER BY t.id LIMIT $3"""
)
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call. ``status`` is the line's own, now; ``cost`` in hundredths. Neither text nor phone is in it."""

    id: int
    outbox: int
    conversation: int
    channel: str
    account: str
    lane: str
    message_class: str
    author: str
    attempt: int
    outcome: str
    reason: str
    error: str
    provider_id: str
    parts: int
    cost: int
    started_at: datetime | None
    ended_at: datetime
    status: str


class Ledger:
    """Reads the calls of the past."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, start: datetime) -> Sequence[Delivery]:
        """Every call since ``start``, in order."""
        found: list[Delivery] = []
        while True:
            page = await self._page(micros(start), found[-1].id if found else 0)
            found += page
            if len(page) < _PAGE:
                return found

    async def _page(self, start: int, after: int) -> list[Delivery]:
        def script() -> Script[list[Delivery]]:
            rows = yield _SINCE, (start, after, _PAGE)
            names = tuple(Delivery.__dataclass_fields__)
            return [
                Delivery(
                    **{
                        **dict(zip(names, row, strict=True)),
                        "started_at": moment_or_none(row[15]),
                        "ended_at": moment(row[16]),
                    }
                )
                for row in rows
            ]

        return await self._database.read(script)
