"""The audit log in the database: a chain in which every line holds the hash of itself and of the line before.

Whoever changes a line or takes one out of the middle breaks the chain there; the newest seal and the number of lines
ever written, kept apart, show when the newest are gone. Somebody who may rewrite the whole database can seal a whole
new chain: against that the newest seal, written down elsewhere (it is in every export), is the proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import orjson

from handoff.audit import AuditLine, AuditState
from storage.changes import Changes
from storage.database import Database
from storage.moments import moment
from storage.sql import Row, Rows, Script, Sql

# The head's row stays locked until the commit: the next line is sealed when this one can be read.
_HEAD = Sql("SELECT seal FROM audit_head")
_MOVE = Sql("UPDATE audit_head SET lines = lines + 1, seal = $1")
# $6 is the seal; on PostgreSQL all that the line says, sealed there and then: one journey, so that whoever waits for
# the head waits for one line only.
_ADD = Sql(
    "INSERT INTO audit (at, user_id, action, subject, address, seal) VALUES ($1, $2, $3, $4, $5, $6)",
    postgres="""WITH head AS (UPDATE audit_head SET lines = lines + 1,
    seal = encode(sha256(convert_to(seal || $6::text, 'UTF8')), 'hex') RETURNING seal)
    INSERT INTO audit (at, user_id, action, subject, address, seal)
    SELECT $1::bigint, $2::bigint, $3::text, $4::text, $5::text, head.seal FROM head""",
)
_PAGE = Sql(
    """SELECT a.id, a.at, a.user_id, a.action, a.subject, a.address, a.seal, u.name FROM audit a
    LEFT JOIN user_account u ON u.id = a.user_id WHERE a.id > $1 ORDER BY a.id LIMIT $2"""
)
_WRITTEN = Sql("SELECT lines, seal, (SELECT max(id) FROM audit) FROM audit_head")
_ROWS = 1_000
_MOST_BROKEN = 100


def write_down(changes: Changes, at: int, who: int | None, what: str, about: str, address: str) -> Script[None]:
    """Add a line to the chain. Everybody else who writes one waits until this transaction ends."""
    line = (at, who, what, about, address)
    if not changes.alone:
        yield _ADD, (*line, said_of(*line))
        return
    head = (yield _HEAD, ())[0][0]
    seal = seal_of(head, *line)
    yield _MOVE, (seal,)
    yield _ADD, (*line, seal)


def seal_of(before: str, at: int, who: int | None, what: str, about: str, address: str) -> str:
    """SHA-256, in hex, over the seal of the line before and all that this line says."""
    return hashlib.sha256((before + said_of(at, who, what, about, address)).encode()).hexdigest()


def said_of(at: int, who: int | None, what: str, about: str, address: str) -> str:
    """All that a line says, as JSON."""
    return orjson.dumps([at, who, what, about, address]).decode()


class StoredAudit:
    """The log on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(self) -> AsyncIterator[AuditLine]:
        """See AuditLog."""
        async for row in self._rows():
            yield AuditLine(
                id=row[0],
                at=moment(row[1]),
                who=row[7] or "",
                what=row[3],
                about=row[4],
                address=row[5],
                seal=row[6],
            )

    async def verify(self) -> AuditState:
        """See AuditLog. Lines that are written meanwhile are left for the next look."""
        written, last, newest = await self._database.read(_written, snapshot=True)
        count, head, broken = 0, "", []
        async for row in self._rows():
            if row[0] > (newest or 0):
                break
            if row[6] != seal_of(head, *row[1:6]):
                broken.append(row[0])
            count, head = count + 1, row[6]
        if count == written and head != last and not broken:
            broken.append(newest)  # the last line was sealed anew, by somebody who did not know of the head
        return AuditState(lines=count, head=head, broken=tuple(broken[:_MOST_BROKEN]), missing=max(0, written - count))

    async def _rows(self) -> AsyncIterator[Row]:
        after = 0
        while rows := await self._page(after):
            for row in rows:
                yield row
            after = rows[-1][0]

    async def _page(self, after: int) -> Rows:
        def script() -> Script[Rows]:
            return (yield _PAGE, (after, _ROWS))

        return await self._database.read(script)


def _written() -> Script[Row]:
    return (yield _WRITTEN, ())[0]
