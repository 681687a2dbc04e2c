"""Days in a message: "tomorrow", "on Friday", "the week after next", "from Monday to Wednesday", and every date."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from nlu.when_dates import Dates, Hit

_WEEK: Final = 7
_MOST_COUNT: Final = 400
_SEASON_MONTHS: Final = 3


class Days(Dates):
    """Reads the days of one message. Made for one message; takes the items that it reads."""

    def said(self) -> tuple[str, ...]:
        """``YYYY-MM-DD`` or ``YYYY-MM-DD..YYYY-MM-DD``; several are alternatives, the likeliest first."""
        hits = self._narrowed(self._hits())
        kept = [hit for hit in hits if not self._is_excluded(hit)]
        for hit in hits:
            for item in self._items[hit.start : hit.end]:
                item.taken = True
        spans = self._joined([hit for hit in kept if not hit.past])
        return tuple(dict.fromkeys(spans))

    def _hits(self) -> list[Hit]:
        readers: tuple[Callable[[int], Hit | None], ...] = (
            self._dates_of_a_year,
            self._full_date,
            self._day_and_month,
            self._short_date,
            self._of_month,
            self._near_day,
            self._weekday,
            self._weekend,
            self._week,
            self._in_time,
            self._part_of_month,
            self._month,
            self._season,
        )
        hits: list[Hit] = []
        at = 0
        while at < len(self._items):
            hit = next((found for reader in readers if (found := reader(at)) is not None), None)
            if hit is None:
                at += 1
            else:
                hits.append(hit)
                at = hit.end
        return hits

    def _near_day(self, at: int) -> Hit | None:
        offset = self._items[at].value("near_days")
        if offset is None:
            return None
        day = self._today + timedelta(days=offset)
        return Hit(day, day, at, at + 1, past=offset < 0)

    def _weekday(self, at: int) -> Hit | None:
        weekday = self._items[at].value("weekdays")
        if weekday is None:
            return None
        before = self._marks(at - 1)
        ahead = (weekday - 1 - self._today.weekday()) % _WEEK or _WEEK
        coming = self._today + timedelta(days=ahead)
        if "last" in before:
            return Hit(coming, coming, at - 1, at + 1, past=True)
        if "next" in before:
            following = self._monday(1) + timedelta(days=weekday - 1)
            return Hit(following, following, at - 1, at + 1, other=coming if coming != following else None)
        if "in" in before:
            after = coming + timedelta(days=_WEEK)
            return Hit(after, after, at - 1, at + 1, other=coming)
        start = at - 1 if before & {"this", "nearest"} else at
        return Hit(coming, coming, start, at + 1, "weekday")

    def _monday(self, weeks: int) -> date:
        """The Monday of the week ``weeks`` ahead."""
        return self._today + timedelta(days=weeks * _WEEK - self._today.weekday())

    def _weekend(self, at: int) -> Hit | None:
        if not self._is(at, "weekend"):
            return None
        before = self._marks(at - 1)
        saturday = self._monday(1 if "next" in before else 0) + timedelta(days=5)
        sunday = saturday + timedelta(days=1)
        start = at - 1 if before & {"this", "nearest", "next"} else at
        return Hit(max(saturday, self._today), sunday, start, at + 1, "span", past="last" in before)

    def _week(self, at: int) -> Hit | None:
        """As in "This week", "next week": a weekday beside it says which day of it."""
        if not self._is(at, "week"):
            return None
        before = self._marks(at - 1)
        if "last" in before:
            return Hit(self._today, self._today, at - 1, at + 1, past=True)
        if not before & {"this", "next", "nearest"}:
            return self._part_of_week(at)
        monday = self._monday(1 if "next" in before else 0)
        sunday = monday + timedelta(days=_WEEK - 1)
        part = self._part_of_week(at, monday)
        return part or Hit(max(monday, self._today), sunday, at - 1, at + 1, "week")

    def _part_of_week(self, at: int, monday: date | None = None) -> Hit | None:
        """As in "At the end of the week"."""
        back = 2 if monday is not None else 1
        monday = monday or self._monday(0)
        for mark, first, last in (("beginning", 0, 1), ("middle", 2, 3), ("end", 3, 6)):
            if self._is(at - back, mark):
                days = [monday + timedelta(days=offset) for offset in (first, last)]
                if days[1] < self._today:
                    days = [day + timedelta(days=_WEEK) for day in days]
                return Hit(max(days[0], self._today), days[1], at - back, at + 1, "span")
        return None

    def _in_time(self, at: int) -> Hit | None:
        """As in "In three days", "in a week", "in two weeks on Saturday"."""
        if not self._is(at, "in"):
            return None
        count, end = 1, at + 1
        if end < len(self._items) and (said := self._items[end].count()) is not None:
            count, end = said, end + 1
        elif self._is(end, "couple"):
            count, end = 2, end + 1
        if count > _MOST_COUNT:
            return None
        if self._is(end, "day") or self._is(end, "week"):
            days = count * (_WEEK if self._is(end, "week") else 1)
            day = self._today + timedelta(days=days)
            return Hit(day, day, at, end + 1, "in_weeks" if self._is(end, "week") else "day")
        if self._is(end, "month"):
            day = _months_later(self._today, count)
            return Hit(day, day, at, end + 1, "in_weeks")
        return None

    def _part_of_month(self, at: int) -> Hit | None:
        """As in "At the end of November", "in the middle of the month"."""
        parts = {"beginning": (1, 10), "middle": (11, 20), "end": (21, 31)}
        part = next((parts[mark] for mark in parts if self._is(at, mark)), None)
        if part is None:
            return None
        end = at + 1
        if self._marks(end) & {"this", "next"}:
            end += 1
        month = self._month_at(end)
        year = self._today.year
        if month is None and self._is(end, "month"):
            ahead = _months_later(self._today.replace(day=1), 1 if self._is(end - 1, "next") else 0)
            month, year = ahead.month, ahead.year
        if month is None:
            return None
        return self._in_month(year, month, part, at, end + 1)

    def _in_month(self, year: int, month: int, part: tuple[int, int], start: int, end: int) -> Hit:
        for later in (0, 1):
            length = calendar.monthrange(year + later, month)[1]
            first, last = date(year + later, month, part[0]), date(year + later, month, min(part[1], length))
            if last >= self._today:
                break
        return Hit(max(first, self._today), last, start, end, "span")

    def _month(self, at: int) -> Hit | None:
        """As in "In December", "next month"."""
        if self._is(at, "month") and self._is(at - 1, "next"):
            ahead = _months_later(self._today.replace(day=1), 1)
            return self._in_month(ahead.year, ahead.month, (1, 31), at - 1, at + 1)
        month = self._month_at(at)
        if month is None or not self._is(at - 1, "at"):
            return None
        return self._in_month(self._today.year, month, (1, 31), at - 1, at + 1)

    def _season(self, at: int) -> Hit | None:
        first = self._items[at].value("seasons")
        if first is None or len(self._items) > 3:
            return None
        month = 12 if first == 1 else first - 1
        begin = date(self._today.year, month, 1)
        end = _months_later(begin, _SEASON_MONTHS) - timedelta(days=1)
        if end < self._today:
            begin, end = _months_later(begin, 12), _months_later(end, 12)
        return Hit(max(begin, self._today), end, at, at + 1, "span")

    # ---- together

    def _narrowed(self, hits: list[Hit]) -> list[Hit]:
        """A week with a weekday is that day of it; a weekday beside a date only says it again."""
        weekday = next((hit for hit in hits if hit.kind == "weekday"), None)
        frame = next((hit for hit in hits if hit.kind in ("week", "in_weeks")), None)
        if weekday is not None and frame is not None:
            monday = frame.first - timedelta(days=frame.first.weekday())
            day = monday + timedelta(days=weekday.first.weekday())
            narrow = Hit(day, day, weekday.start, weekday.end)
            return [narrow if hit is weekday else hit for hit in hits if hit is not frame]
        exact = [hit for hit in hits if hit.kind == "day"]
        said_again = [hit for hit in hits if hit.kind == "weekday"]
        if len(exact) == 1 and len(said_again) == 1:
            one, two = said_again[0], exact[0]
            if two.first.weekday() == one.first.weekday():
                return [hit for hit in hits if hit is not one]
        return hits

    def _is_excluded(self, hit: Hit) -> bool:
        """As in "Any day but Wednesday", "not on Friday", "on Friday I can't"."""
        for back in (1, 2, 3):
            marks = self._marks(hit.start - back)
            if marks & {"except", "not"}:
                return True
            if not marks & {"at", "next", "this", "nearest"}:
                break
        after = [self._marks(at) for at in (hit.end, hit.end + 1)]
        if "cannot" in after[0] and "not" not in after[0] and self._items[hit.end].token.word.isascii():
            return True
        return "not" in after[0] and "cannot" in after[1]

    def _joined(self, hits: list[Hit]) -> list[str]:
        found: list[str] = []
        at = 0
        while at < len(hits):
            one = hits[at]
            two = hits[at + 1] if at + 1 < len(hits) else None
            if two is not None and self._is_span(one, two):
                last = two.last if two.last >= one.first else two.last + timedelta(days=_WEEK)
                found.append(_span(one.first, last))
                at += 2
                continue
            found.append(_span(one.first, one.last))
            if one.other is not None:
                found.append(_span(one.other, one.other))
            at += 1
        return found

    def _is_span(self, one: Hit, two: Hit) -> bool:
        """As in "From Monday to Wednesday", "8 August - 12 August"."""
        between = [self._marks(at) for at in range(one.end, two.start)]
        if not between:
            return one.kind == two.kind == "day" and one.first < two.first and self._typed_dates(one, two)
        return len(between) == 1 and bool(between[0] & {"upto", "until"})

    def _typed_dates(self, one: Hit, two: Hit) -> bool:
        return bool(self._items[one.start].number and self._items[two.start].number)


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
