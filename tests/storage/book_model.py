"""What a salon's book must do, told a second time and in few words, and a machine that holds the real one to it.

The model knows intervals, clients and the clock; it shares no line with the book.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.book import SalonBook
from booking.free_search import slot_of
from booking.free_slot import FreeSlot
from booking.orders import (
    AddAbsence,
    CancelVisit,
    ConfirmHold,
    EndAbsence,
    HoldSlot,
    Order,
    PlaceVisit,
    ReleaseHold,
)
from booking.refusal import BookRefused, Refusal
from booking.salon import Salon
from booking.visit import BLOCKING, VisitStatus
from booking.wish import Wish

SERVICE = "manicure_gel"
TAKES = {"maria": (105, 10), "belova": (120, 10)}
"""Minutes of the service by each master, and of tidying up after it."""
HOLD, CUTOFF, LEAD, REVIVED = timedelta(minutes=5), timedelta(hours=12), timedelta(hours=1), timedelta(hours=1)
MOST_VISITS = 2
DAYS = (1, 2)


@dataclass(kw_only=True)
class Kept:
    """One stretch of a master's time. ``kind``: held, given up, visit, absent; ``client`` None for an absence."""

    id: int
    kind: str
    master: str
    start: datetime
    end: datetime
    until: datetime
    client: int | None = None
    moves: Kept | None = None
    line: int = 0
    """The same for a visit, wherever it was moved, and for a hold that would move it; 0 for nothing of the kind."""
    held_until: datetime | None = None
    since: datetime | None = None
    swept: bool = False
    later: bool = False
    """Something else was written down for this client after the hold."""

    def blocks(self, now: datetime) -> bool:
        """Whether nobody else may have this time."""
        return self.held_until is None or self.held_until > now

    def meets(self, master: str, start: datetime, until: datetime) -> bool:
        """Whether the master would be in two places."""
        return self.master == master and self.start < until and start < self.until


