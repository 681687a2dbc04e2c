"""What clients said of their visits, for the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dialog.opinion import Opinion
from storage.database import Database
from storage.moments import micros, moment
from storage.sql import Rows, Script, Sql

MOST = 5_000
"""A report of more visits than that is of the newest ones."""
_SINCE = Sql(
    """SELECT v.ends_at, coalesce(t.resource, ''), coalesce(t.service, ''), coalesce(nullif(v.name, ''), p.name, ''),
    c.public_id, s.answered_at IS NOT NULL, s.mark, s.nps, s.words
    FROM survey s JOIN visit v ON v.id = s.visit_id JOIN conversation c ON c.id = s.conversation_id
    LEFT JOIN person p ON p.id = v.person_id
    LEFT JOIN visit_part t ON t.visit_id = v.id
        AND t.number = (SELECT min(u.number) FROM visit_part u WHERE u.visit_id = v.id)
    WHERE v.ends_at >= $1 ORDER BY v.ends_at DESC, v.id DESC LIMIT $2"""
)


class StoredOpinions:
    """See dialog.opinion.Opinions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime) -> Sequence[Opinion]:
        """See Opinions."""

        def script() -> Script[Rows]:
            return (yield _SINCE, (micros(moment), MOST))

        return [_opinion(*row) for row in await self._database.read(script)]


def _opinion(
    end: int,
    staff: str,
    service: str,
    name: str,
    chat: str,
    answered: object,
    mark: int | None,
    nps: int | None,
    words: str,
) -> Opinion:
    return Opinion(
        end=moment(end),
        staff=staff,
        service=service,
        name=name,
        chat=chat,
        answered=bool(answered),
        mark=mark,
        nps=nps,
        words=words,
    )
