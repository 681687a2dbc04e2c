"""How often the bot gave each answer of the salon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from storage.database import Database
from storage.moments import micros
from storage.sql import Rows, Script, Sql, Values

_KEEP = Sql("INSERT INTO given_answer (answer, conversation_id, created_at) VALUES ($1, $2, $3)")
_COUNT = Sql("SELECT answer, count(*) FROM given_answer WHERE created_at >= $1 GROUP BY answer")


def keep_given(given: Sequence[Values]) -> Script[None]:
    """Store (answer, conversation, moment in microseconds) of a batch of turns."""
    if given:
        yield _KEEP, list(given)


class GivenAnswers:
    """Counts over all conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime) -> Mapping[str, int]:
        """Key of an answer -> how often it was given at ``moment`` (aware) or later. Keys may be gone meanwhile."""

        def script() -> Script[Rows]:
            return (yield _COUNT, (micros(moment),))

        return {answer: int(count) for answer, count in await self._database.read(script)}
