"""When masters can be booked, as ticks: shifts, exceptions, opening hours and holidays of a salon's snapshot."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.hours import DAY_MINUTES, DaySpan, wall_to_utc
from booking.salon import Salon
from booking.ticks import span, tick_after, tick_before

_MOST_KEPT = 4096
ONE_DAY = timedelta(days=1)


class WorkCalendar:
    """Made for one snapshot of the salon and kept with it; what was worked out is remembered."""

    def __init__(self, salon: Salon) -> None:
        self.salon = salon
        self._working: dict[tuple[str, date, date], int] = {}
        self._grids: dict[tuple[ZoneInfo, date, date, int], int] = {}

    def working(self, staff: str, first: date, last: date, base: int) -> int:
        """Ticks after ``base`` in which the master works on these local days of her branch, both included."""
        key = (staff, first, last)
        mask = self._working.get(key)
        if mask is None:
            if len(self._working) >= _MOST_KEPT:
                self._working.clear()
            mask = self._working[key] = self._work(staff, first, last)
        return mask << (_anchor(first) - base)

    def grid(self, zone: ZoneInfo, first: date, last: date, step: int, base: int) -> int:
        """Ticks after ``base`` at which a visit may start: every ``step`` minutes of the local clock."""
        key = (zone, first, last, step)
        mask = self._grids.get(key)
        if mask is None:
            if len(self._grids) >= _MOST_KEPT:
                self._grids.clear()
            mask = self._grids[key] = _grid(zone, first, last, step)
        return mask << (_anchor(first) - base)

    def _work(self, staff: str, first: date, last: date) -> int:
        zone = self.salon.branch(self.salon.master(staff).branch).zone
        anchor, mask, day = _anchor(first), 0, first
        while day <= last:
            for hours in self.salon.working_hours(staff, day):
                ends = _instants(hours, day, zone)
                if ends is not None:
                    mask |= span(tick_after(ends[0]) - anchor, tick_before(ends[1]) - anchor)
            day += ONE_DAY
        return mask


@lru_cache(maxsize=16384)
def _instants(hours: DaySpan, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    return hours.instants(day, zone)


@lru_cache(maxsize=4096)
def day_ticks(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """The ticks of a local day: first, and the one after the last."""
    return tick_before(wall_to_utc(day, 0, zone)), tick_before(wall_to_utc(day, DAY_MINUTES, zone))


def _anchor(first: date) -> int:
    """A tick before anything on that date anywhere on earth."""
    return (first - date(1970, 1, 1)).days * 288 - 288


def _grid(zone: ZoneInfo, first: date, last: date, step: int) -> int:
    """A time that a clock change skips is not offered; one that comes twice is offered once, the first time."""
    anchor, mask, day = _anchor(first), 0, first
    while day <= last:
        for minute in range(0, DAY_MINUTES, step):
            instant = wall_to_utc(day, minute, zone)
            wall = instant.astimezone(zone)
            if (wall.hour * 60 + wall.minute) == minute and instant.timestamp() % 300 == 0:
                mask |= 1 << (tick_before(instant) - anchor)
        day += ONE_DAY
    return mask
