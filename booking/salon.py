"""The whole salon as one immutable value, with look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from booking.answer import Answer
from booking.branch import Branch
from booking.duty_plan import DutyPlan
from booking.holiday import Holiday
from booking.hours import Spans, intersect
from booking.service import Category, Service
from booking.staff import Staff
from booking.words import Words


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


Noun = TypeVar("Noun", bound=_Keyed)


def _by_key(nouns: Iterable[Noun]) -> Mapping[str, Noun]:
    return MappingProxyType({noun.key: noun for noun in nouns})


@dataclass(frozen=True, slots=True, kw_only=True)
class Salon:
    """Everything the bot knows about the salon. Look-ups by key raise KeyError for a key that does not exist."""

    name: Words
    zone: ZoneInfo
    currency: str
    phone: str
    site: str | None
    branches: tuple[Branch, ...]
    holidays: tuple[Holiday, ...]
    categories: tuple[Category, ...]
    services: tuple[Service, ...]
    staff: tuple[Staff, ...]
    duty: DutyPlan
    answers: tuple[Answer, ...]
    branch_by_key: Mapping[str, Branch] = field(init=False, repr=False, compare=False)
    category_by_key: Mapping[str, Category] = field(init=False, repr=False, compare=False)
    service_by_key: Mapping[str, Service] = field(init=False, repr=False, compare=False)
    staff_by_key: Mapping[str, Staff] = field(init=False, repr=False, compare=False)
    answer_by_key: Mapping[str, Answer] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "branch_by_key", _by_key(self.branches))
        object.__setattr__(self, "category_by_key", _by_key(self.categories))
        object.__setattr__(self, "service_by_key", _by_key(self.services))
        object.__setattr__(self, "staff_by_key", _by_key(self.staff))
        object.__setattr__(self, "answer_by_key", _by_key(self.answers))

    def branch(self, key: str) -> Branch:
        return self.branch_by_key[key]

    def service(self, key: str) -> Service:
        return self.service_by_key[key]

    def master(self, key: str) -> Staff:
        return self.staff_by_key[key]

    def answer(self, key: str) -> Answer:
        return self.answer_by_key[key]

    def services_in(self, category: str) -> tuple[Service, ...]:
        """Services of a category, in the order of the price list."""
        return tuple(service for service in self.services if service.category == category)

    def masters_of(self, service: str, branch: str | None = None) -> tuple[Staff, ...]:
        """Who does the service, at one branch or anywhere."""
        return tuple(each for each in self.staff if service in each.services and branch in (None, each.branch))

    def holiday_on(self, branch: str, day: date) -> Holiday | None:
        """The holiday of that local day: the branch's own before the common one."""
        found = [each for each in self.holidays if each.concerns(branch, day)]
        return min(found, key=lambda each: each.branch is None, default=None)

    def hours_on(self, branch: str, day: date) -> Spans:
        """Opening hours of a branch on a local day, holidays counted; empty = closed."""
        holiday = self.holiday_on(branch, day)
        return self.branch(branch).hours.on(day) if holiday is None else holiday.hours

    def working_hours(self, staff: str, day: date) -> Spans:
        """When a master can be booked on a local day: her shift while her branch is open."""
        master = self.master(staff)
        return intersect(master.hours_on(day), self.hours_on(master.branch, day))
