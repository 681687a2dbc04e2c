"""Wall-clock hours: spans of one day and a whole week of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, order=True)
class DaySpan:
    """Part of one local day, in minutes after midnight: ``0 <= start < end <= 1440``; the end is not included."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError(f"not a span of one day: {self.start}-{self.end}")

    def overlaps(self, other: DaySpan) -> bool:
        return self.start < other.end and other.start < self.end

    def common(self, other: DaySpan) -> DaySpan | None:
        """The part that belongs to both, None when there is none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return DaySpan(start, end) if start < end else None

    def instants(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Start and end in UTC. None when the clock change swallows the whole span.

        A start that happens twice is the first one, an end that happens twice is the second.
        """
        start, end = wall_to_utc(day, self.start, zone, fold=0), wall_to_utc(day, self.end, zone, fold=1)
        return (start, end) if start < end else None


Spans = tuple[DaySpan, ...]
"""Hours of one day, in order, not overlapping; empty means closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekHours:
    """Hours by weekday; ``days[0]`` is Monday."""

    days: tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]

    def on(self, day: date) -> Spans:
        return self.days[day.weekday()]

    def groups(self) -> Iterator[tuple[int, int, Spans]]:
        """Neighbouring weekdays with the same hours: (first weekday, last weekday, hours)."""
        first = 0
        for weekday in range(1, 8):
            if weekday == 7 or self.days[weekday] != self.days[first]:
                yield first, weekday - 1, self.days[first]
                first = weekday


def intersect(left: Spans, right: Spans) -> Spans:
    """Hours that belong to both sides."""
    return tuple(sorted(both for one in left for other in right if (both := one.common(other)) is not None))


def wall_to_utc(day: date, minute: int, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    """The instant when the clock on the wall shows ``minute`` minutes after midnight of ``day``.

    1440 is the midnight that ends the day. A time that happens twice is told apart by ``fold``; a time that a
    clock change skips is the instant of the change.
    """
    if minute == DAY_MINUTES:
        day, minute = day + timedelta(days=1), 0
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone, fold=fold)
    instant = wall.astimezone(UTC)
    shown = instant.astimezone(zone)
    if (shown.hour, shown.minute) == (wall.hour, wall.minute):
        return instant
    return _clock_change(wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC), zone)


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the new offset, known to lie between the two instants."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
