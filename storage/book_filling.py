"""Taking over a book that was kept elsewhere: many clients and visits in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from booking.past_visit import KnownClient, PastVisit
from booking.visit import VisitStatus
from storage.book_rows import part_values
from storage.moments import SECOND, micros
from storage.sql import Script, Sql, Values

DAY = 24 * 3600 * SECOND

_PERSON = Sql("INSERT INTO person (name, phone_claimed, language, created_at) VALUES ($1, $2, $3, $4) RETURNING id")
_VISIT = Sql(
    """INSERT INTO visit (uid, status, branch, zone, person_id, name, phone, starts_at, ends_at, created_at, closed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id"""
)
_PART = Sql(
    """INSERT INTO visit_part (visit_id, uid, status, number, resource, service, starts_at, ends_at, busy_since,
    busy_until, price, at_least) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"""
)


def fill(clients: Sequence[KnownClient], visits: Sequence[PastVisit], language: str, now: int) -> Script[int]:
    """Write all of them; raises what the database says when two overlap. Returns how many visits were written."""
    rows = yield _PERSON, [(client.name, client.phone, language, now) for client in clients]
    people = {client: row[0] for client, row in zip(clients, rows, strict=True)}
    found = yield _VISIT, [_row(number, visit, people[visit.client], now) for number, visit in enumerate(visits)]
    parts: list[Values] = []
    for number, (visit, row) in enumerate(zip(visits, found, strict=True)):
        for place, part in enumerate(visit.slot.parts):
            parts.append(part_values(row[0], _uid(number), visit.status.value, place, part))
    yield _PART, parts
    return len(found)


def _row(number: int, visit: PastVisit, person: int, now: int) -> Values:
    start, end = micros(visit.slot.start), micros(visit.slot.end)
    closed = None if visit.status is VisitStatus.CONFIRMED else end
    who = (person, visit.client.name, visit.client.phone)
    place = (visit.slot.branch, visit.slot.zone)
    return (_uid(number), visit.status.value, *place, *who, start, end, min(now, start - 7 * DAY), closed)


def _uid(number: int) -> str:
    return f"known-{number}"
