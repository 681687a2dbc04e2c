"""The salon's book as a port: our own today, a CRM's behind the same methods tomorrow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from booking.book_client import BookClient
from booking.free_slot import FreeTimes
from booking.orders import Order
from booking.visit import Visit
from booking.wish import Wish


class SalonBook(Protocol):
    """Reading, and orders. Times aware UTC; every method raises StoreBusy while the book is away.

    Inside a turn our own book does not use ``carry_out``: the turn's orders are carried out in the turn's own
    transaction. A CRM's are called from the outbox, and what came of them comes in as an inbox row.
    """

    async def free_times(self, wish: Wish, first: date, last: date, now: datetime) -> FreeTimes:
        """What is free on these days (of each branch's calendar, both included), by the salon's rules.

        A wish that nobody can fulfil has no free times. Raises KeyError for a service or master that does not exist.
        """
        ...

    async def client(self, conversation: int, now: datetime) -> BookClient:
        """The client behind a conversation. Raises KeyError for no such conversation."""
        ...

    async def held(self, conversation: int) -> Visit | None:
        """What is held for this conversation now."""
        ...

    async def visits(self, conversation: int, now: datetime, *, past: bool = False) -> Sequence[Visit]:
        """The client's own visits: coming ones and requests, soonest first; or past ones, newest first (20 at most).

        Only visits that were booked from this client's own addresses or that belong to a phone he has proved.
        """
        ...

    async def visit(self, visit: int) -> Visit | None:
        """One row by its id."""
        ...

    async def visit_of(self, uid: str) -> Visit | None:
        """The newest row of a visit by its uid."""
        ...

    async def day(self, branch: str, day: date) -> Sequence[Visit]:
        """Everything that stands in the book on a day of the branch's calendar: visits and absences, by start."""
        ...

    async def carry_out(self, order: Order, conversation: int | None, now: datetime) -> Visit | None:
        """Do it, in a transaction of its own. The visit as it stands afterwards (None: nothing was held).

        ``conversation``: on whose behalf; None for the salon's own orders. Raises BookRefused, and nothing was done.
        """
        ...

    async def expire(self, now: datetime) -> int:
        """End holds that ran out and mark visits that are over. Returns how many rows changed."""
        ...
