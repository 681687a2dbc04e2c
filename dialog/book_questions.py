"""What a turn may ask the salon's book. Each names the conversation or the wish it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from booking.book_client import BookClient
from booking.free_slot import FreeDay, FreeSlot
from booking.price import Price
from booking.visit import Visit
from booking.wish import Wish
from dialog.ids import ConversationId
from dialog.questions import Question


@dataclass(frozen=True, slots=True)
class FreeDays(Question[tuple[FreeDay, ...]]):
    """Days with free times: at most ``most`` of them, from ``first`` on (None = today)."""

    wish: Wish
    most: int
    first: date | None = None


@dataclass(frozen=True, slots=True)
class FreeSlots(Question[tuple[FreeSlot, ...]]):
    """Free times of one day, in order. ``after`` and ``before``: minutes after midnight that the start must keep to."""

    wish: Wish
    day: date
    after: int = 0
    before: int = 1440


@dataclass(frozen=True, slots=True)
class EarliestSlots(Question[tuple[FreeSlot, ...]]):
    """The earliest free times over all days, from ``after`` on (None = now)."""

    wish: Wish
    most: int
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class NearestSlots(Question[tuple[FreeSlot, ...]]):
    """The free times closest to a moment, in order of time: what to offer when it is gone."""

    wish: Wish
    to: datetime
    most: int = 3


@dataclass(frozen=True, slots=True)
class SlotAt(Question[FreeSlot | None]):
    """The free slot that starts at a moment; None when it is not free."""

    wish: Wish
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteGiven:
    """What a wish costs and takes; ``masters`` and ``branches`` that can fulfil it. Price "at least" if it varies."""

    price: Price
    minutes: int
    masters: tuple[str, ...]
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote(Question[QuoteGiven | None]):
    """Price, length, masters and branches of a wish; None when the salon cannot do it."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class ClientOf(Question[BookClient]):
    """Who the client is as far as booking goes, and whether he may book."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class HeldFor(Question[Visit | None]):
    """What is held for this conversation."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class VisitsOf(Question[tuple[Visit, ...]]):
    """The client's coming visits, soonest first; with ``past`` those that were, newest first."""

    conversation: ConversationId
    past: bool = False


@dataclass(frozen=True, slots=True)
class BookingIsLive(Question[bool]):
    """False: the salon keeps no live schedule and every booking is a request."""


BookQuestion = (
    FreeDays | FreeSlots | EarliestSlots | NearestSlots | SlotAt | Quote | ClientOf | HeldFor | VisitsOf | BookingIsLive
)
