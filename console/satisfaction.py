"""How content clients are: the figures of the report, each with how many answers it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from dialog.opinion import Opinion

FEW = 5
"""A figure that rests on fewer answers says so."""
BAD = 3
"""A mark at or below it is a low one."""
_PROMOTERS, _DETRACTORS = 9, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and how many answers it rests on; None when it rests on none."""

    value: float | None
    count: int

    @property
    def few(self) -> bool:
        """Too few answers to conclude anything from."""
        return 0 < self.count < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of a period. ``nps`` is -100..100, marks are 1..5; groups: key or Monday -> average mark."""

    asked: int
    answered: int
    nps: Figure
    mark: Figure
    by_staff: Sequence[tuple[str, Figure]]
    by_service: Sequence[tuple[str, Figure]]
    by_week: Sequence[tuple[date, Figure]]
    low: Sequence[Opinion]
    """Low marks, newest first."""

    @property
    def share(self) -> int:
        """How many of a hundred who were asked have answered."""
        return round(100 * self.answered / self.asked) if self.asked else 0


def report(opinions: Sequence[Opinion], zone: ZoneInfo) -> Report:
    """The figures of these visits; weeks begin on Mondays of ``zone``."""
    return Report(
        asked=len(opinions),
        answered=sum(one.answered for one in opinions),
        nps=promoters([one.nps for one in opinions if one.nps is not None]),
        mark=average(opinions),
        by_staff=_groups(opinions, lambda one: one.staff),
        by_service=_groups(opinions, lambda one: one.service),
        by_week=_weeks(opinions, zone),
        low=[one for one in opinions if one.mark is not None and one.mark <= BAD],
    )


def promoters(numbers: Sequence[int]) -> Figure:
    """The share of nines and tens less the share of six and below, in hundredths."""
    if not numbers:
        return Figure(value=None, count=0)
    balance = sum((number >= _PROMOTERS) - (number <= _DETRACTORS) for number in numbers)
    return Figure(value=round(100 * balance / len(numbers)), count=len(numbers))


def average(opinions: Sequence[Opinion]) -> Figure:
    """The average mark."""
    marks = [one.mark for one in opinions if one.mark is not None]
    return Figure(value=sum(marks) / len(marks) if marks else None, count=len(marks))


def _groups(opinions: Sequence[Opinion], key: Callable[[Opinion], str]) -> Sequence[tuple[str, Figure]]:
    """Those with most answers first; who has no mark at all is left out."""
    found: defaultdict[str, list[Opinion]] = defaultdict(list)
    for one in opinions:
        if one.mark is not None and key(one):
            found[key(one)].append(one)
    figures = [(name, average(mine)) for name, mine in found.items()]
    return sorted(figures, key=lambda group: (-group[1].count, group[0]))


def _weeks(opinions: Sequence[Opinion], zone: ZoneInfo) -> Sequence[tuple[date, Figure]]:
    found: defaultdict[date, list[Opinion]] = defaultdict(list)
    for one in opinions:
        day = one.end.astimezone(zone).date()
        if one.mark is not None:
            found[day - timedelta(days=day.weekday())].append(one)
    return [(monday, average(found[monday])) for monday in sorted(found, reverse=True)]
