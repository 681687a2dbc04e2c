"""Finds every time at which a wish can be fulfilled: pure, over the salon's snapshot and the busy spans given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import permutations

from booking.book_rules import BookRules
from booking.branch import Branch
from booking.free_slot import FreeDay, FreeSlot
from booking.salon import Salon
from booking.ticks import bits, moment_of, runs, span, taken, tick_after, tick_before, ticks_for
from booking.visit import VisitPart
from booking.wish import WantedService, Wish
from booking.work_calendar import ONE_DAY, WorkCalendar, day_ticks

Busy = Mapping[str, Sequence[tuple[int, int]]]
"""Staff key -> spans of ticks that are taken, first and end, buffers included, in any order."""

MOST_SERVICES = 6
_MOST_REORDERED = 3
_MARGIN = 288
"""Ticks looked at before the first day: longer than any buffer."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring services by one master: how long, and at which ticks they can begin."""

    staff: str
    ticks: int
    starts: int


Services = tuple[WantedService, ...]


def can_do(salon: Salon, services: Services, branch: str) -> tuple[str, ...]:
    """Masters of a branch who may do all of these services."""
    asked = {wanted.staff for wanted in services} - {None}
    if len(asked) > 1:
        return ()
    each = [{master.key for master in salon.masters_of(wanted.service, branch)} for wanted in services]
    able = set.intersection(*each) if each else set()
    return tuple(m.key for m in salon.staff if m.key in able and (not asked or m.key in asked))


def branches_for(salon: Salon, wish: Wish) -> tuple[Branch, ...]:
    """Branches where every service of the wish is done by somebody the client would take."""
    return tuple(
        branch
        for branch in salon.branches
        if wish.branch in (None, branch.key) and all(can_do(salon, (each,), branch.key) for each in wish.services)
    )


def ways(services: Services) -> Iterator[tuple[Services, Services]]:
    """How a visit can be divided: one master (the second half empty) before two, as wished before reordered."""
    count = len(services)
    orders = list(permutations(services)) if count <= _MOST_REORDERED else [services]
    for second in (False, True):
        for order in dict.fromkeys(orders):
            for cut in range(1, count) if second else (count,):
                yield order[:cut], order[cut:]


