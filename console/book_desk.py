"""What the console needs of the salon's book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from booking.orders import SalonOrder
from booking.salon import Salon
from booking.visit import Visit


class BookDesk(Protocol):
    """The book as the salon's people use it."""

    def salon(self) -> Salon:
        """The salon's data in force."""
        ...

    async def day(self, branch: str, day: date) -> Sequence[Visit]:
        """See booking.book.SalonBook."""
        ...

    async def visits(self, conversation: int, now: datetime, *, past: bool = False) -> Sequence[Visit]:
        """The client's own visits; see booking.book.SalonBook."""
        ...

    async def requests(self) -> Sequence[Visit]:
        """Requests that wait for a person, oldest first."""
        ...

    async def visit(self, visit: int) -> Visit | None:
        """One row."""
        ...

    async def chats(self, visits: Sequence[Visit]) -> Mapping[int, str]:
        """Public ids of the conversations in which they were booked, by the conversation's number."""
        ...

    async def carry_out(self, order: SalonOrder, now: datetime) -> Visit | None:
        """Do it. Raises BookRefused."""
        ...

    async def tell(self, visit: Visit, what: str, words: str, now: datetime) -> None:
        """Let the client know in his conversation: ``what`` is ``accepted | cancelled``, ``words`` says the visit."""
        ...
