"""How fast free times of a month are found: in a salon of ten masters and in a chain of a thousand.

./run bench slots [--seeded-bug slot-by-slot]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import config
from benchmarks.options import command_line, seed_of
from benchmarks.report import Report, table
from booking.book_rules import BookRules
from booking.free_search import Busy, FoundTimes, busy_span, can_do, slot_of
from booking.hours import wall_to_utc
from booking.salon import Salon
from booking.salon_files import load_salon
from booking.wish import Wish
from booking.work_calendar import WorkCalendar

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LAST = TODAY + timedelta(days=30)
RULES = BookRules()
MOST_MS = {10: 60.0, 1000: 400.0}
"""Allowed p99 in milliseconds for everything a step of the dialog needs, on a machine that others use as well."""
WISHES = {
    "one service, anybody": Wish.of("manicure_gel"),
    "one service, one master": Wish.of("manicure_gel", staff="maria"),
    "two services, anybody": Wish.of("manicure_gel", "pedicure_gel"),
    "two masters": Wish.of("haircut_women", "manicure_gel"),
}

Search = Callable[[WorkCalendar, Wish, Busy], object]


def main() -> int:
    """The command."""
    parser = command_line("Find free times.", ("slot-by-slot",))
    asked = parser.parse_args()
    report = Report("bench slots", seed_of(asked.seed))
    rounds = 2 if asked.seeded_bug else 20 if asked.quick else 200
    search: Search = by_slots if asked.seeded_bug else by_bits
    rows: list[Sequence[object]] = []
    for masters in (10, 1000):
        salon = chain(masters)
        busy = half_full(salon, random.Random(report.seed))
        calendar = WorkCalendar(salon)
        times: list[float] = []
        for name, wish in WISHES.items():
            taken = [measured(search, calendar, wish, busy) for _ in range(rounds)]
            # The first one of all also works out the shifts.
            rows.append((f"{masters} masters, {name}", *(round(part(taken, at), 2) for at in (0.5, 0.99)), taken[0]))
            times += taken[1:]
            if asked.seeded_bug:
                break
        report.figure(f"{masters} masters: p50 ms", round(part(times, 0.5), 2))
        report.figure(f"{masters} masters: p99 ms", round(part(times, 0.99), 2))
        worst = part(times, 0.99)
        report.must(worst <= MOST_MS[masters], f"slow: {masters} masters, p99 {worst:.0f} ms > {MOST_MS[masters]:.0f}")
        if asked.seeded_bug and report.violations:
            break
    table(("a month of free days and the first times", "p50 ms", "p99 ms", "first ms"), rows)
    return report.finish(as_json=asked.json)


def chain(masters: int) -> Salon:
    """The demo salon with so many masters, each one a copy of one of its own."""
    demo = load_salon(Path(config.__file__).parent / "demo", TODAY)
    copies = [replace(demo.staff[n % len(demo.staff)], key=f"copy{n}") for n in range(masters - len(demo.staff))]
    return replace(demo, staff=(*demo.staff, *copies))


def half_full(salon: Salon, chance: random.Random) -> Busy:
    """About half of every master's hours are taken."""
    busy: dict[str, list[tuple[int, int]]] = {}
    for master in salon.staff:
        zone = salon.branch(master.branch).zone
        for number in range(31):
            day = TODAY + timedelta(days=number)
            for hours in salon.working_hours(master.key, day):
                minute = hours.start
                while minute + 60 <= hours.end:
                    if chance.random() < 0.5:
                        start = wall_to_utc(day, minute, zone)
                        busy.setdefault(master.key, []).append(busy_span(start, start + timedelta(minutes=60)))
                    minute += 60
    return busy


def by_bits(calendar: WorkCalendar, wish: Wish, busy: Busy) -> object:
    """As the product does, with what a step of the dialog shows."""
    found = FoundTimes(calendar, wish, busy, RULES, NOW, TODAY, LAST)
    return found.days(), found.first(6)


def by_slots(calendar: WorkCalendar, wish: Wish, busy: Busy) -> object:
    """Start by start, master by master, visit by visit."""
    salon, found = calendar.salon, []
    for branch in salon.branches:
        for staff in can_do(salon, wish.services, branch.key):
            for step in range(31 * 48):
                start = NOW + timedelta(minutes=30 * step)
                slot = slot_of(salon, branch, [(wanted.service, staff) for wanted in wish.services], start)
                first, last = busy_span(slot.parts[0].busy_start, slot.parts[-1].busy_end)
                if not any(since < last and first < until for since, until in busy.get(staff, ())):
                    found.append(slot)
    return found


def measured(search: Search, calendar: WorkCalendar, wish: Wish, busy: Busy) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    search(calendar, wish, busy)
    return round((time.perf_counter() - started) * 1000, 2)


def part(times: Sequence[float], at: float) -> float:
    """The time below which that part of all lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * at))]


if __name__ == "__main__":
    sys.exit(main())
