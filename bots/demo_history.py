"""Months of visits for the demo salon: who comes, to whom, how often; who forgot to come, and who comes next week."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

import config
from booking.free_search import slot_of
from booking.free_slot import FreeSlot
from booking.hours import WEEKDAYS, wall_to_utc
from booking.past_visit import KnownClient, PastVisit
from booking.salon import Salon
from booking.visit import VisitStatus

PEOPLE = Path(config.__file__).parent / "demo_people.yaml"
CLIENT = Path(config.__file__).parent / "demo_client.yaml"
DEFAULT_RHYTHM = 45
AHEAD_DAYS = 21
MOST_STEPS = 10
"""So many half hours a client lets the time be moved, and so many days, before he skips this once."""
MISSED, CANCELLED, SKIPPED, CHANGED_MASTER = 0.035, 0.05, 0.12, 0.08


@dataclass(slots=True)
class Habit:
    """A service that somebody keeps coming for, to the same master, about every so many days."""

    service: str
    staff: str
    days: int


@dataclass(slots=True)
class _Taken:
    """What is taken already: spans by master and day, in minutes since 1970."""

    spans: dict[tuple[str, date], list[tuple[int, int]]] = field(default_factory=dict)

    def keep_free(self, kept: Mapping[str, Any], today: date, zone: ZoneInfo) -> None:
        """Nobody takes these hours of a weekday of a master; ``from`` and ``until``: minutes after midnight."""
        for day in (today + timedelta(days=ahead) for ahead in range(AHEAD_DAYS + 1)):
            if WEEKDAYS[day.weekday()] == kept["weekday"]:
                first, end = (int(wall_to_utc(day, kept[edge], zone).timestamp()) // 60 for edge in ("from", "until"))
                self.spans.setdefault((kept["staff"], day), []).append((first, end))

    def take(self, slot: FreeSlot, day: date) -> bool:
        """Whether the slot was free; it is not any more."""
        part = slot.parts[0]
        first, end = (int(moment.timestamp()) // 60 for moment in (part.busy_start, part.busy_end))
        known = self.spans.setdefault((part.staff, day), [])
        if any(since < end and first < until for since, until in known):
            return False
        known.append((first, end))
        return True


def demo_history(salon: Salon, now: datetime, seed: int) -> tuple[list[KnownClient], list[PastVisit]]:
    """Clients and their visits up to some weeks ahead, the same for the same day and seed. No two overlap."""
    chance = random.Random(seed)
    words: Mapping[str, Any] = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))
    anna: Mapping[str, Any] = yaml.safe_load(CLIENT.read_text(encoding="utf-8"))
    clients = [KnownClient(name=anna["name"], phone=anna["phone"])]
    habits = [[Habit(each["service"], each["staff"], each["every_days"]) for each in anna["habits"]]]
    for number in range(words["people"]):
        chosen = _habits(salon, chance)
        man = any(salon.service(habit.service).category == "barber" for habit in chosen)
        clients.append(KnownClient(name=_name(words, chance, man=man), phone=f"+7900555{number:04d}"))
        habits.append(chosen)
    today = now.astimezone(salon.zone).date()
    visits: list[PastVisit] = []
    taken = _Taken()
    for kept in words["kept_free"]:
        taken.keep_free(kept, today, salon.zone)
    for number, (client, chosen) in enumerate(zip(clients, habits, strict=True)):
        for habit in chosen:
            if salon.service_by_key.get(habit.service) and salon.staff_by_key.get(habit.staff):
                faithful = number == 0
                visits += _visits(salon, client, habit, words, today, now, chance, taken, faithful=faithful)
    return clients, sorted(visits, key=lambda visit: visit.slot.start)


def _habits(salon: Salon, chance: random.Random) -> list[Habit]:
    """One service that somebody comes for, sometimes two; what is popular is chosen more often."""
    main = [service for service in salon.services if not service.addon and salon.masters_of(service.key)]
    weights = [4 if service.popular else 1 for service in main]
    count = 2 if chance.random() < 0.3 else 1
    chosen = {service.key: service for service in chance.choices(main, weights, k=count)}
    return [
        Habit(key, chance.choice(salon.masters_of(key)).key, service.return_days or DEFAULT_RHYTHM)
        for key, service in chosen.items()
    ]


def _name(words: Mapping[str, Any], chance: random.Random, *, man: bool) -> str:
    family = str(chance.choice(words["families"]))
    return (
        f"{chance.choice(words['men'])} {family}" if man else f"{chance.choice(words['women'])} {family}{words['her']}"
    )


def _visits(
    salon: Salon,
    client: KnownClient,
    habit: Habit,
    words: Mapping[str, Any],
    today: date,
    now: datetime,
    chance: random.Random,
    taken: _Taken,
    *,
    faithful: bool,
) -> Iterator[PastVisit]:
    """One habit through the months."""
    rhythm = habit.days * (1.0 if faithful else chance.uniform(0.85, 1.35))
    day = today - timedelta(days=words["months"] * 30) + timedelta(days=chance.randrange(max(1, int(rhythm))))
    last = today + timedelta(days=AHEAD_DAYS)
    while day <= last:
        # Fewer people come in a quiet month, and who comes in a busy one comes sooner.
        season = float(words["seasons"][day.month])
        if faithful or chance.random() > SKIPPED / season:
            slot = _slot(salon, habit, day, chance, taken)
            if slot is not None:
                yield PastVisit(client=client, slot=slot, status=_status(slot, now, chance, faithful=faithful))
        day += timedelta(days=max(3, round(rhythm / season * chance.uniform(0.9, 1.15))))


def _slot(salon: Salon, habit: Habit, day: date, chance: random.Random, taken: _Taken) -> FreeSlot | None:
    """A time with the usual master around that day; now and then with somebody else."""
    staff = habit.staff
    others = salon.masters_of(habit.service, salon.master(staff).branch)
    if chance.random() < CHANGED_MASTER and len(others) > 1:
        staff = chance.choice(others).key
    branch = salon.branch(salon.master(staff).branch)
    minutes = salon.service(habit.service).minutes_by(staff)
    for later in range(MOST_STEPS):
        when = day + timedelta(days=later)
        starts = [
            minute
            for hours in salon.working_hours(staff, when)
            for minute in range(-(-hours.start // 30) * 30, hours.end - minutes + 1, 30)
        ]
        for minute in chance.sample(starts, min(len(starts), MOST_STEPS)):
            slot = slot_of(salon, branch, [(habit.service, staff)], wall_to_utc(when, minute, branch.zone))
            if taken.take(slot, when):
                return slot
    return None


def _status(slot: FreeSlot, now: datetime, chance: random.Random, *, faithful: bool) -> VisitStatus:
    if slot.end > now:
        return VisitStatus.CONFIRMED
    luck = 1.0 if faithful else chance.random()
    if luck < MISSED:
        return VisitStatus.NO_SHOW
    return VisitStatus.CANCELLED if luck < MISSED + CANCELLED else VisitStatus.DONE
