"""What the book goes by at a moment: the salon's snapshot, the rules, and what was worked out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from booking.book_rules import BookRules
from booking.salon import Salon
from booking.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTerms:
    """Made once for each change of the salon or of a setting."""

    salon: Salon
    rules: BookRules
    calendar: WorkCalendar

    @classmethod
    def of(cls, salon: Salon, rules: BookRules) -> BookTerms:
        """Terms with an empty memory."""
        return cls(salon=salon, rules=rules, calendar=WorkCalendar(salon))

    def cutoff(self, services: tuple[str, ...]) -> timedelta:
        """How long before a visit its client may still move or cancel it: the strictest of its services."""
        known = [self.salon.service_by_key[key] for key in services if key in self.salon.service_by_key]
        return timedelta(hours=max((service.cutoff_hours for service in known), default=0))
