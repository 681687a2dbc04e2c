"""Parts of the book swapped for broken ones: what `harness booking` must catch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from benchmarks.opened_store import is_postgres, opened
from benchmarks.real_time import RealClock, SeededDice
from booking.orders import HoldSlot, Order, PlaceVisit
from booking.refusal import BookRefused, Refusal
from booking.visit import Visit
from dialog.local_bus import LocalBus
from storage.book import StoredBook
from storage.book_orders import BookOrders
from storage.changes import Changes
from storage.moments import micros
from storage.sql import Rows, Script, Sql
from storage.store_settings import StoreSettings

_DROP_POSTGRES = (
    Sql("ALTER TABLE visit_part DROP CONSTRAINT no_visit_overlaps"),
    Sql("ALTER TABLE visit_part DROP CONSTRAINT no_part_overlaps"),
)
_DROP_SQLITE = (Sql("DROP TRIGGER no_overlap_on_INSERT"), Sql("DROP TRIGGER no_overlap_on_UPDATE"))
_TAKEN = Sql(
    """SELECT 1 FROM visit_part WHERE resource = $1 AND busy_until > $2 AND busy_since < $3
    AND status IN ('held', 'confirmed', 'arrived', 'done', 'absent') LIMIT 1"""
)
_FREE_FIRST = Sql("UPDATE visit SET status = 'moved', closed_at = $2 WHERE id = $1 AND status = 'confirmed'")


class BookBug:
    """No bug."""

    async def prepare(self, place: str) -> None:
        """Change the database before the fight."""

    def book(self, book: StoredBook) -> StoredBook:
        """The book as the fighters get it."""
        return book


class CheckInsteadOfConstraint(BookBug):
    """Somebody looks whether the time is free and then takes it."""

    async def prepare(self, place: str) -> None:
        """The database no longer refuses anything."""
        settings = StoreSettings()
        store = await opened(place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=settings)

        def drop(_: Changes) -> Script[None]:
            for statement in _DROP_POSTGRES if is_postgres(place) else _DROP_SQLITE:
                yield statement, ()

        await store.database.write(drop)
        await store.close()

    def book(self, book: StoredBook) -> StoredBook:
        """Looks first."""
        return _Swapped(book, _looks_first)


class OldFreedFirst(BookBug):
    """A move frees the old place before it has the new one."""

    def book(self, book: StoredBook) -> StoredBook:
        """Frees first."""
        return _Swapped(book, _frees_first)


class HoldForEver(BookBug):
    """Nobody ends a hold that ran out."""

    def book(self, book: StoredBook) -> StoredBook:
        """Never expires."""
        return _Patient(book)


class _Swapped(StoredBook):
    """The same book with something done before each order."""

    def __init__(self, inner: StoredBook, before: Any) -> None:
        super().__init__(inner._database)
        self.goes_by(inner.terms)
        self._before = before

    async def carry_out(self, order: Order, conversation: int | None, now: datetime) -> Visit | None:
        """See SalonBook."""
        await self._before(self, order, now)
        return await super().carry_out(order, conversation, now)


class _ClearsNothing(BookOrders):
    def _clear(self, changes: Changes, spans: Iterable[Any], now: int) -> Script[None]:
        yield from ()


class _Patient(StoredBook):
    def __init__(self, inner: StoredBook) -> None:
        super().__init__(inner._database)
        self.goes_by(inner.terms)
        self.orders = _ClearsNothing(self.terms)

    async def expire(self, now: datetime) -> int:
        """Does nothing."""
        return 0


async def _looks_first(book: StoredBook, order: Order, now: datetime) -> None:
    if not isinstance(order, HoldSlot | PlaceVisit):
        return
    for part in order.slot.parts:
        values = (part.staff, micros(part.busy_start), micros(part.busy_end))

        def script(values: tuple[object, ...] = values) -> Script[Rows]:
            return (yield _TAKEN, values)

        if await book._database.read(script):
            raise BookRefused(Refusal.SLOT_TAKEN)


async def _frees_first(book: StoredBook, order: Order, now: datetime) -> None:
    if not isinstance(order, PlaceVisit):
        return
    visit = order.visit

    def script(_: Changes) -> Script[None]:
        yield _FREE_FIRST, (visit, micros(now))

    await book._database.write(script)


BOOK_BUGS: dict[str, type[BookBug]] = {
    "check-instead-of-constraint": CheckInsteadOfConstraint,
    "old-freed-first": OldFreedFirst,
    "hold-for-ever": HoldForEver,
}
