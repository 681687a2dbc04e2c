"""A salon's book in memory: what flows are tried against, and the measure of what a book must do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from booking.book_client import BookClient
from booking.book_rules import BookRules
from booking.free_search import FoundTimes, busy_span, slot_of
from booking.free_slot import FreeSlot, FreeTimes
from booking.orders import (
    AddAbsence,
    CancelVisit,
    ClientAnswers,
    ConfirmHold,
    EndAbsence,
    HoldSlot,
    MarkVisit,
    Order,
    PlaceVisit,
    ReleaseHold,
    RequestVisit,
)
from booking.price import Price
from booking.refusal import BookRefused, Refusal
from booking.salon import Salon
from booking.visit import ACTIVE, BLOCKING, Visit, VisitPart, VisitStatus
from booking.wish import Wish
from booking.work_calendar import WorkCalendar


class MemoryBook:
    """See booking.book.SalonBook. ``clients`` is the store's knowledge of people, by conversation."""

    def __init__(self, salon: Salon, rules: BookRules | None = None) -> None:
        self.salon = salon
        self.rules = rules or BookRules()
        self.rows: dict[int, Visit] = {}
        self.clients: dict[int, BookClient] = {}
        self._calendar = WorkCalendar(salon)
        self._holds: dict[int, list[datetime]] = {}

    # ---- reading

    async def free_times(self, wish: Wish, first: date, last: date, now: datetime) -> FreeTimes:
        """See SalonBook."""
        moved = self.rows.get(wish.moves or 0)
        busy: dict[str, list[tuple[int, int]]] = {}
        for visit in self.rows.values():
            if visit.status not in BLOCKING or _overdue(visit, now) or (moved and visit.uid == moved.uid):
                continue
            for part in visit.parts:
                busy.setdefault(part.staff, []).append(busy_span(part.busy_start, part.busy_end))
        return FoundTimes(self._calendar, wish, busy, self.rules, now, first, last)

    async def client(self, conversation: int, now: datetime) -> BookClient:
        """See SalonBook."""
        known = self.clients.get(conversation, BookClient())
        mine = [v for v in self.rows.values() if self._belongs(v, conversation)]
        active = sum(v.status in ACTIVE and (not v.parts or v.start > now) for v in mine)
        since = now - timedelta(days=self.rules.no_show_days)
        missed = sum(v.status is VisitStatus.NO_SHOW and v.start > since for v in mine)
        refusal = None
        if missed >= self.rules.no_shows:
            refusal = Refusal.NO_SHOWS
        elif active >= self.rules.active_visits:
            refusal = Refusal.TOO_MANY_VISITS
        return replace(known, active=active, no_shows=missed, refusal=refusal)

    async def held(self, conversation: int) -> Visit | None:
        """See SalonBook."""
        return self._held(conversation)

    async def visits(self, conversation: int, now: datetime, *, past: bool = False) -> Sequence[Visit]:
        """See SalonBook."""
        mine = [v for v in self.rows.values() if self._belongs(v, conversation)]
        if past:
            over = (VisitStatus.DONE, VisitStatus.ARRIVED, VisitStatus.NO_SHOW, VisitStatus.CONFIRMED)
            return sorted((v for v in mine if v.status in over and v.end <= now), key=lambda v: v.start, reverse=True)[
                :20
            ]
        coming = [v for v in mine if v.status in ACTIVE and (not v.parts or v.end > now)]
        return sorted(coming, key=lambda v: (not v.parts, v.parts[0].start if v.parts else now, v.id))

    async def visit(self, visit: int) -> Visit | None:
        """See SalonBook."""
        return self.rows.get(visit)

    async def visit_of(self, uid: str) -> Visit | None:
        """See SalonBook."""
        rows = [v for v in self.rows.values() if v.uid == uid and v.status is not VisitStatus.EXPIRED]
        settled = [v for v in rows if v.status is not VisitStatus.HELD] or rows
        return max(settled, key=lambda v: v.id, default=None)

    async def day(self, branch: str, day: date) -> Sequence[Visit]:
        """See SalonBook."""
        zone = self.salon.branch(branch).zone
        shown = [
            v
            for v in self.rows.values()
            if v.branch == branch
            and v.parts
            and v.status not in {VisitStatus.EXPIRED, VisitStatus.MOVED}
            and v.start.astimezone(zone).date() <= day <= (v.end - timedelta(minutes=1)).astimezone(zone).date()
        ]
        return sorted(shown, key=lambda v: (v.start, v.id))

    # ---- orders

    async def carry_out(self, order: Order, conversation: int | None, now: datetime) -> Visit | None:
        """See SalonBook."""
        return self.do(order, conversation, now)

    def do(self, order: Order, conversation: int | None, now: datetime) -> Visit | None:
        """The same, at once."""
        doing: Mapping[type, Callable[..., Visit | None]] = {
            HoldSlot: self._hold,
            ConfirmHold: self._confirm,
            ReleaseHold: self._release,
            CancelVisit: self._cancel,
            RequestVisit: self._request,
            ClientAnswers: self._answers,
            PlaceVisit: self._place,
            MarkVisit: self._mark,
            AddAbsence: self._absence,
            EndAbsence: self._end_absence,
        }
        return doing[type(order)](order, conversation, now)

    async def expire(self, now: datetime) -> int:
        """See SalonBook."""
        changed = 0
        for visit in list(self.rows.values()):
            if _overdue(visit, now):
                self._set(visit, status=VisitStatus.EXPIRED, held_until=None)
            elif (
                visit.status in {VisitStatus.CONFIRMED, VisitStatus.ARRIVED}
                and visit.end + timedelta(minutes=self.rules.done_grace_minutes) <= now
            ):
                self._set(visit, status=VisitStatus.DONE)
            else:
                continue
            changed += 1
        return changed

    def _hold(self, order: HoldSlot, conversation: int, now: datetime) -> Visit:
        recent = [at for at in self._holds.get(conversation, []) if at > now - timedelta(hours=1)]
        if len(recent) >= self.rules.holds_per_address:
            raise BookRefused(Refusal.TOO_MANY_HOLDS)
        strangers = [v for v in self.rows.values() if v.status is VisitStatus.HELD and not _overdue(v, now)]
        theirs = sum(not self._known(visit.conversation) for visit in strangers)
        if not self._known(conversation) and theirs >= self.rules.strangers_holds:
            raise BookRefused(Refusal.SALON_BUSY)
        moved = None
        if order.moves is not None:
            moved = self._own(order.moves, conversation)
            self._in_time(moved, now)
        uid = moved.uid if moved else order.uid
        self._must_be_free(order.slot, uid, now, apart=self._held(conversation))
        self._release(ReleaseHold(), conversation, now)
        self._holds[conversation] = [*recent, now]
        return self._add(
            order.slot,
            uid=uid,
            conversation=conversation,
            sequence=moved.sequence + 1 if moved else 0,
            moves=order.moves,
            status=VisitStatus.HELD,
            held_until=now + self.rules.hold,
            name=moved.name if moved else "",
            phone=moved.phone if moved else "",
            created_at=now,
        )

    def _confirm(self, order: ConfirmHold, conversation: int, now: datetime) -> Visit:
        held = self._held(conversation) or self._last_expired(conversation)
        if held is None:
            raise BookRefused(Refusal.HOLD_GONE)
        slot = FreeSlot(branch=held.branch, zone=held.zone, parts=held.parts)
        self._must_be_free(slot, held.uid, now, apart=held)
        if held.moves is not None:
            moved = self._own(held.moves, conversation)
            self._set(moved, status=VisitStatus.MOVED)
        else:
            self._may_book(conversation, now)
        return self._set(
            held,
            status=VisitStatus.CONFIRMED,
            held_until=None,
            name=order.name or held.name,
            phone=order.phone or held.phone,
            note=order.note,
        )

    def _may_book(self, conversation: int, now: datetime) -> None:
        mine = [v for v in self.rows.values() if self._belongs(v, conversation)]
        if sum(v.status in ACTIVE and (not v.parts or v.start > now) for v in mine) >= self.rules.active_visits:
            raise BookRefused(Refusal.TOO_MANY_VISITS)

    def _release(self, order: ReleaseHold, conversation: int, now: datetime) -> Visit | None:
        held = self._held(conversation)
        return self._set(held, status=VisitStatus.EXPIRED, held_until=None) if held else None

    def _cancel(self, order: CancelVisit, conversation: int | None, now: datetime) -> Visit:
        visit = self._own(order.visit, conversation)
        if not order.anyway:
            self._in_time(visit, now)
        return self._set(visit, status=VisitStatus.CANCELLED, sequence=visit.sequence + 1, note=order.reason)

    def _in_time(self, visit: Visit, now: datetime) -> None:
        hours = max((self.salon.service(key).cutoff_hours for key in visit.services), default=0)
        if visit.parts and visit.start - timedelta(hours=hours) < now:
            raise BookRefused(Refusal.TOO_LATE)

    def _request(self, order: RequestVisit, conversation: int, now: datetime) -> Visit:
        self._may_book(conversation, now)
        zone = str(self.salon.branch(order.branch).zone)
        visit = Visit(
            id=len(self.rows) + 1,
            uid=order.uid,
            sequence=0,
            status=VisitStatus.REQUESTED,
            branch=order.branch,
            zone=zone,
            parts=(),
            conversation=conversation,
            name=order.name,
            phone=order.phone,
            wish=order.wish,
            wanted=order.services,
            wanted_staff=order.staff or "",
            created_at=now,
        )
        self.rows[visit.id] = visit
        return visit

    def _answers(self, order: ClientAnswers, conversation: int, now: datetime) -> Visit:
        return self._own(order.visit, conversation)

    def _place(self, order: PlaceVisit, conversation: int | None, now: datetime) -> Visit:
        visit = self._own(order.visit, conversation)
        self._must_be_free(order.slot, visit.uid, now)
        if visit.status is VisitStatus.REQUESTED:
            return self._set(
                visit,
                status=VisitStatus.CONFIRMED,
                parts=order.slot.parts,
                branch=order.slot.branch,
                zone=order.slot.zone,
            )
        self._set(visit, status=VisitStatus.MOVED)
        return self._add(
            order.slot,
            uid=visit.uid,
            sequence=visit.sequence + 1,
            status=VisitStatus.CONFIRMED,
            moves=visit.id,
            conversation=visit.conversation,
            name=visit.name,
            phone=visit.phone,
            created_at=now,
        )

    def _mark(self, order: MarkVisit, conversation: int | None, now: datetime) -> Visit:
        visit = self.rows.get(order.visit)
        if visit is None or visit.status not in {
            VisitStatus.CONFIRMED,
            VisitStatus.ARRIVED,
            VisitStatus.DONE,
            VisitStatus.NO_SHOW,
        }:
            raise BookRefused(Refusal.VISIT_GONE)
        status = VisitStatus(order.status)
        if status in BLOCKING and visit.status not in BLOCKING:
            self._must_be_free(FreeSlot(branch=visit.branch, zone=visit.zone, parts=visit.parts), visit.uid, now)
        return self._set(visit, status=status)

    def _absence(self, order: AddAbsence, conversation: int | None, now: datetime) -> Visit:
        branch = self.salon.branch(self.salon.master(order.staff).branch)
        part = VisitPart(
            service="",
            staff=order.staff,
            start=order.start,
            end=order.end,
            busy_start=order.start,
            busy_end=order.end,
            price=Price(amount=0),
        )
        slot = FreeSlot(branch=branch.key, zone=str(branch.zone), parts=(part,))
        self._must_be_free(slot, order.uid, now)
        return self._add(slot, uid=order.uid, status=VisitStatus.ABSENT, sequence=0, note=order.note, created_at=now)

    def _end_absence(self, order: EndAbsence, conversation: int | None, now: datetime) -> Visit:
        visit = self.rows.get(order.visit)
        if visit is None or visit.status is not VisitStatus.ABSENT:
            raise BookRefused(Refusal.VISIT_GONE)
        return self._set(visit, status=VisitStatus.CANCELLED)

    # ---- rows

    def put(self, *pairs: tuple[str, str], start: datetime, **more: object) -> Visit:
        """A visit that is there already: (service, master)..., for tests."""
        branch = self.salon.branch(self.salon.master(pairs[0][1]).branch)
        slot = slot_of(self.salon, branch, pairs, start)
        fields: dict[str, object] = {
            "uid": f"visit{len(self.rows) + 1}",
            "sequence": 0,
            "status": VisitStatus.CONFIRMED,
        }
        return self._add(slot, **{**fields, **more})

    def _add(self, slot: FreeSlot, **fields: object) -> Visit:
        made = Visit(id=len(self.rows) + 1, branch=slot.branch, zone=slot.zone, parts=slot.parts, **fields)  # type: ignore[arg-type]
        self.rows[made.id] = made
        return made

    def _set(self, visit: Visit, **changes: object) -> Visit:
        self.rows[visit.id] = replace(visit, **changes)  # type: ignore[arg-type]
        return self.rows[visit.id]

    def _known(self, conversation: int | None) -> bool:
        return self.clients.get(conversation or 0, BookClient()).verified

    def _belongs(self, visit: Visit, conversation: int) -> bool:
        client = self.clients.get(conversation, BookClient())
        return visit.conversation == conversation or (client.verified and visit.phone == client.phone != "")

    def _own(self, number: int, conversation: int | None) -> Visit:
        visit = self.rows.get(number)
        if visit is None or visit.status not in ACTIVE:
            raise BookRefused(Refusal.VISIT_GONE)
        if conversation is not None and not self._belongs(visit, conversation):
            raise BookRefused(Refusal.VISIT_GONE)
        return visit

    def _held(self, conversation: int) -> Visit | None:
        mine = (v for v in self.rows.values() if v.conversation == conversation and v.status is VisitStatus.HELD)
        return next(mine, None)

    def _last_expired(self, conversation: int) -> Visit | None:
        mine = [v for v in self.rows.values() if v.conversation == conversation]
        last = max(mine, key=lambda v: v.id, default=None)
        return last if last is not None and last.status is VisitStatus.EXPIRED else None

    def _must_be_free(self, slot: FreeSlot, uid: str, now: datetime, *, apart: Visit | None = None) -> None:
        for visit in list(self.rows.values()):
            if visit.status not in BLOCKING or visit.uid == uid or (apart and visit.id == apart.id):
                continue
            for theirs in visit.parts:
                for ours in slot.parts:
                    if (
                        theirs.staff == ours.staff
                        and theirs.busy_start < ours.busy_end
                        and ours.busy_start < theirs.busy_end
                    ):
                        if not _overdue(visit, now):
                            raise BookRefused(Refusal.SLOT_TAKEN)
                        self._set(visit, status=VisitStatus.EXPIRED, held_until=None)


def _overdue(visit: Visit, now: datetime) -> bool:
    return visit.status is VisitStatus.HELD and visit.held_until is not None and visit.held_until <= now