class BookModel:
    """The real book and the model, told the same; a difference is an AssertionError."""

    def __init__(
        self,
        book: SalonBook,
        clients: list[int],
        salon: Salon,
        now: datetime,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
    ) -> None:
        self.book, self.salon, self.now = book, salon, now
        self._first, self._clients, self._run = now, clients, run
        self.kept: list[Kept] = []
        self._uids = 0
        self._empty = {(master, day): self._free(master, day) for master in TAKES for day in DAYS}
        assert all(self._empty.values()), "there is something to fight for"

    # ---- what may happen

    def hold(self, who: int, master: str, at: datetime, moves: Kept | None = None) -> None:
        """A client looks at a summary: a new visit, or one of hers (or of somebody else's) elsewhere."""
        why: set[Refusal] = set()
        if moves is not None:
            why |= self._not_changeable(moves, who)
        start, _, until = self._span(master, at)
        mine = self._held(who)
        if self._taken(master, start, until, apart=(mine, moves, *self._moving(moves))):
            why.add(Refusal.SLOT_TAKEN)
        row = self._told(
            HoldSlot(slot=self._slot(master, at), uid=self._uid(), moves=moves.id if moves else None), who, why
        )
        if row is not None:
            self._drop(mine)
            self._drop(self._held(who, "given up"))
            made = self._keep(row, "held", master, at, client=who)
            made.moves, made.held_until, made.since = moves, self.now + HOLD, self.now
            made.line = moves.line if moves is not None else row

    def confirm(self, who: int) -> None:
        """Yes, book it. Of a hold that was given up the book may go either way, but never against somebody else."""
        mine = self._held(who)
        given_up = self._held(who, "given up") if mine is None else None
        chosen = mine or given_up
        why = self._not_confirmed(chosen, who) if chosen is not None else {Refusal.HOLD_GONE}
        row = self._told(ConfirmHold(), who, why, maybe=Refusal.HOLD_GONE if given_up is not None else None)
        if row is not None and chosen is not None:
            self._drop(chosen.moves)
            chosen.kind, chosen.held_until, chosen.moves = "visit", None, None

    def release(self, who: int) -> None:
        """The client thinks no longer; a hold that ran out and was ended is as it was."""
        mine = self._held(who)
        self._order(ReleaseHold(), who)
        if mine is not None and not mine.swept:
            self._give_up(mine)

    def cancel(self, who: int, visit: Kept) -> None:
        """The client will not come."""
        row = self._told(CancelVisit(visit=visit.id), who, self._not_changeable(visit, who))
        if row is not None:
            for pending in self._moving(visit):
                self._give_up(pending)
            self._drop(visit)

    def place(self, visit: Kept, master: str, at: datetime) -> None:
        """The salon puts a visit elsewhere."""
        start, _, until = self._span(master, at)
        taken = self._taken(master, start, until, apart=(visit, *self._moving(visit)))
        row = self._told(
            PlaceVisit(visit=visit.id, slot=self._slot(master, at)), None, {Refusal.SLOT_TAKEN} if taken else set()
        )
        if row is not None:
            self._drop(visit)
            self._keep(row, "visit", master, at, client=visit.client).line = visit.line
            for other in self.kept:
                other.later = other.later or (other.held_until is not None and other.client == visit.client)

    def absence(self, master: str, start: datetime, end: datetime) -> None:
        """A master is away for hours, or has a day off."""
        taken = self._taken(master, start, end, apart=())
        order = AddAbsence(staff=master, start=start, end=end, uid=self._uid())
        row = self._told(order, None, {Refusal.SLOT_TAKEN} if taken else set())
        if row is not None:
            self.kept.append(Kept(id=row, kind="absent", master=master, start=start, end=end, until=end))

    def end_absence(self, absence: Kept) -> None:
        """The master is there after all."""
        self._told(EndAbsence(visit=absence.id), None, set())
        self._drop(absence)

    def wait(self, time: timedelta, *, sweep: bool) -> None:
        """Time passes, with or without the book's own round."""
        self.now += time
        if sweep:
            self._run(self.book.expire(self.now))
            for one in self.kept:
                one.swept = one.swept or not one.blocks(self.now)

    # ---- what must be true at any time

    def agree(self) -> None:
        """The rows, the free times and every client's own list are as the model has them."""
        rows = []
        for day in DAYS:
            for branch in {self._branch(master).key for master in TAKES}:
                for visit in self._run(self.book.day(branch, self._day(day))):
                    lapsed = visit.status is VisitStatus.HELD and (visit.held_until or self.now) <= self.now
                    if visit.status in BLOCKING and not lapsed:
                        rows += [(part.staff, part.busy_start, part.busy_end, visit.id) for part in visit.parts]
        live = [one for one in self.kept if one.blocks(self.now)]
        assert sorted(rows) == sorted((one.master, one.start, one.until, one.id) for one in live)
        for (master, day), starts in self._empty.items():
            free = {at for at in starts if at >= self.now + LEAD and not self._taken(*self._busy(master, at), apart=())}
            assert self._free(master, day) == free, (master, day)
        for who in self._clients:
            own = {visit.id for visit in self._run(self.book.visits(who, self.now))}
            assert own == {one.id for one in self._visits(who) if one.end > self.now}, who

    # ---- the model's own reckoning

    def _not_changeable(self, visit: Kept, who: int) -> set[Refusal]:
        if visit not in self.kept or visit.kind != "visit" or visit.client != who:
            return {Refusal.VISIT_GONE}
        if visit.start - CUTOFF < self.now:
            return {Refusal.TOO_LATE} | ({Refusal.VISIT_GONE} if visit.end < self.now else set())
        return set()

    def _not_confirmed(self, mine: Kept, who: int) -> set[Refusal]:
        why: set[Refusal] = set()
        if mine.swept and (mine.later or (mine.since or self.now) <= self.now - REVIVED):
            return {Refusal.HOLD_GONE, Refusal.VISIT_GONE}
        if self._taken(mine.master, mine.start, mine.until, apart=(mine, mine.moves, *self._moving(mine.moves))):
            why.add(Refusal.SLOT_TAKEN)
        if mine.swept and mine.start <= self.now:
            why.add(Refusal.SLOT_TAKEN)
        if mine.moves is not None:
            if mine.moves not in self.kept:
                why.add(Refusal.VISIT_GONE)
        elif sum(one.start > self.now for one in self._visits(who)) >= MOST_VISITS:
            why.add(Refusal.TOO_MANY_VISITS)
        return why | {Refusal.HOLD_GONE} if why and not mine.blocks(self.now) else why

    def _taken(self, master: str, start: datetime, until: datetime, *, apart: tuple[Kept | None, ...]) -> bool:
        others = (one for one in self.kept if all(one is not each for each in apart))
        return any(one.blocks(self.now) and one.meets(master, start, until) for one in others)

    def _held(self, who: int, kind: str = "held") -> Kept | None:
        return next((one for one in self.kept if one.kind == kind and one.client == who), None)

    def _moving(self, visit: Kept | None) -> tuple[Kept, ...]:
        return tuple(one for one in self.kept if visit is not None and one.moves is not None and one.line == visit.line)

    def _visits(self, who: int) -> list[Kept]:
        return [one for one in self.kept if one.kind == "visit" and one.client == who]

    def _give_up(self, one: Kept) -> None:
        before = self._held(one.client or 0, "given up")
        if before is not one:
            self._drop(before)
        one.kind, one.held_until, one.swept = "given up", self.now, True

    def _drop(self, one: Kept | None) -> None:
        self.kept = [each for each in self.kept if each is not one]

    def _keep(self, row: int, kind: str, master: str, at: datetime, *, client: int | None) -> Kept:
        start, end, until = self._span(master, at)
        made = Kept(id=row, kind=kind, master=master, start=start, end=end, until=until, client=client)
        self.kept.append(made)
        return made

    # ---- towards the real one

    def _told(self, order: Order, who: int | None, why: set[Refusal], maybe: Refusal | None = None) -> int | None:
        """The row's id when it is done; it must be done exactly when nothing speaks against it (``maybe`` may)."""
        try:
            row = self._order(order, who)
        except BookRefused as refused:
            assert refused.reason in {*why, maybe}, (
                f"{order} was refused: {refused.reason}, expected {why or 'no refusal'}"
            )
            return None
        assert not why, f"{order} was carried out, expected {why}"
        return row

    def _order(self, order: Order, who: int | None) -> int | None:
        visit = self._run(self.book.carry_out(order, who, self.now))
        return visit.id if visit is not None else None

    def _free(self, master: str, day: int) -> set[datetime]:
        on = self._day(day)
        found = self._run(self.book.free_times(Wish.of(SERVICE, staff=master), on, on, self.now))
        return {slot.start for slot in found.on(on)}

    def _slot(self, master: str, at: datetime) -> FreeSlot:
        return slot_of(self.salon, self._branch(master), ((SERVICE, master),), at)

    def _branch(self, master: str) -> Any:
        return self.salon.branch(self.salon.master(master).branch)

    def _span(self, master: str, at: datetime) -> tuple[datetime, datetime, datetime]:
        minutes, after = TAKES[master]
        end = at + timedelta(minutes=minutes)
        return at, end, end + timedelta(minutes=after)

    def _busy(self, master: str, at: datetime) -> tuple[str, datetime, datetime]:
        start, _, until = self._span(master, at)
        return master, start, until

    def _day(self, day: int) -> Any:
        return (self._first + timedelta(days=day)).date()

    def _uid(self) -> str:
        self._uids += 1
        return f"model-{self._uids}"

    def moment(self, day: int, half_hour: int) -> datetime:
        """A start: so many half hours after ten in the morning of the salon."""
        morning = datetime(self._first.year, self._first.month, self._first.day, 7, tzinfo=UTC)
        return morning + timedelta(days=day, minutes=30 * half_hour)
