"""Old rows that nothing needs any more: turns with the messages they answered, counts, lines that went out.

What people read (the transcript, hand-overs, clients) is not touched. A message is known by its key for as long as its
row is kept: a messenger that repeats one after months would be answered again, which none does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson

from storage.changes import Changes
from storage.database import Database
from storage.moments import micros
from storage.sql import Script, Sql

PORTION = 200
"""Rows of one transaction: nobody waits long behind it."""

# SQLite gives the highest number again when its row is gone, and the transcript remembers numbers: the newest row of
# each table stays.
_NEWEST = Sql("SELECT (SELECT max(id) FROM turn), (SELECT max(id) FROM inbox), (SELECT max(id) FROM outbox)")
_TURNS = Sql("SELECT id, created_at, body FROM turn ORDER BY id LIMIT $1")
_DROP_ROWS = Sql("DELETE FROM inbox WHERE id IN @1 AND status = 'done'")
_DROP_TURNS = Sql("DELETE FROM turn WHERE id IN @1")
_DROP_GIVEN = Sql(
    """DELETE FROM given_answer WHERE id IN
    (SELECT id FROM given_answer WHERE created_at < $1 ORDER BY created_at LIMIT $2) RETURNING id"""
)
_LINES = Sql(
    """SELECT o.id, o.created_at FROM outbox o JOIN conversation c ON c.id = o.conversation_id
    WHERE o.status NOT IN ('new', 'inflight', 'unknown') AND (c.prompt_seq IS NULL OR o.seq <> c.prompt_seq)
    ORDER BY o.id LIMIT $1"""
)
_DROP_LINES = Sql("DELETE FROM outbox WHERE id IN @1")
# An alert of an ownership that lasts is what keeps it from being told again.
_DROP_ALERTS = Sql(
    """DELETE FROM alert WHERE id IN (SELECT a.id FROM alert a JOIN conversation c ON c.id = a.conversation_id
    WHERE a.created_at < $1 AND c.epoch > a.epoch + 1 ORDER BY a.id LIMIT $2) RETURNING id"""
)


class Trimming:
    """Takes the oldest rows first, a portion at a time, on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def trim(self, now: datetime, *, turn_days: int, line_days: int) -> int:
        """Drop one portion of each kind that is older than so many days. Returns how many rows went; 0: all is done.

        Raises StoreBusy.
        """
        turns = micros(now - timedelta(days=turn_days))
        lines = micros(now - timedelta(days=line_days))
        gone = await self._database.write(lambda changes: _trim_turns(changes, turns))
        gone += await self._database.write(lambda changes: _trim_given(changes, turns))
        gone += await self._database.write(lambda changes: _trim_lines(changes, lines))
        return gone + await self._database.write(lambda changes: _trim_alerts(changes, lines))


def _trim_turns(_: Changes, before: int) -> Script[int]:
    """A turn and its rows go together: a row that is done has a turn, always."""
    last_turn, last_row, _newest_line = (yield _NEWEST, ())[0]
    oldest = yield _TURNS, (PORTION,)
    old = {row[0]: orjson.loads(row[2])["rows"] for row in oldest if row[1] < before and row[0] != last_turn}
    old = {number: rows for number, rows in old.items() if last_row not in rows}
    if old:
        yield _DROP_ROWS, ([row for rows in old.values() for row in rows],)
        yield _DROP_TURNS, (list(old),)
    return len(old)


def _trim_given(_: Changes, before: int) -> Script[int]:
    return len((yield _DROP_GIVEN, (before, PORTION)))


def _trim_lines(_: Changes, before: int) -> Script[int]:
    """A line that is the question being waited on stays: what is typed next is held against it."""
    newest = (yield _NEWEST, ())[0][2]
    oldest = yield _LINES, (PORTION,)
    old = [row[0] for row in oldest if row[1] < before and row[0] != newest]
    if old:
        yield _DROP_LINES, (old,)
    return len(old)


def _trim_alerts(_: Changes, before: int) -> Script[int]:
    return len((yield _DROP_ALERTS, (before, PORTION)))
