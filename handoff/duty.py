"""When a live person answers: what may honestly be promised, and deadlines in working time.

Pure: the plan and the moment come in. All moments are aware and in UTC; the plan's zone is used
only to know which local days and wall times they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from booking.duty_plan import DutyPlan
from booking.words import Words

HORIZON_DAYS = 14
"""Further ahead nobody is promised."""
DEADLINE_DAYS = 92
"""How far a deadline is looked for; a plan without any duty has none."""
LAST_MINUTES = 15
"""With less of the duty left than this, an answer today is not promised."""


class PromiseKind(StrEnum):
    """Whether somebody answers now, later, or nobody is planned at all."""

    NOW = "now"
    LATER = "later"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a client may be told.

    NOW: somebody is on duty and answers within ``minutes``, that is by ``at``. LATER: the duty begins
    at ``at``. NOBODY: nothing is planned in the next two weeks, ``at`` is None.
    """

    kind: PromiseKind
    at: datetime | None = None
    minutes: int | None = None
    who: str | None = None
    """Who answers, in the language that was asked for; None = the plan does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWindow:
    """Unbroken time when somebody answers, ``start <= t < end``; ``who`` belongs to its beginning."""

    start: datetime
    end: datetime
    who: Words | None


def promise(plan: DutyPlan, now: datetime, norm_minutes: int, language: str = "ru") -> Promise:
    """What may be promised at ``now``. Near the end of the duty the promise shrinks or moves to the next duty."""
    if norm_minutes < 1:
        raise ValueError("the reply norm is at least a minute")
    for window in windows(plan, now, HORIZON_DAYS):
        if window.start > now:
            return Promise(kind=PromiseKind.LATER, at=window.start, who=_said(window.who, language))
        left = int((window.end - now).total_seconds() // 60)
        if left >= min(norm_minutes, LAST_MINUTES):
            minutes = min(norm_minutes, left)
            at = now.astimezone(UTC) + timedelta(minutes=minutes)
            who = _said(on_duty(plan, now), language)
            return Promise(kind=PromiseKind.NOW, at=at, minutes=minutes, who=who)
    return Promise(kind=PromiseKind.NOBODY)


def deadline(plan: DutyPlan, start: datetime, minutes: int) -> datetime | None:
    """The moment when ``minutes`` of duty have passed since ``start``; off hours the clock stands still.

    None when the plan has not that much duty in the next three months.
    """
    if minutes < 0:
        raise ValueError("minutes must not be negative")
    left = timedelta(minutes=minutes)
    for window in windows(plan, start, DEADLINE_DAYS):
        begin = max(window.start, start.astimezone(UTC))
        if begin + left <= window.end:
            return begin + left
        left -= window.end - begin
    return None


def worked_minutes(plan: DutyPlan, start: datetime, end: datetime) -> float:
    """Minutes of duty between two moments: how long a client waited in working time. 0 when ``end`` is earlier."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    days = max(0, (end - start).days + 2)
    passed = timedelta()
    for window in windows(plan, start, days):
        passed += max(timedelta(), min(window.end, end) - max(window.start, start))
    return passed.total_seconds() / 60


def on_duty(plan: DutyPlan, now: datetime) -> Words | None:
    """Who answers at ``now``: the first of those on duty; None when nobody is, or the plan does not say."""
    for start, end, who in _pieces(plan, now, 0):
        if start <= now < end:
            return who
    return None


def windows(plan: DutyPlan, now: datetime, days: int) -> Iterator[DutyWindow]:
    """Unbroken duty from the one that lasts at ``now`` on, in order; none that begins later than ``days`` days."""
    now = _aware(now)
    last = now + timedelta(days=days)
    current: DutyWindow | None = None
    for start, end, who in _pieces(plan, now, days):
        if current is not None and start <= current.end:
            current = DutyWindow(start=current.start, end=max(end, current.end), who=current.who)
            continue
        if current is not None and current.end > now:
            yield current
        if start >= last:
            return
        current = DutyWindow(start=start, end=end, who=who)
    if current is not None and current.end > now:
        yield current


def _pieces(plan: DutyPlan, now: datetime, days: int) -> Iterator[tuple[datetime, datetime, Words | None]]:
    """Duty as the plan's days give it, by beginning, from yesterday on (a duty may end at midnight)."""
    today = _aware(now).astimezone(plan.zone).date()
    for number in range(-1, days + 2):
        day = today + timedelta(days=number)
        found: list[tuple[datetime, datetime, Words | None]] = []
        for duty in plan.on(day):
            for span in duty.hours:
                instants = span.instants(day, plan.zone)
                if instants is not None:
                    found.append((*instants, duty.who))
        yield from sorted(found, key=lambda piece: piece[:2])


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)


def _said(who: Words | None, language: str) -> str | None:
    return None if who is None else who.said_in(language)
