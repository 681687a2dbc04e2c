"""A salon as plain values that know where they came from, and the one way from there to a Salon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from booking.body import LINE, Body, entries
from booking.branch import Branch
from booking.declared import Declared, long_key, short_key
from booking.fact_names import fact_names
from booking.fault import Faults, Place
from booking.read_answer import read_answer
from booking.read_duty import read_duty
from booking.read_nouns import read_branch, read_holiday, read_link, read_phone, read_service, read_staff, read_zone
from booking.salon import Salon
from booking.service import Category, Service

CURRENCIES = ("RUB", "BYN", "KZT", "AMD", "GEL", "KGS", "UZS", "RSD", "EUR", "USD")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawNoun:
    """One noun before reading: its key and its plain value."""

    key: str
    value: object
    place: Place
    group: str = ""

    def body(self, faults: Faults) -> Body:
        return Body(self.value, self.place, faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSalon:
    """All nouns before reading, in the order in which the salon shows them."""

    salon: RawNoun
    duty: RawNoun
    categories: tuple[RawNoun, ...]
    branches: tuple[RawNoun, ...]
    services: tuple[RawNoun, ...]
    staff: tuple[RawNoun, ...]
    holidays: tuple[RawNoun, ...]
    answers: tuple[RawNoun, ...]


def raw_nouns(value: object, place: Place, faults: Faults, group: str = "") -> tuple[RawNoun, ...]:
    """Nouns of a mapping by key; an absent one has none."""
    if value is None:
        return ()
    return tuple(
        RawNoun(key=key, value=item, place=here, group=group) for key, here, item in entries(place, value, faults)
    )


def build_salon(raw: RawSalon, today: date | None, faults: Faults) -> Salon:
    """Read everything, check what refers to what. Raises SalonDataError with all that is wrong."""
    _check_keys(raw, faults)
    declared = _declare(raw)
    facts = fact_names(declared.branches, declared.categories, declared.services)
    head = raw.salon.body(faults)
    zone = read_zone(head, None)
    holidays = tuple(read_holiday(each.key, each.body(faults), declared, today) for each in raw.holidays)
    salon = Salon(
        name=head.words("name"),
        zone=zone,
        currency=head.choice("currency", CURRENCIES, "RUB"),
        phone=read_phone(head),
        site=read_link(head, "site"),
        branches=_branches(raw, zone, faults),
        holidays=holidays,
        categories=tuple(_category(each, faults) for each in raw.categories),
        services=_services(raw, declared, faults),
        staff=tuple(read_staff(each.key, each.body(faults), declared, today) for each in raw.staff),
        duty=read_duty(raw.duty.body(faults), zone, holidays, today),
        answers=tuple(read_answer(each.key, each.body(faults), each.group, declared, facts) for each in raw.answers),
    )
    head.close()
    faults.refuse()
    return salon


def _check_keys(raw: RawSalon, faults: Faults) -> None:
    for noun in (*raw.branches, *raw.categories, *raw.services, *raw.staff):
        short_key(noun.key, noun.place, faults)
    for noun in (*raw.holidays, *raw.answers):
        long_key(noun.key, noun.place, faults)
    seen: dict[str, RawNoun] = {}
    for noun in raw.answers:
        if noun.key in seen:
            faults.add(noun.place, "answer_twice", other=seen[noun.key].place.source.name)
        seen[noun.key] = noun
    for nouns, code in ((raw.branches, "no_branches"), (raw.services, "no_services"), (raw.staff, "no_staff")):
        if not nouns and not len(faults):
            faults.add(Place(raw.salon.place.source), code)


def _declare(raw: RawSalon) -> Declared:
    return Declared(
        branches=_keys(raw.branches),
        categories=_keys(raw.categories),
        services=_keys(raw.services),
        staff=_keys(raw.staff),
        answers=_keys(raw.answers),
        offered={each.key: _offered(each.value) for each in raw.staff},
    )


def _keys(nouns: Iterable[RawNoun]) -> tuple[str, ...]:
    return tuple(noun.key for noun in nouns)


def _offered(value: object) -> frozenset[str]:
    services = value.get("services") if isinstance(value, Mapping) else None
    return frozenset(str(each) for each in services) if isinstance(services, list | tuple) else frozenset()


def _branches(raw: RawSalon, zone: ZoneInfo, faults: Faults) -> tuple[Branch, ...]:
    return tuple(read_branch(each.key, each.body(faults), zone) for each in raw.branches)


def _category(noun: RawNoun, faults: Faults) -> Category:
    body = Body({noun.key: noun.value}, Place(noun.place.source, noun.place.path[:-1]), faults)
    return Category(key=noun.key, name=body.words(noun.key, high=LINE))


def _services(raw: RawSalon, declared: Declared, faults: Faults) -> tuple[Service, ...]:
    services: list[Service] = []
    for noun in raw.services:
        services.append(read_service(noun.key, noun.body(faults), declared))
        if not any(noun.key in offered for offered in declared.offered.values()):
            faults.add(noun.place, "service_without_staff")
    return tuple(services)
