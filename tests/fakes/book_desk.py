"""The console's side of the book, over a book in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

import config
from booking.orders import SalonOrder
from booking.salon import Salon
from booking.salon_files import load_salon
from booking.visit import Visit, VisitStatus
from tests.fakes.memory_book import MemoryBook

FIRST_DAY = date(2026, 3, 2)


@cache
def demo_salon() -> Salon:
    """The demo salon as on a Monday."""
    return load_salon(Path(config.__file__).parent / "demo", FIRST_DAY)


class FakeBookDesk:
    """See console.book_desk.BookDesk. What clients were told is in ``told``."""

    def __init__(self) -> None:
        self.book = MemoryBook(demo_salon())
        self.told: list[tuple[int, str, str]] = []

    def salon(self) -> Salon:
        """See BookDesk."""
        return self.book.salon

    async def day(self, branch: str, day: date) -> Sequence[Visit]:
        """See BookDesk."""
        return await self.book.day(branch, day)

    async def visits(self, conversation: int, now: datetime, *, past: bool = False) -> Sequence[Visit]:
        """See BookDesk."""
        return await self.book.visits(conversation, now, past=past)

    async def requests(self) -> Sequence[Visit]:
        """See BookDesk."""
        return [visit for visit in self.book.rows.values() if visit.status is VisitStatus.REQUESTED]

    async def visit(self, visit: int) -> Visit | None:
        """See BookDesk."""
        return await self.book.visit(visit)

    async def chats(self, visits: Sequence[Visit]) -> Mapping[int, str]:
        """See BookDesk."""
        return {one.conversation: f"chat{one.conversation}" for one in visits if one.conversation is not None}

    async def carry_out(self, order: SalonOrder, now: datetime) -> Visit | None:
        """See BookDesk."""
        return await self.book.carry_out(order, None, now)

    async def tell(self, visit: Visit, what: str, words: str, now: datetime) -> None:
        """See BookDesk."""
        self.told.append((visit.id, what, words))
