"""What the salon's people hear of a client's doings in the book."""

from __future__ import annotations

from collections.abc import Mapping

from booking.orders import CancelVisit, ConfirmHold, Order, RequestVisit
from booking.visit import Visit
from dialog.instants import to_text
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


def news_of(visit: Visit) -> Mapping[str, str]:
    """What a line about a visit is made of: keys of the salon's data and the moment, words are the reader's part."""
    body = {"uid": visit.uid, "branch": visit.branch, "zone": visit.zone, "name": visit.name}
    if visit.parts:
        return {
            **body,
            "services": " ".join(visit.services),
            "masters": " ".join(visit.masters),
            "start": to_text(visit.start),
        }
    return {**body, "services": " ".join(visit.wanted), "masters": visit.wanted_staff, "words": visit.wish}


def tell_of(changes: Changes, order: Order, visit: Visit, seat: Seat, now: int) -> Script[None]:
    """A line of "what's new" for what the client has just done."""
    kind = news_kind(order, visit)
    if kind:
        yield from add_news(changes, kind, seat, strings(news_of(visit)), now)
