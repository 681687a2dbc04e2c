"""Orders to the book, each a script. What may not be is refused by the database: nothing here looks before it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from booking.book_terms import BookTerms
from booking.free_slot import FreeSlot
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
from booking.visit import Visit, VisitPart, VisitStatus
from storage.book_people import Behind, behind, history, refusal_for
from storage.book_rows import insert_parts, insert_visit, visits_by_ids
from storage.changes import Changes
from storage.moments import SECOND, micros
from storage.sql import Row, Script, Sql
from storage.surveys import visit_over

HOUR = 3600 * SECOND

_LOCK = Sql("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
_EXPIRE_IN_THE_WAY = Sql(
    """UPDATE visit SET status = 'expired', held_until = NULL, closed_at = $4 WHERE status = 'held' AND held_until <= $4
    AND id IN (SELECT p.visit_id FROM visit_part p WHERE p.resource = $1 AND p.busy_until > $2 AND p.busy_since < $3
    AND p.status IN ('held', 'confirmed', 'arrived', 'done', 'absent'))"""
)
_RELEASE = Sql(
    """UPDATE visit SET status = 'expired', held_until = NULL, closed_at = $2
    WHERE conversation_id = $1 AND status = 'held' RETURNING id"""
)
_RELEASE_MOVES = Sql(
    "UPDATE visit SET status = 'expired', held_until = NULL, closed_at = $2 WHERE uid = $1 AND status = 'held'"
)
_HOLDS_LATELY = Sql("SELECT count(*) FROM visit WHERE conversation_id = $1 AND created_at > $2")
_STRANGERS = Sql(
    """SELECT count(CASE WHEN status = 'held' AND held_until > $1 THEN 1 END), count(CASE WHEN created_at > $2
    AND status NOT IN ('held', 'expired', 'moved') THEN 1 END) FROM visit WHERE stranger = 1 AND created_at > $2"""
)
_HELD = Sql(
    """SELECT id, status, moves_id, starts_at, name, phone FROM visit WHERE conversation_id = $1
    AND (status = 'held' OR (status = 'expired' AND created_at > $2)) ORDER BY status = 'held' DESC, id DESC LIMIT 1
    /*pg FOR UPDATE*/"""
)
_LATER = Sql("SELECT count(*) FROM visit WHERE conversation_id = $1 AND id > $2")
_CONFIRM = Sql(
    """UPDATE visit SET status = 'confirmed', held_until = NULL, closed_at = NULL, name = $3, phone = $4, note = $5
    WHERE id = $1 AND status = $2 RETURNING id"""
)
_MOVED = Sql(
    """UPDATE visit SET status = 'moved', closed_at = $2 WHERE id = $1 AND status IN ('confirmed', 'requested')
    RETURNING id, name, phone"""
)
_CANCEL = Sql(
    """UPDATE visit SET status = 'cancelled', sequence = sequence + 1, closed_at = $2, note = $3
    WHERE id = $1 AND status IN ('confirmed', 'requested') RETURNING uid"""
)
_ANSWERED = Sql("UPDATE visit SET answered_at = $2 WHERE id = $1 AND status = 'confirmed' RETURNING id")
_OWN = Sql(
    """SELECT v.id, v.uid, v.sequence, v.status, v.starts_at, v.conversation_id, v.person_id, v.name, v.phone,
    v.branch FROM visit v WHERE v.id = $1 AND v.status IN ('confirmed', 'requested')
    AND (v.person_id = $2 OR (v.phone <> '' AND v.phone IN (SELECT k.value FROM verification k
    WHERE k.person_id = $2 AND k.kind = 'phone'))) /*pg FOR UPDATE OF v*/"""
)
_ANY = Sql(
    """SELECT id, uid, sequence, status, starts_at, conversation_id, person_id, name, phone, branch FROM visit
    WHERE id = $1 /*pg FOR UPDATE*/"""
)
_SERVICES = Sql("SELECT service FROM visit_part WHERE visit_id = $1 ORDER BY number")
_PLACED = Sql(
    """UPDATE visit SET status = 'confirmed', branch = $2, zone = $3, starts_at = $4, ends_at = $5
    WHERE id = $1 AND status = 'requested' RETURNING id"""
)
_MARK = Sql(
    """UPDATE visit SET status = $2, closed_at = $3 WHERE id = $1
    AND status IN ('confirmed', 'arrived', 'done', 'no_show') RETURNING id"""
)
_PRESENT = Sql("UPDATE visit SET status = 'cancelled', closed_at = $2 WHERE id = $1 AND status = 'absent' RETURNING id")
_BUSY_OF = Sql("SELECT resource, busy_since, busy_until FROM visit_part WHERE visit_id = $1")

Span = tuple[str, int, int]


class BookOrders:
    """Scripts that carry out orders. ``terms`` are asked for at each order."""

    def __init__(self, terms: Callable[[], BookTerms]) -> None:
        self._terms = terms
        self._doing: Mapping[type, Callable[..., Script[int | None]]] = {
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

    def carry_out(self, changes: Changes, order: Order, conversation: int | None, now: int) -> Script[Visit | None]:
        """The visit afterwards. Raises BookRefused, or what the database says of an overlap."""
        who = (yield from behind(conversation)) if conversation is not None else None
        visit_id = yield from self._doing[type(order)](changes, order, who, now)
        if visit_id is None:
            return None
        (visit,) = yield from visits_by_ids([visit_id])
        body = {"uid": visit.uid, "status": visit.status.value, "order": type(order).__name__}
        changes.event("visit", visit.conversation, now, ref=visit.id, body=body)
        return visit

    # ---- a client's

    def _hold(self, changes: Changes, order: HoldSlot, who: Behind, now: int) -> Script[int]:
        rules = self._terms().rules
        lately = yield _HOLDS_LATELY, (who.conversation, now - HOUR)
        if lately[0][0] >= rules.holds_per_address:
            raise BookRefused(Refusal.TOO_MANY_HOLDS)
        if not who.verified:
            strangers = yield _STRANGERS, (now, now - HOUR)
            if strangers[0][0] >= rules.strangers_holds:
                raise BookRefused(Refusal.SALON_BUSY)
        yield from self._clear(changes, _spans(order.slot.parts), now)
        uid, sequence, name, phone = order.uid, 0, who.name, who.phone
        if order.moves is not None:
            moved = yield from self._own(order.moves, who)
            yield from self._in_time(moved, now)
            uid, sequence, name, phone = moved[1], moved[2] + 1, moved[7], moved[8]
        yield _RELEASE, (who.conversation, now)
        place = (order.slot.branch, order.slot.zone, order.moves, who.conversation, who.person, name, phone)
        until = now + rules.hold_minutes * 60 * SECOND
        row = (uid, sequence, "held", *place, "", "", "{}", int(not who.verified), until, now)
        return (yield from insert_visit(row, order.slot))

    def _confirm(self, changes: Changes, order: ConfirmHold, who: Behind, now: int) -> Script[int]:
        rows = yield _HELD, (who.conversation, now - HOUR)
        if not rows:
            raise BookRefused(Refusal.HOLD_GONE)
        visit_id, status, moves, starts_at, name, phone = rows[0]
        if status == "expired":
            yield from self._revive(changes, visit_id, starts_at, who, now)
        name, phone = order.name or name or who.name, order.phone or phone or who.phone
        if moves is None:
            yield from self._may_book(who, phone, now)
        elif not (yield _MOVED, (moves, now)):
            raise BookRefused(Refusal.VISIT_GONE)
        if not (yield _CONFIRM, (visit_id, status, name, phone, order.note)):
            raise BookRefused(Refusal.HOLD_GONE)
        return int(visit_id)

    def _revive(self, changes: Changes, visit_id: int, starts_at: int, who: Behind, now: int) -> Script[None]:
        """A hold that ran out is as good as one that did not while nobody else has the time."""
        later = yield _LATER, (who.conversation, visit_id)
        if later[0][0]:
            raise BookRefused(Refusal.HOLD_GONE)
        if starts_at <= now:
            raise BookRefused(Refusal.SLOT_TAKEN)
        yield from self._clear(changes, (yield _BUSY_OF, (visit_id,)), now)

    def _release(self, changes: Changes, order: ReleaseHold, who: Behind, now: int) -> Script[int | None]:
        released = yield _RELEASE, (who.conversation, now)
        return int(released[0][0]) if released else None

    def _cancel(self, changes: Changes, order: CancelVisit, who: Behind | None, now: int) -> Script[int]:
        visit = yield from self._own(order.visit, who)
        if not order.anyway:
            yield from self._in_time(visit, now)
        if not (yield _CANCEL, (order.visit, now, order.reason)):
            raise BookRefused(Refusal.VISIT_GONE)
        yield _RELEASE_MOVES, (visit[1], now)
        return order.visit

    def _request(self, changes: Changes, order: RequestVisit, who: Behind, now: int) -> Script[int]:
        name, phone = order.name or who.name, order.phone or who.phone
        yield from self._may_book(who, phone, now)
        yield _RELEASE, (who.conversation, now)
        zone = str(self._terms().salon.branch(order.branch).zone)
        body = orjson.dumps({"services": order.services, "staff": order.staff}).decode()
        place = (order.branch, zone, None, who.conversation, who.person, name, phone)
        row = (order.uid, 0, "requested", *place, order.wish, "", body, int(not who.verified), None, now)
        return (yield from insert_visit(row, None))

    def _answers(self, changes: Changes, order: ClientAnswers, who: Behind, now: int) -> Script[int]:
        visit = yield from self._own(order.visit, who)
        if not (yield _ANSWERED, (visit[0], now)):
            raise BookRefused(Refusal.VISIT_GONE)
        return order.visit

    # ---- the salon's own

    def _place(self, changes: Changes, order: PlaceVisit, who: Behind | None, now: int) -> Script[int]:
        visit = yield from self._own(order.visit, who)
        slot = order.slot
        yield from self._clear(changes, _spans(slot.parts), now)
        if visit[3] == "requested":
            span = (micros(slot.start), micros(slot.end))
            if not (yield _PLACED, (order.visit, slot.branch, slot.zone, *span)):
                raise BookRefused(Refusal.VISIT_GONE)
            yield from insert_parts(order.visit, visit[1], "confirmed", slot)
            return order.visit
        if not (yield _MOVED, (order.visit, now)):
            raise BookRefused(Refusal.VISIT_GONE)
        place = (slot.branch, slot.zone, order.visit, visit[5], visit[6], visit[7], visit[8])
        row = (visit[1], visit[2] + 1, "confirmed", *place, "", "", "{}", 0, None, now)
        return (yield from insert_visit(row, slot))

    def _mark(self, changes: Changes, order: MarkVisit, who: Behind | None, now: int) -> Script[int]:
        status = VisitStatus(order.status)
        if status not in {VisitStatus.ARRIVED, VisitStatus.NO_SHOW, VisitStatus.DONE}:
            raise ValueError(order.status)
        yield from self._clear(changes, (yield _BUSY_OF, (order.visit,)), now)
        if not (yield _MARK, (order.visit, status.value, now)):
            raise BookRefused(Refusal.VISIT_GONE)
        if status is VisitStatus.DONE:
            yield from visit_over(changes, order.visit, now)
        return order.visit

    def _absence(self, changes: Changes, order: AddAbsence, who: Behind | None, now: int) -> Script[int]:
        salon = self._terms().salon
        branch = salon.branch(salon.master(order.staff).branch)
        times = {"start": order.start, "end": order.end, "busy_start": order.start, "busy_end": order.end}
        part = VisitPart(service="", staff=order.staff, price=Price(amount=0), **times)
        slot = FreeSlot(branch=branch.key, zone=str(branch.zone), parts=(part,))
        yield from self._clear(changes, _spans(slot.parts), now)
        place = (slot.branch, slot.zone, None, None, None, "", "")
        row = (order.uid, 0, "absent", *place, "", order.note, "{}", 0, None, now)
        return (yield from insert_visit(row, slot))

    def _end_absence(self, changes: Changes, order: EndAbsence, who: Behind | None, now: int) -> Script[int]:
        if not (yield _PRESENT, (order.visit, now)):
            raise BookRefused(Refusal.VISIT_GONE)
        return order.visit

    # ---- what several need

    def _clear(self, changes: Changes, spans: Iterable[Any], now: int) -> Script[None]:
        """Lock the masters' time, always in the same order, and end holds in the way that ran out."""
        wanted = sorted({(str(resource), since, until) for resource, since, until in spans})
        if not changes.alone:
            yield _LOCK, [(f"book {resource}",) for resource in sorted({resource for resource, _, _ in wanted})]
        for resource, since, until in wanted:
            yield _EXPIRE_IN_THE_WAY, (resource, since, until, now)

    def _own(self, visit_id: int, who: Behind | None) -> Script[Row]:
        """The row when it may still be changed, by this client."""
        rows = (yield _OWN, (visit_id, who.person)) if who else (yield _ANY, (visit_id,))
        if not rows or rows[0][3] not in {"confirmed", "requested"}:
            raise BookRefused(Refusal.VISIT_GONE)
        return rows[0]

    def _in_time(self, visit: Row, now: int) -> Script[None]:
        if visit[4] is None:
            return
        services = yield _SERVICES, (visit[0],)
        cutoff = self._terms().cutoff(tuple(row[0] for row in services))
        if visit[4] - int(cutoff.total_seconds()) * SECOND < now:
            raise BookRefused(Refusal.TOO_LATE)

    def _may_book(self, who: Behind, phone: str, now: int) -> Script[None]:
        rules = self._terms().rules
        active, missed = yield from history(who.person, phone, rules, now)
        refusal = refusal_for(active, missed, rules)
        if refusal is None and not who.verified:
            strangers = yield _STRANGERS, (now, now - HOUR)
            refusal = Refusal.SALON_BUSY if strangers[0][1] >= rules.strangers_visits else None
        if refusal is not None:
            raise BookRefused(refusal)


def _spans(parts: Iterable[VisitPart]) -> list[Span]:
    return [(part.staff, micros(part.busy_start), micros(part.busy_end)) for part in parts]