class FoundTimes:
    """See booking.free_slot.FreeTimes. Masks first; who exactly does it is worked out for the times that are shown."""

    def __init__(
        self,
        calendar: WorkCalendar,
        wish: Wish,
        busy: Busy,
        rules: BookRules,
        now: datetime,
        first: date,
        last: date,
    ) -> None:
        """``first`` to ``last``: days of each branch's own calendar. Raises KeyError for an unknown key."""
        self._calendar = calendar
        self._salon = calendar.salon
        self._step = rules.step_minutes
        for wanted in wish.services:
            self._salon.service(wanted.service)
            if wanted.staff is not None:
                self._salon.master(wanted.staff)
        self._base = tick_before_day(first) - _MARGIN
        self._days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
        self._spans = busy
        self._masks: dict[str, int] = {}
        self._runs: dict[tuple[str, Services], tuple[_Run, ...]] = {}
        self._ways = tuple(ways(wish.services)) if 0 < len(wish.services) <= MOST_SERVICES else ()
        self._branches = branches_for(self._salon, wish) if self._ways and self._days else ()
        earliest = tick_after(now + timedelta(minutes=rules.lead_minutes)) - self._base
        self._starts = {
            branch.key: self._found(branch, rules, now) >> max(0, earliest) << max(0, earliest)
            for branch in self._branches
        }

    # ---- what the port promises

    def days(self) -> tuple[FreeDay, ...]:
        """See FreeTimes."""
        found: list[FreeDay] = []
        for day in self._days:
            mask = self._on(day)
            if mask:
                found.append(FreeDay(day=day, times=mask.bit_count(), first=self._moment(_lowest(mask))))
        return tuple(found)

    def on(self, day: date) -> tuple[FreeSlot, ...]:
        """See FreeTimes."""
        return tuple(self._slot(bit) for bit in bits(self._on(day))) if day in self._days else ()

    def at(self, start: datetime) -> FreeSlot | None:
        """See FreeTimes."""
        bit = tick_before(start) - self._base
        if bit < 0 or self._moment(bit) != start or not self._all() >> bit & 1:
            return None
        return self._slot(bit)

    def first(self, most: int, after: datetime | None = None) -> tuple[FreeSlot, ...]:
        """See FreeTimes."""
        mask = self._all()
        if after is not None:
            low = max(0, tick_after(after) - self._base)
            mask = mask >> low << low
        return tuple(self._slot(bit) for _, bit in zip(range(most), bits(mask), strict=False))

    def nearest(self, to: datetime, most: int) -> tuple[FreeSlot, ...]:
        """See FreeTimes."""
        aim, mask = tick_before(to) - self._base, self._all()
        later = [bit for _, bit in zip(range(most), bits(mask >> max(0, aim) << max(0, aim)), strict=False)]
        earlier: list[int] = []
        before = mask & span(0, aim)
        while before and len(earlier) < most:
            earlier.append(before.bit_length() - 1)
            before ^= 1 << earlier[-1]
        closest = sorted([*later, *earlier], key=lambda bit: (abs(bit - aim), bit))[:most]
        return tuple(self._slot(bit) for bit in sorted(closest))

    # ---- masks

    def _busy(self, staff: str) -> int:
        if staff not in self._masks:
            self._masks[staff] = taken(self._spans.get(staff, ()), self._base)
        return self._masks[staff]

    def _found(self, branch: Branch, rules: BookRules, now: datetime) -> int:
        """Starts by the grid of the branch's clock at which some master, or two, can do everything."""
        today = now.astimezone(branch.zone).date()
        last = min(self._days[-1], today + timedelta(days=rules.horizon_days))
        if last < self._days[0]:
            return 0
        grid = self._calendar.grid(branch.zone, self._days[0], last, self._step, self._base)
        found = 0
        for head, tail in self._ways:
            if not tail:
                for run in self._of(branch.key, head):
                    found |= run.starts
                continue
            second = 0
            for run in self._of(branch.key, tail):
                second |= run.starts
            by_length: dict[int, int] = {}
            for run in self._of(branch.key, head) if second else ():
                by_length[run.ticks] = by_length.get(run.ticks, 0) | run.starts
            for ticks, starts in by_length.items():
                found |= starts & (second >> ticks)
        return found & grid

    def _of(self, branch: str, services: Services) -> tuple[_Run, ...]:
        """Who could do these services in a row, and when."""
        key = (branch, services)
        if key not in self._runs:
            self._runs[key] = tuple(self._run(staff, services) for staff in can_do(self._salon, services, branch))
        return self._runs[key]

    def _run(self, staff: str, services: Services) -> _Run:
        chosen = [self._salon.service(wanted.service) for wanted in services]
        ticks = sum(ticks_for(service.minutes_by(staff)) for service in chosen)
        before = ticks_for(max(service.buffer_before for service in chosen))
        after = ticks_for(max(service.buffer_after for service in chosen))
        work = self._calendar.working(staff, self._days[0], self._days[-1] + ONE_DAY, self._base)
        starts = runs(work, ticks)
        busy = self._busy(staff)
        if busy and starts:
            free = span(0, max(work.bit_length(), busy.bit_length()) + ticks + after + 1) & ~busy
            starts &= runs(free, before + ticks + after) << before
        return _Run(staff, ticks, starts)

    def _all(self) -> int:
        found = 0
        for mask in self._starts.values():
            found |= mask
        return found

    def _on(self, day: date) -> int:
        found = 0
        for branch in self._branches:
            low, high = day_ticks(day, branch.zone)
            found |= self._starts[branch.key] & span(low - self._base, high - self._base)
        return found

    def _moment(self, bit: int) -> datetime:
        return moment_of(bit + self._base)

    # ---- who

    def _slot(self, bit: int) -> FreeSlot:
        """The slot of a start that is known to be free: one master before two, who has less to do that day first."""
        for branch in self._branches:
            if self._starts[branch.key] >> bit & 1:
                return self._in_branch(branch, bit)
        raise LookupError(bit)

    def _in_branch(self, branch: Branch, bit: int) -> FreeSlot:
        day = self._moment(bit).astimezone(branch.zone).date()
        low, high = (tick - self._base for tick in day_ticks(day, branch.zone))
        today = span(low, high)

        def load(run: _Run) -> int:
            return (self._busy(run.staff) & today).bit_count()

        for head, tail in self._ways:
            able = [run for run in self._of(branch.key, head) if run.starts >> bit & 1]
            for one in sorted(able, key=load):
                if not tail:
                    return self._made(branch, bit, [(one.staff, head)])
                then = [run for run in self._of(branch.key, tail) if run.starts >> (bit + one.ticks) & 1]
                if then:
                    other = min(then, key=load)
                    return self._made(branch, bit, [(one.staff, head), (other.staff, tail)])
        raise LookupError(bit)

    def _made(self, branch: Branch, bit: int, shares: Sequence[tuple[str, Services]]) -> FreeSlot:
        pairs = [(wanted.service, staff) for staff, services in shares for wanted in services]
        return slot_of(self._salon, branch, pairs, self._moment(bit))


def busy_span(start: datetime, end: datetime) -> tuple[int, int]:
    """A span of a master's time as the search wants it."""
    return tick_before(start), tick_after(end)


def tick_before_day(day: date) -> int:
    """A tick before anything on that date anywhere on earth."""
    return (day - date(1970, 1, 1)).days * 288 - 288


def slot_of(salon: Salon, branch: Branch, pairs: Sequence[tuple[str, str]], start: datetime) -> FreeSlot:
    """The visit that begins at ``start`` with these (service, master), free or not: times, buffers and prices.

    Buffers lie around all that a master does in a row, not between the services of one client.
    """
    parts: list[VisitPart] = []
    groups: list[list[tuple[str, str]]] = []
    for pair in pairs:
        if groups and groups[-1][-1][1] == pair[1]:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    moment = start
    for group in groups:
        services = [salon.service(key) for key, _ in group]
        before = timedelta(minutes=max(service.buffer_before for service in services))
        after = timedelta(minutes=max(service.buffer_after for service in services))
        for number, (service, (_, staff)) in enumerate(zip(services, group, strict=True)):
            minutes = service.minutes_by(staff)
            following = moment + timedelta(minutes=ticks_for(minutes) * 5)
            last = number == len(group) - 1
            parts.append(
                VisitPart(
                    service=service.key,
                    staff=staff,
                    start=moment,
                    end=moment + timedelta(minutes=minutes),
                    busy_start=moment - before if number == 0 else moment,
                    busy_end=moment + timedelta(minutes=minutes) + after if last else following,
                    price=service.price_by(staff),
                )
            )
            moment = following
    return FreeSlot(branch=branch.key, zone=str(branch.zone), parts=tuple(parts))


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
