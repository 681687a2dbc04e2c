"""A day when the salon or one branch works by other hours than usual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from booking.days import Days
from booking.hours import Spans
from booking.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """Other hours on some days; no hours at all = closed. ``branch`` None means every branch."""

    key: str
    name: Words
    days: Days
    hours: Spans
    branch: str | None = None

    def concerns(self, branch: str, day: date) -> bool:
        return self.branch in (None, branch) and self.days.covers(day)
