"""Reads branches, services, staff and holidays from plain values."""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from booking.body import LINE, TEXT, Body
from booking.branch import Branch
from booking.days import LEAP_YEAR
from booking.declared import Declared
from booking.fault import Place
from booking.holiday import Holiday
from booking.hours import WeekHours
from booking.price import Price
from booking.read_times import read_day, read_days, read_spans, read_week
from booking.service import MasterTerms, Service
from booking.staff import Rotation, ShiftException, Staff

PRICE_MAX = 10_000_000
MINUTES_MIN, MINUTES_MAX = 5, 720

_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{5,24}", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>\"']{3,280}")
_ZONE = re.compile(r"[A-Za-z0-9_+\-]{1,32}(/[A-Za-z0-9_+\-]{1,32}){0,2}", re.ASCII)


def read_zone(body: Body, default: ZoneInfo | None) -> ZoneInfo:
    """An IANA name; ``default`` None makes the field required."""
    harmless = default or ZoneInfo("UTC")
    if body.missing("zone") if default is None else body.raw("zone") is None:
        return harmless
    name = body.raw("zone")
    try:
        if isinstance(name, str) and _ZONE.fullmatch(name):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    body.wrong("zone", "zone_expected", got=name)
    return harmless


def read_phone(body: Body) -> str:
    phone = body.text("phone")
    if phone and not (_PHONE.fullmatch(phone) and 6 <= sum(char.isdigit() for char in phone) <= 15):
        body.wrong("phone", "phone_expected", got=phone)
    return phone


def read_link(body: Body, name: str) -> str | None:
    link = body.maybe_text(name, high=LINE)
    if link is not None and not _LINK.fullmatch(link):
        body.wrong(name, "link_expected", got=link)
    return link


def read_branch(key: str, body: Body, zone: ZoneInfo) -> Branch:
    hours = body.raw("hours")
    branch = Branch(
        key=key,
        name=body.words("name"),
        address=body.words("address", high=LINE),
        directions=body.words("directions", high=TEXT),
        phone=read_phone(body),
        map_link="" if body.missing("map") else read_link(body, "map") or "",
        zone=read_zone(body, zone),
        hours=read_week(body.place if body.missing("hours") else body.place.down("hours"), hours or {}, body.faults),
        reviews=_reviews(body),
        aliases=body.texts("aliases"),
    )
    body.close()
    return branch


def _reviews(body: Body) -> tuple[tuple[str, str], ...]:
    inner = body.inner("reviews")
    names = [name for name, _, _ in body.entries("reviews")]
    links = [(name, read_link(inner, name)) for name in names] if inner is not None else []
    return tuple((name, link) for name, link in links if link)


def read_price(body: Body, *, required: bool) -> Price | None:
    """``price: 2800`` or ``price_from: 2800``, not both."""
    exact = body.maybe_integer("price", 0, PRICE_MAX, code="price_expected")
    least = body.maybe_integer("price_from", 0, PRICE_MAX, code="price_expected")
    if "price" in body and "price_from" in body:
        body.wrong("price_from", "price_both")
    elif required and "price" not in body and "price_from" not in body:
        body.wrong("", "price_missing")
    if least is not None:
        return Price(amount=least, at_least=True)
    return None if exact is None else Price(amount=exact)


def read_service(key: str, body: Body, declared: Declared) -> Service:
    body.missing("category")
    category = body.reference("category", declared.categories, "category_unknown")
    service = Service(
        key=key,
        name=body.words("name"),
        category=category or "",
        minutes=body.integer("duration", MINUTES_MIN, MINUTES_MAX, code="minutes_expected"),
        price=read_price(body, required=True) or Price(amount=0),
        buffer_before=body.maybe_integer("buffer_before", 0, 120, code="minutes_expected") or 0,
        buffer_after=body.maybe_integer("buffer_after", 0, 120, code="minutes_expected") or 0,
        addon=body.choice("kind", ("main", "addon"), "main") == "addon",
        popular=body.flag("popular", default=False),
        masters=_masters(key, body, declared),
        cutoff_hours=body.maybe_integer("cutoff_hours", 0, 168) or 0,
        return_days=body.maybe_integer("return_days", 1, 730),
        preparation=body.maybe_words("preparation", high=TEXT),
        aftercare=body.maybe_words("aftercare", high=TEXT),
        aliases=body.texts("aliases"),
    )
    body.close()
    return service


