"""Who answers clients and when: the front desk's plan, not the masters' shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from booking.days import Days
from booking.holiday import Holiday
from booking.hours import Spans, WeekHours, intersect
from booking.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPost:
    """Somebody who answers, week by week. ``who`` is a name or "the administrator" as clients are told it."""

    key: str
    who: Words
    hours: WeekHours


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyException:
    """On these days only these hours; ``post`` None = whoever the hours are given to takes the whole plan's place."""

    days: Days
    hours: Spans
    post: str | None = None
    who: Words | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Hours of one local day when ``who`` answers; None = nobody in particular."""

    hours: Spans
    who: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPlan:
    """All posts with exceptions. The salon's own holidays shorten the hours when ``follow_holidays`` is set."""

    zone: ZoneInfo
    posts: tuple[DutyPost, ...]
    exceptions: tuple[DutyException, ...] = ()
    follow_holidays: bool = True
    holidays: tuple[Holiday, ...] = ()
    """Holidays of all branches; the loader fills them in."""

    def on(self, day: date) -> tuple[OnDuty, ...]:
        """Who is planned on a local day. An exception wins over a holiday, a holiday over the week."""
        whole = self._exception(day, None)
        if whole is not None:
            return (OnDuty(hours=whole.hours, who=whole.who),) if whole.hours else ()
        planned = ((self._hours(post, day), post.who) for post in self.posts)
        return tuple(OnDuty(hours=hours, who=who) for hours, who in planned if hours)

    def _hours(self, post: DutyPost, day: date) -> Spans:
        exception = self._exception(day, post.key)
        if exception is not None:
            return exception.hours
        hours = post.hours.on(day)
        for holiday in self.holidays if self.follow_holidays else ():
            if holiday.branch is None and holiday.days.covers(day):
                hours = intersect(hours, holiday.hours)
        return hours

    def _exception(self, day: date, post: str | None) -> DutyException | None:
        found = (each for each in reversed(self.exceptions) if each.post == post and each.days.covers(day))
        return next(found, None)
