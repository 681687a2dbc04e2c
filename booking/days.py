"""A stretch of calendar days: once, or the same every year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LEAP_YEAR = 2000
"""Yearly days are kept as dates of this year, so that 29 February exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From ``first`` to ``last``, both included. A yearly stretch may go over New Year."""

    first: date
    last: date
    yearly: bool = False

    def covers(self, day: date) -> bool:
        if not self.yearly:
            return self.first <= day <= self.last
        first, last, this = (_in_year(each) for each in (self.first, self.last, day))
        return first <= this <= last if first <= last else this >= first or this <= last


def _in_year(day: date) -> tuple[int, int]:
    return day.month, day.day
