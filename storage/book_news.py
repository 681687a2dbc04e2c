"""What the salon's people hear of a client's doings in the book."""

from __future__ import annotations

from booking.orders import CancelVisit, ConfirmHold, Order, RequestVisit
from booking.visit import Visit
from booking.visit_news import news_of
from storage.changes import Changes
from storage.documents import strings
from storage.news import add_news
from storage.seat import Seat
from storage.sql import Script


def news_kind(order: Order, visit: Visit) -> str:
    """``booked | moved | cancelled | request``; empty for what is no news."""
    match order:
        case ConfirmHold():
            return "booked" if visit.moves is None else "moved"
        case CancelVisit():
            return "cancelled"
        case RequestVisit():
            return "request"
        case _:
            return ""


def tell_of(changes: Changes, order: Order, visit: Visit, seat: Seat, now: int) -> Script[None]:
    """A line of "what's new" for what the client has just done."""
    kind = news_kind(order, visit)
    if kind:
        yield from add_news(changes, kind, seat, strings(news_of(visit)), now)
