"""Times that are free: one of them, a day with some, and all that were found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from booking.price import Price
from booking.visit import VisitPart, total


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSlot:
    """A visit that could be: where, who, from when to when. Aware UTC; ``zone`` is the branch's."""

    branch: str
    zone: str
    parts: tuple[VisitPart, ...]

    @property
    def start(self) -> datetime:
        """When the client would come."""
        return self.parts[0].start

    @property
    def end(self) -> datetime:
        """When the client would leave."""
        return self.parts[-1].end

    @property
    def masters(self) -> tuple[str, ...]:
        """Keys, each once, in the order in which the client would meet them."""
        return tuple(dict.fromkeys(part.staff for part in self.parts))

    @property
    def price(self) -> Price:
        """The sum; "at least" when that is said of any part."""
        return total(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDay:
    """A day of the branch's calendar on which ``times`` different starts are free, the first one at ``first``."""

    day: date
    times: int
    first: datetime


class FreeTimes(Protocol):
    """What a search has found. All lists are in order of time, one slot for each start."""

    def days(self) -> tuple[FreeDay, ...]:
        """Days with something free."""
        ...

    def on(self, day: date) -> tuple[FreeSlot, ...]:
        """Everything on a day of the branch's calendar."""
        ...

    def at(self, start: datetime) -> FreeSlot | None:
        """The slot that starts then, None when nothing is free."""
        ...

    def first(self, most: int, after: datetime | None = None) -> tuple[FreeSlot, ...]:
        """The earliest ones, from ``after`` on."""
        ...

    def nearest(self, to: datetime, most: int) -> tuple[FreeSlot, ...]:
        """The ones closest to a moment, before or after it, in order of time."""
        ...
