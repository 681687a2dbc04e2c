"""A master of the salon and the days when she works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from booking.days import Days
from booking.hours import Spans, WeekHours
from booking.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """So many days of work, so many of rest, over and over, counted from a first working day."""

    work: int
    rest: int
    first: date
    hours: Spans

    def on(self, day: date) -> Spans:
        return self.hours if (day - self.first).days % (self.work + self.rest) < self.work else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftException:
    """Other hours on some days; none at all = a day off, a holiday, illness."""

    days: Days
    hours: Spans
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A master. ``shifts`` is a week or a rotation; of several exceptions for a day the last one counts."""

    key: str
    name: Words
    role: Words
    branch: str
    services: tuple[str, ...]
    shifts: WeekHours | Rotation
    exceptions: tuple[ShiftException, ...] = ()
    diminutives: tuple[str, ...] = ()
    """How clients call her."""

    def hours_on(self, day: date) -> Spans:
        """Planned hours of a local day; the branch's own holidays are not counted here."""
        for exception in reversed(self.exceptions):
            if exception.days.covers(day):
                return exception.hours
        return self.shifts.on(day)