def _masters(key: str, body: Body, declared: Declared) -> MappingProxyType[str, MasterTerms]:
    terms: dict[str, MasterTerms] = {}
    for staff, place, value in body.entries("masters"):
        if body.known_key(place, staff, declared.staff, "staff_unknown") is None:
            continue
        if key not in declared.offered.get(staff, ()):
            body.faults.add(place, "staff_without_service", staff=staff, service=key)
        inner = Body(value, place, body.faults)
        minutes = inner.maybe_integer("duration", MINUTES_MIN, MINUTES_MAX, code="minutes_expected")
        terms[staff] = MasterTerms(price=read_price(inner, required=False), minutes=minutes)
        inner.close()
    return MappingProxyType(terms)


def read_staff(key: str, body: Body, declared: Declared, today: date | None) -> Staff:
    body.missing("branch")
    branch = body.reference("branch", declared.branches, "branch_unknown")
    places = list(body.items("services"))
    services = [body.known_key(place, value, declared.services, "service_unknown") for place, value in places]
    if not places:
        body.missing("services")
    for number, (place, value) in enumerate(places):
        if value in (earlier for _, earlier in places[:number]):
            body.faults.add(place, "item_twice", got=value)
    staff = Staff(
        key=key,
        name=body.words("name"),
        role=body.words("role"),
        branch=branch or "",
        services=tuple(service for service in services if service is not None),
        shifts=_shifts(body, today),
        exceptions=tuple(_shift_exception(place, item, body, today) for place, item in body.items("exceptions")),
        diminutives=body.texts("diminutives"),
    )
    body.close()
    return staff


def _shifts(body: Body, today: date | None) -> WeekHours | Rotation:
    """``weekly: {mon-fri: ...}``, or ``work`` and ``rest`` days in turn ``from`` a first working day by ``hours``."""
    place = body.place.down("shifts")
    empty = WeekHours(days=((), (), (), (), (), (), ()))
    if body.missing("shifts"):
        return empty
    inner = Body(body.raw("shifts"), place, body.faults)
    weekly = inner.raw("weekly")
    if weekly is not None:
        inner.close()
        return read_week(place.down("weekly"), weekly, body.faults)
    if "work" not in inner and "rest" not in inner:
        body.wrong("shifts", "shifts_expected")
        return empty
    work, rest = inner.integer("work", 1, 31), inner.integer("rest", 1, 31)
    first = None if inner.missing("from") else read_day(inner, "from", today, yearly=False)
    hours = () if inner.missing("hours") else read_spans(place.down("hours"), inner.raw("hours"), body.faults)
    inner.close()
    return Rotation(work=work, rest=rest, first=first or date(LEAP_YEAR, 1, 1), hours=hours)


def _shift_exception(place: Place, item: object, body: Body, today: date | None) -> ShiftException:
    inner = Body(item, place, body.faults)
    exception = ShiftException(
        days=read_days(inner, today),
        hours=() if inner.missing("hours") else read_spans(place.down("hours"), inner.raw("hours"), body.faults),
        note=inner.maybe_text("note", high=LINE),
    )
    inner.close()
    return exception


def read_holiday(key: str, body: Body, declared: Declared, today: date | None) -> Holiday:
    place = body.place.down("hours")
    holiday = Holiday(
        key=key,
        name=body.words("name"),
        days=read_days(body, today),
        hours=() if body.missing("hours") else read_spans(place, body.raw("hours"), body.faults),
        branch=body.reference("branch", declared.branches, "branch_unknown"),
    )
    body.close()
    return holiday
