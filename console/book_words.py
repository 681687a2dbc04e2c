"""Visits in the words of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from booking.salon import Salon
from booking.visit import Visit

NEWS = frozenset({"booked", "moved", "cancelled", "request", "late"})


def services_in_words(salon: Salon, keys: Sequence[str], language: str) -> str:
    """Names in the order in which they are done; a service that is gone keeps its key."""
    return ", ".join(
        salon.service_by_key[key].name.said_in(language) if key in salon.service_by_key else key for key in keys if key
    )


def masters_in_words(salon: Salon, keys: Sequence[str], language: str) -> str:
    """Names, each once."""
    return ", ".join(
        salon.staff_by_key[key].name.said_in(language) if key in salon.staff_by_key else key for key in keys if key
    )


def moment_in_words(moment: datetime, zone: str, language: str) -> str:
    """Day and time by the branch's clock, in words and short."""
    return format_datetime(moment, "EEE, d MMMM, HH:mm", tzinfo=ZoneInfo(zone), locale=language)


def day_in_words(moment: datetime, language: str) -> str:
    """Weekday, day and month in full."""
    return format_date(moment, "EEEE, d MMMM", locale=language)


def money_in_words(amount: int, currency: str, language: str) -> str:
    """A sum, empty when there is none."""
    return (
        format_currency(amount, currency, "#,##0\u00a0\u00a4", locale=language, currency_digits=False) if amount else ""
    )


def visit_in_words(salon: Salon, visit: Visit, language: str) -> str:
    """What, by whom and when, in one line."""
    what = services_in_words(salon, visit.services or visit.wanted, language)
    who = masters_in_words(salon, visit.masters or (visit.wanted_staff,), language)
    when = moment_in_words(visit.start, visit.zone, language) if visit.parts else visit.wish
    return ", ".join(part for part in (what, who, when) if part)


def news_in_words(salon: Salon, body: Mapping[str, str], language: str) -> dict[str, str]:
    """The body of a line of "what's new" about a visit, for a person."""
    what = services_in_words(salon, body.get("services", "").split(), language)
    who = masters_in_words(salon, body.get("masters", "").split(), language)
    when = body.get("words", "")
    if start := body.get("start"):
        when = moment_in_words(datetime.fromisoformat(start), body.get("zone", "UTC"), language)
    told = {"visit": ", ".join(part for part in (what, who, when) if part), "client": body.get("name", "")}
    return {**told, "text": body["text"]} if "text" in body else told
