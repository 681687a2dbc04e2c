"""The salon's own book, kept in the store: what booking.book promises, on either database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from booking.book_client import BookClient
from booking.book_terms import BookTerms
from booking.free_search import FoundTimes, branches_for, can_do
from booking.free_slot import FreeTimes
from booking.hours import DAY_MINUTES, wall_to_utc
from booking.orders import Order
from booking.past_visit import KnownClient, PastVisit
from booking.ticks import TICK
from booking.visit import Visit
from booking.wish import Wish
from storage.book_filling import fill
from storage.book_orders import BookOrders
from storage.book_people import behind, book_client
from storage.book_rows import visits_by_ids
from storage.book_upkeep import pass_time
from storage.changes import Changes
from storage.database import Database
from storage.moments import SECOND, micros
from storage.seat import take_seat
from storage.sql import Rows, Script, Sql

_MARGIN = timedelta(days=2)
_TICK = TICK * SECOND

_BUSY = Sql(
    """SELECT p.resource, p.busy_since, p.busy_until FROM visit_part p WHERE p.resource IN @text1 AND p.busy_until > $2
    AND p.busy_since < $3 AND p.status IN ('held', 'confirmed', 'arrived', 'done', 'absent')
    AND (p.status <> 'held' OR EXISTS (SELECT 1 FROM visit v WHERE v.id = p.visit_id AND v.held_until > $4))
    AND p.uid <> coalesce((SELECT m.uid FROM visit m WHERE m.id = $5), '')"""
)
_COMING = Sql(
    """SELECT v.id FROM visit v WHERE (v.person_id = $1 OR (v.phone <> '' AND v.phone IN
    (SELECT k.value FROM verification k WHERE k.person_id = $1 AND k.kind = 'phone')))
    AND v.status IN ('confirmed', 'requested') AND (v.ends_at > $2 OR v.ends_at IS NULL)
    ORDER BY v.starts_at IS NULL, v.starts_at, v.id LIMIT 50"""
)
_PAST = Sql(
    """SELECT v.id FROM visit v WHERE (v.person_id = $1 OR (v.phone <> '' AND v.phone IN
    (SELECT k.value FROM verification k WHERE k.person_id = $1 AND k.kind = 'phone')))
    AND v.status IN ('done', 'arrived', 'no_show', 'confirmed') AND v.ends_at <= $2
    ORDER BY v.starts_at DESC, v.id DESC LIMIT 20"""
)
_HELD = Sql("SELECT id FROM visit WHERE conversation_id = $1 AND status = 'held'")
_ONE = Sql("SELECT id FROM visit WHERE id = $1")
_NEWEST = Sql("SELECT id FROM visit WHERE uid = $1 AND status <> 'expired' ORDER BY status = 'held', id DESC LIMIT 1")
_DAY = Sql(
    """SELECT id FROM visit WHERE branch = $1 AND starts_at < $3 AND starts_at >= $4 AND ends_at > $2
    AND status NOT IN ('expired', 'moved') ORDER BY starts_at, id"""
)
_REQUESTS = Sql("SELECT id FROM visit WHERE status = 'requested' ORDER BY created_at, id LIMIT 200")
_CHATS = Sql("SELECT id, public_id FROM conversation WHERE id IN @1")
_LONGEST = timedelta(days=370)
"""An absence may have begun so long before the day it is shown on."""


class StoredBook:
    """See booking.book.SalonBook. ``goes_by`` must have been called before anything else is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._terms: Callable[[], BookTerms] | None = None
        self.orders = BookOrders(self.terms)

    def goes_by(self, terms: Callable[[], BookTerms]) -> None:
        """From now on the book goes by these terms, asked for each time."""
        self._terms = terms

    def terms(self) -> BookTerms:
        """What the book goes by now. Raises LookupError before it was told."""
        if self._terms is None:
            raise LookupError("the book has not been told what it goes by")
        return self._terms()

    async def free_times(self, wish: Wish, first: date, last: date, now: datetime) -> FreeTimes:
        """See SalonBook."""
        terms = self.terms()
        salon = terms.salon
        able = {
            staff
            for branch in branches_for(salon, wish)
            for wanted in wish.services
            for staff in can_do(salon, (wanted,), branch.key)
        }
        rows: Rows = ()
        if able and first <= last:
            since = wall_to_utc(first, 0, salon.zone) - _MARGIN
            until = wall_to_utc(last, DAY_MINUTES, salon.zone) + _MARGIN
            values = (sorted(able), micros(since), micros(until), micros(now), wish.moves or 0)
            rows = await self._database.read(lambda: _rows(_BUSY, values))
        busy: dict[str, list[tuple[int, int]]] = {}
        for resource, since, until in rows:
            busy.setdefault(resource, []).append((since // _TICK, -(-until // _TICK)))
        return FoundTimes(terms.calendar, wish, busy, terms.rules, now, first, last)

    async def client(self, conversation: int, now: datetime) -> BookClient:
        """See SalonBook."""
        rules, at = self.terms().rules, micros(now)
        return await self._database.read(lambda: book_client(conversation, rules, at))

    async def held(self, conversation: int) -> Visit | None:
        """See SalonBook."""
        return await self._one(_HELD, conversation)

    async def visits(self, conversation: int, now: datetime, *, past: bool = False) -> Sequence[Visit]:
        """See SalonBook."""
        at = micros(now)
        return await self._database.read(lambda: _of_client(_PAST if past else _COMING, conversation, at))

    async def visit(self, visit: int) -> Visit | None:
        """See SalonBook."""
        return await self._one(_ONE, visit)

    async def visit_of(self, uid: str) -> Visit | None:
        """See SalonBook."""
        return await self._one(_NEWEST, uid)

    async def day(self, branch: str, day: date) -> Sequence[Visit]:
        """See SalonBook."""
        zone = self.terms().salon.branch(branch).zone
        start, end = wall_to_utc(day, 0, zone), wall_to_utc(day, DAY_MINUTES, zone)
        values = (branch, micros(start), micros(end), micros(start - _LONGEST))
        return await self._database.read(lambda: _visits(_DAY, values))

    async def chats(self, conversations: Sequence[int]) -> Mapping[int, str]:
        """Public ids of conversations."""
        if not conversations:
            return {}
        rows = await self._database.read(lambda: _rows(_CHATS, (list(conversations),)))
        return {row[0]: row[1] for row in rows}

    async def requests(self) -> Sequence[Visit]:
        """Requests that wait for a person, oldest first."""
        return await self._database.read(lambda: _visits(_REQUESTS, ()))

    async def carry_out(self, order: Order, conversation: int | None, now: datetime) -> Visit | None:
        """See SalonBook."""
        at = micros(now)
        return await self._database.write(
            lambda changes: self._carry_out(changes, order=order, conversation=conversation, now=at)
        )

    async def fill(
        self, clients: Sequence[KnownClient], visits: Sequence[PastVisit], language: str, now: datetime
    ) -> int:
        """Take over a book that was kept elsewhere, into one that is empty. Returns how many visits were written."""
        return await self._database.write(lambda _: fill(clients, visits, language, micros(now)))

    async def expire(self, now: datetime) -> int:
        """See SalonBook."""
        grace = self.terms().rules.done_grace_minutes
        return await self._database.write(partial(pass_time, grace_minutes=grace, now=micros(now)))

    def _carry_out(self, changes: Changes, *, order: Order, conversation: int | None, now: int) -> Script[Visit | None]:
        if conversation is not None:
            # As in a turn: first the conversation, then the masters' time.
            yield from take_seat(conversation)
        return (yield from self.orders.carry_out(changes, order, conversation, now))

    async def _one(self, sql: Sql, value: object) -> Visit | None:
        found = await self._database.read(lambda: _visits(sql, (value,)))
        return found[0] if found else None


def _rows(sql: Sql, values: tuple[object, ...]) -> Script[Rows]:
    return (yield sql, values)


def _visits(sql: Sql, values: tuple[object, ...]) -> Script[list[Visit]]:
    rows = yield sql, values
    return (yield from visits_by_ids([row[0] for row in rows]))


def _of_client(sql: Sql, conversation: int, now: int) -> Script[list[Visit]]:
    who = yield from behind(conversation)
    return (yield from _visits(sql, (who.person, now)))
