"""Dates in a message that name a day of a month: "25.12", "25 December", "from the 13th to the 15th of July"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from nlu.when_words import Item

_HOURS: Final = 24
_FULL: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SHORT: Final = re.compile(r"(\d{1,2})([./])(\d{1,2})")
_RANGE: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
_YEARS: Final = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Hit:
    """A day, or a stretch of days, that stands at ``start:end`` of the items."""

    first: date
    last: date
    start: int
    end: int
    kind: str = "day"
    """``day``, ``weekday``, ``week`` (a whole week that a weekday may narrow), ``span``."""
    other: date | None = None
    """Another day that may be meant as well."""
    past: bool = False


class Dates:
    """Reads the dates of one message. Each reader looks at one place and says what stands there."""

    def __init__(self, items: Sequence[Item], today: date) -> None:
        self._items = items
        self._today = today

    def _marks(self, at: int) -> frozenset[str]:
        return self._items[at].marks if 0 <= at < len(self._items) else frozenset()

    def _is(self, at: int, mark: str) -> bool:
        return mark in self._marks(at)

    def _full_date(self, at: int) -> Hit | None:
        number = self._items[at].number
        match = _FULL.fullmatch(number)
        if match:
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
            day = _date(year, int(match[2]), int(match[1]))
            first = self._bare_day(at - 1) if at and not self._items[at - 1].taken else None
            if day is not None and first is not None and first < day.day and self._is_span_before(at - 1):
                return Hit(day.replace(day=first), day, at - 1, at + 1, "span")
            return None if day is None else Hit(day, day, at, at + 1)
        match = _ISO.fullmatch(number)
        day = _date(int(match[1]), int(match[2]), int(match[3])) if match else None
        return None if day is None else Hit(day, day, at, at + 1)

    def _dates_of_a_year(self, at: int) -> Hit | None:
        """``14.10 - 15.10.2026``: the year of the second is the year of both."""
        short = _SHORT.fullmatch(self._items[at].number)
        second = at + 2 if self._marks(at + 1) & {"upto", "until"} else at + 1
        full = self._full_date(second) if short and second < len(self._items) else None
        first = _date(full.last.year, int(short[3]), int(short[1])) if short and full else None
        if full is None or first is None or first >= full.last:
            return None
        return Hit(first, full.last, at, full.end, "span")

    def _is_span_before(self, at: int) -> bool:
        """The number at ``at`` is the first day of a span: nothing else makes a bare number stand before a date."""
        return not self._is(at + 1, "month")

    def _day_number(self, at: int) -> tuple[int, int] | None:
        """A day of the month in digits or words at ``at``, and where it ends."""
        if at >= len(self._items):
            return None
        item = self._items[at]
        day, end = item.count() if item.number else item.value("ordinals"), at + 1
        tens = item.value("numbers")
        if not item.number and tens in (20, 30) and end < len(self._items):
            unit = self._items[end].value("ordinals")
            if unit is not None and unit < 10:
                day, end = tens + unit, end + 1
        if day is None or not 1 <= day <= 31:
            return None
        if item.number and end < len(self._items) and self._is(end, "ending"):
            end += 1
        return day, end

    def _bare_day(self, at: int) -> int | None:
        number = self._items[at].number if at >= 0 else ""
        return int(number) if number.isdecimal() and 1 <= int(number[:4]) <= 31 else None

    def _day_and_month(self, at: int) -> Hit | None:
        """As in "25 December 2026", "13 - 15 July", "December 25"."""
        match = _RANGE.fullmatch(self._items[at].number)
        if match and (month := self._month_at(at + 1)) is not None:
            return self._days_of(int(match[1]), int(match[2]), month, at, at + 2)
        found = self._day_number(at)
        if found is None:
            return self._month_and_day(at)
        day, end = found
        month = self._month_at(end)
        if month is not None:
            return self._days_of(day, day, month, at, end + 1)
        if self._is(end, "upto") or self._is(end, "until"):
            end += 1
        second = self._day_number(end)
        month = self._month_at(second[1]) if second else None
        if second is None or second[0] <= day:
            return None
        if month is None:
            return self._days_of_month(day, second[0], at, second[1])
        return self._days_of(day, second[0], month, at, second[1] + 1)

    def _days_of_month(self, first: int, last: int, start: int, end: int) -> Hit | None:
        """As in "From the 25th to the 28th": no hour is as late as that."""
        if last <= _HOURS or not self._is(start - 1, "from"):
            return None
        begin = self._coming_day(first)
        finish = None if begin is None else _date(begin.year, begin.month, last)
        return None if begin is None or finish is None else Hit(begin, finish, start, end, "span")

    def _month_and_day(self, at: int) -> Hit | None:
        month = self._month_at(at)
        found = self._day_number(at + 1) if month is not None else None
        if month is None or found is None or self._items[at].token.word.isascii() is False:
            return None
        return self._days_of(found[0], found[0], month, at, found[1])

    def _month_at(self, at: int) -> int | None:
        return self._items[at].value("months") if at < len(self._items) else None

    def _days_of(self, first: int, last: int, month: int, start: int, end: int) -> Hit | None:
        year = self._items[end].count() if end < len(self._items) else None
        if year is not None and year in _YEARS:
            end += 2 if self._is(end + 1, "year") else 1
            begin, finish = _date(year, month, first), _date(year, month, last)
        else:
            begin = self._coming(month, first)
            finish = None if begin is None else _date(begin.year, month, last)
        if begin is None or finish is None or begin > finish:
            return None
        return Hit(begin, finish, start, end, "day" if begin == finish else "span")

    def _coming(self, month: int, day: int) -> date | None:
        """This year's day, next year's when it is over."""
        found = _date(self._today.year, month, day)
        if found is None or found >= self._today:
            return found or _date(self._today.year + 1, month, day)
        return _date(self._today.year + 1, month, day)

    def _short_date(self, at: int) -> Hit | None:
        """``25.12``: a date unless it is a time, which it is after "at" or beside another day."""
        match = _SHORT.fullmatch(self._items[at].number)
        if match is None:
            return None
        day, month = int(match[1]), int(match[3])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return None
        if match[2] == "." and len(match[3]) == 2 and self._reads_as_time(at, day):
            return None
        first = self._bare_day(at - 1) if at else None
        start = at
        if self._marks(at - 1) & {"upto", "until"} and at > 1:
            first = None
        begin = day
        if first is not None and first < day and not self._items[at - 1].taken:
            begin, start = first, at - 1
        return self._days_of(begin, day, month, start, at + 1)

    def _reads_as_time(self, at: int, hour: int) -> bool:
        if not 8 <= hour <= 22:
            return False
        other = any(
            number != at and (item.marks & {"weekdays", "near_days", "months"} or _FULL.fullmatch(item.number))
            for number, item in enumerate(self._items)
        )
        dates = [item for item in self._items if _SHORT.fullmatch(item.number)]
        return other or (len(dates) > 1 and dates[0] is not self._items[at] and self._is(at - 1, "at"))

    def _of_month(self, at: int) -> Hit | None:
        """As in "On the 12th", without a month: the coming one."""
        found = self._day_number(at)
        if found is None:
            return None
        day, end = found
        if self._is(end, "number_of_month"):
            end += 1
        elif self._items[at].number:
            if not self._is(end - 1, "ending") or end - 1 == at:
                return None
        elif not (self._marks(at - 1) & {"at", "from", "until", "after", "to"} and self._items[end - 1].day_ending):
            return None
        coming = self._coming_day(day)
        return None if coming is None else Hit(coming, coming, at, end)

    def _coming_day(self, day: int) -> date | None:
        year, month = self._today.year, self._today.month
        for _ in range(12):
            found = _date(year, month, day)
            if found is not None and found >= self._today:
                return found
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
