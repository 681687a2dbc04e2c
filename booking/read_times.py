"""Reads hours, weeks and calendar days as people write them in the salon's files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from booking.body import Body
from booking.days import LEAP_YEAR, Days
from booking.fault import Faults, Place
from booking.hours import WEEKDAYS, DaySpan, Spans, WeekHours

CLOSED = "closed"
DAILY = "daily"
FAR_DAYS = 730

_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*[-\u2013\u2014]\s*(\d{1,2}):(\d\d)", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d\d)(?:\.(\d{4}))?", re.ASCII)


def read_spans(place: Place, value: object, faults: Faults) -> Spans:
    """``10:00-14:00, 15:00-20:00`` or ``closed``."""
    if value == CLOSED:
        return ()
    spans: list[DaySpan] = []
    for part in value.split(",") if isinstance(value, str) else ("",):
        match = _SPAN.fullmatch(part.strip())
        start, end = _minutes(match) if match else (0, 0)
        if match is None or not 0 <= start < end <= 24 * 60 or int(match[2]) > 59 or int(match[4]) > 59:
            faults.add(place, "hours_expected", got=value)
            return ()
        spans.append(DaySpan(start, end))
    spans.sort()
    if any(one.overlaps(other) for one, other in pairwise(spans)):
        faults.add(place, "hours_overlap", got=value)
        return ()
    return tuple(spans)


def _minutes(match: re.Match[str]) -> tuple[int, int]:
    return int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])


def read_week(place: Place, value: object, faults: Faults) -> WeekHours:
    """Hours by weekday: ``mon-fri``, ``sat, sun``, ``daily``; a day that is not named is closed."""
    week: list[Spans] = [()] * 7
    if isinstance(value, Mapping):
        named: set[int] = set()
        for key, hours in value.items():
            here = place.down(str(key))
            weekdays = _weekdays(str(key))
            if weekdays is None:
                faults.add(here, "weekday_expected", got=str(key))
                continue
            spans = read_spans(here, hours, faults)
            if named & weekdays:
                faults.add(here, "weekday_twice", day=WEEKDAYS[min(named & weekdays)])
            named |= weekdays
            for weekday in weekdays:
                week[weekday] = spans
    else:
        faults.add(place, "week_expected", got=value)
    mon, tue, wed, thu, fri, sat, sun = week
    return WeekHours(days=(mon, tue, wed, thu, fri, sat, sun))


def _weekdays(text: str) -> set[int] | None:
    if text == DAILY:
        return set(range(7))
    found: set[int] = set()
    for part in text.split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or any(end not in WEEKDAYS for end in ends):
            return None
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        if first > last:
            return None
        found.update(range(first, last + 1))
    return found


def read_days(body: Body, today: date | None) -> Days:
    """Fields ``day`` and, for several days in a row, ``until`` (included)."""
    fallback = Days(first=date(LEAP_YEAR, 1, 1), last=date(LEAP_YEAR, 1, 1))
    if body.missing("day"):
        body.raw("until")
        return fallback
    first = read_day(body, "day", today)
    last = read_day(body, "until", today) if body.raw("until") is not None else first
    if first is None or last is None:
        return fallback
    yearly = first.year == LEAP_YEAR
    if yearly != (last.year == LEAP_YEAR):
        body.wrong("until", "until_kind")
        return fallback
    if last < first and not yearly:
        body.wrong("until", "until_before", day=first.isoformat(), got=body.raw("until"))
        return fallback
    return Days(first=first, last=last, yearly=yearly)


def read_day(body: Body, name: str, today: date | None, *, yearly: bool = True) -> date | None:
    """``2026-12-31``, ``31.12.2026``, ``31.12`` (every year) or ``in_days: 3`` counted from ``today``."""
    value = body.raw(name)
    if isinstance(value, Mapping):
        return _relative(body, name, today)
    day = _date(value) if isinstance(value, str) else None
    if day is None or (day.year == LEAP_YEAR and not yearly):
        body.wrong(name, "day_expected" if yearly else "date_expected", got=value)
        return None
    return day


def _relative(body: Body, name: str, today: date | None) -> date | None:
    inner = body.inner(name)
    if inner is None:
        return None
    before = len(body.faults)
    days = inner.integer("in_days", -FAR_DAYS, FAR_DAYS)
    inner.close()
    if today is None:
        body.wrong(name, "relative_day")
        return None
    return today + timedelta(days=days) if len(body.faults) == before else None


def _date(text: str) -> date | None:
    iso, dotted = _ISO.fullmatch(text), _DOTTED.fullmatch(text)
    try:
        if iso is not None:
            day = date(int(iso[1]), int(iso[2]), int(iso[3]))
            return day if day.year > LEAP_YEAR else None
        if dotted is not None:
            day = date(int(dotted[3] or LEAP_YEAR), int(dotted[2]), int(dotted[1]))
            return day if dotted[3] is None or day.year > LEAP_YEAR else None
    except ValueError:
        return None
    return None
