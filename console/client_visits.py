"""A client's visits for the card beside the conversation: the next one, the last one, how many there were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from booking.salon import Salon
from booking.visit import Visit
from console.book_desk import BookDesk
from console.book_words import masters_in_words, money_in_words, services_in_words
from console.visit import Visit as Call
from console.wire import Json, Sight, sight_of
from dialog.ids import ConversationId


async def visits_json(book: BookDesk | None, conversation: ConversationId, call: Call) -> Json | None:
    """What the card shows of the book; None for a console without one.

    Only visits booked from the client's own addresses or under a phone he has proved: a typed phone shows nobody's.
    """
    if book is None:
        return None
    coming = await book.visits(conversation, call.now)
    past = await book.visits(conversation, call.now, past=True)
    salon, sight = book.salon(), sight_of(call.role)
    return {
        "next": _first(salon, coming, sight, call),
        "last": _first(salon, past, sight, call),
        "coming": len(coming),
        "past": len(past),
    }


def _first(salon: Salon, visits: Sequence[Visit], sight: Sight, call: Call) -> Json | None:
    return _visit_json(salon, visits[0], sight, call) if visits else None


def _visit_json(salon: Salon, one: Visit, sight: Sight, call: Call) -> Json:
    """One visit in the words of whoever looks; a request has its client's wish instead of a day and a time."""
    language = call.language
    shown = {
        "what": services_in_words(salon, one.services or one.wanted, language),
        "who": masters_in_words(salon, one.masters or (one.wanted_staff,), language),
        "sum": money_in_words(one.price.amount, salon.currency, language),
        "at_least": one.price.at_least,
        "status": one.status.value,
        "wish": sight.text(one.wish),
    }
    if not one.parts:
        return {**shown, "day": "", "named": "", "time": "", "today": False}
    start = one.start.astimezone(ZoneInfo(one.zone))
    today = call.now.astimezone(ZoneInfo(one.zone)).date()
    return {
        **shown,
        "day": start.date().isoformat(),
        "named": _named(start, today.year, language),
        "time": start.strftime("%H:%M"),
        "today": start.date() == today,
    }


def _named(start: datetime, year: int, language: str) -> str:
    """Weekday, day and month; another year's day with its year instead of the weekday."""
    return format_date(start.date(), "EEE, d MMMM" if start.year == year else "d MMMM y", locale=language)
