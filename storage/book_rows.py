"""Rows of the book as visits, and back."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from booking.free_slot import FreeSlot
from booking.price import Price
from booking.visit import Visit, VisitPart, VisitStatus
from storage.moments import micros, moment, moment_or_none
from storage.sql import Row, Script, Sql, Values

_PARTS = Sql(
    """SELECT visit_id, service, resource, starts_at, ends_at, busy_since, busy_until, price, at_least FROM visit_part
    WHERE visit_id IN @1 ORDER BY visit_id, number"""
)
_BY_IDS = Sql(
    """SELECT id, uid, sequence, status, branch, zone, moves_id, conversation_id, name, phone, wish, note, body,
    held_until, created_at FROM visit WHERE id IN @1"""
)
_INSERT = Sql(
    """INSERT INTO visit (uid, sequence, status, branch, zone, moves_id, conversation_id, person_id, name, phone, wish,
    note, body, stranger, starts_at, ends_at, held_until, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id"""
)
_INSERT_PART = Sql(
    """INSERT INTO visit_part (visit_id, uid, status, number, resource, service, starts_at, ends_at, busy_since,
    busy_until, price, at_least) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"""
)


def visits_by_ids(ids: Sequence[int]) -> Script[list[Visit]]:
    """Rows with their parts, in the order of ``ids``."""
    if not ids:
        return []
    rows = yield _BY_IDS, (list(ids),)
    found = yield _PARTS, (list(ids),)
    parts: dict[int, list[VisitPart]] = {}
    for row in found:
        parts.setdefault(row[0], []).append(_part(row))
    visits = {row[0]: _visit(row, parts.get(row[0], ())) for row in rows}
    return [visits[visit_id] for visit_id in ids]


def insert_visit(values: Values, slot: FreeSlot | None) -> Script[int]:
    """A new row with the parts of ``slot``. ``values``: as in ``_INSERT``, without the two moments of the slot.

    Raises what the database says when a part overlaps.
    """
    span = (micros(slot.start), micros(slot.end)) if slot else (None, None)
    visit_id: int = (yield _INSERT, (*values[:14], *span, *values[14:]))[0][0]
    if slot:
        yield from insert_parts(visit_id, str(values[0]), str(values[2]), slot)
    return visit_id


def insert_parts(visit_id: int, uid: str, status: str, slot: FreeSlot) -> Script[None]:
    """The parts of a row that is there."""
    yield _INSERT_PART, [part_values(visit_id, uid, status, number, part) for number, part in enumerate(slot.parts)]


def part_values(visit_id: int, uid: str, status: str, number: int, part: VisitPart) -> Values:
    """One row of visit_part."""
    moments = (micros(each) for each in (part.start, part.end, part.busy_start, part.busy_end))
    price = (part.price.amount, int(part.price.at_least))
    return (visit_id, uid, status, number, part.staff, part.service, *moments, *price)


def _part(row: Row) -> VisitPart:
    return VisitPart(
        service=row[1],
        staff=row[2],
        start=moment(row[3]),
        end=moment(row[4]),
        busy_start=moment(row[5]),
        busy_end=moment(row[6]),
        price=Price(amount=row[7], at_least=bool(row[8])),
    )


def _visit(row: Row, parts: Sequence[VisitPart]) -> Visit:
    body = orjson.loads(row[12])
    return Visit(
        id=row[0],
        uid=row[1],
        sequence=row[2],
        status=VisitStatus(row[3]),
        branch=row[4],
        zone=row[5],
        moves=row[6],
        conversation=row[7],
        name=row[8],
        phone=row[9],
        wish=row[10],
        wanted=tuple(body.get("services", ())),
        wanted_staff=body.get("staff") or "",
        note=row[11],
        held_until=moment_or_none(row[13]),
        created_at=moment(row[14]),
        parts=tuple(parts),
    )
