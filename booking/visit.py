"""A visit of a client: what is done, by whom, when, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking.price import Price


class VisitStatus(StrEnum):
    """How far a visit has come. ``BLOCKING`` ones keep their masters' time."""

    REQUESTED = "requested"
    """Asked for without a time that is sure: a person at the salon finds one."""
    HELD = "held"
    """Kept for a few minutes while the client decides."""
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """A hold that ran out or was given up."""
    MOVED = "moved"
    """Another row with the same ``uid`` has taken its place."""
    ABSENT = "absent"
    """No visit at all: time when a master is away."""


BLOCKING = frozenset(
    {VisitStatus.HELD, VisitStatus.CONFIRMED, VisitStatus.ARRIVED, VisitStatus.DONE, VisitStatus.ABSENT}
)
ACTIVE = frozenset({VisitStatus.REQUESTED, VisitStatus.CONFIRMED})
"""What a client may still move or cancel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPart:
    """One service of a visit by one master.

    The client is there from ``start`` to ``end``; the master is busy from ``busy_start`` to ``busy_end``: with the
    buffers. Aware UTC.
    """

    service: str
    staff: str
    start: datetime
    end: datetime
    busy_start: datetime
    busy_end: datetime
    price: Price

    @property
    def minutes(self) -> int:
        """How long the client is there."""
        return int((self.end - self.start).total_seconds()) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One row of the book. After a move the new row has the same ``uid`` and the next ``sequence``.

    ``parts`` follow one another; none for a request. ``zone`` is the branch's: times are said in it.
    """

    id: int
    uid: str
    sequence: int
    status: VisitStatus
    branch: str
    zone: str
    parts: tuple[VisitPart, ...]
    conversation: int | None = None
    name: str = ""
    phone: str = ""
    wish: str = ""
    """The client's own words, of a request."""
    wanted: tuple[str, ...] = ()
    """Services of a request."""
    wanted_staff: str = ""
    note: str = ""
    held_until: datetime | None = None
    created_at: datetime | None = None
    moves: int | None = None
    """The row whose place this one takes or took."""

    @property
    def start(self) -> datetime:
        """When the client comes. Raises IndexError for a request."""
        return self.parts[0].start

    @property
    def end(self) -> datetime:
        """When the client leaves. Raises IndexError for a request."""
        return self.parts[-1].end

    @property
    def services(self) -> tuple[str, ...]:
        """Keys, in the order in which they are done."""
        return tuple(part.service for part in self.parts)

    @property
    def masters(self) -> tuple[str, ...]:
        """Keys, each once, in the order in which the client meets them."""
        return tuple(dict.fromkeys(part.staff for part in self.parts))

    @property
    def price(self) -> Price:
        """The sum; "at least" when that is said of any part."""
        return total(self.parts)


def total(parts: tuple[VisitPart, ...]) -> Price:
    """What the parts cost together."""
    return Price(amount=sum(part.price.amount for part in parts), at_least=any(part.price.at_least for part in parts))
