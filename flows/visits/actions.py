"""What is done with visits that are booked: shown, chosen, moved, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from booking.gathered import fits_day, wall_of
from booking.orders import CancelVisit
from booking.refusal import Refusal
from booking.visit import Visit
from dialog.book_questions import VisitsOf
from dialog.book_words import VisitWords
from dialog.flow import Action, Walker
from dialog.questions import Asking, ask
from flows.common.visit_file import attach_visit


def tell_visits(walk: Walker) -> Asking[None]:
    """Every coming visit, as it stands in the book now."""
    visits: tuple[Visit, ...] = yield from ask(VisitsOf(walk.conversation))
    if not visits:
        walk.slots.pop("count", None)
        walk.say("no_visits")
        return
    walk.slots["count"] = str(len(visits))
    walk.say("your_visits", count=len(visits))
    for visit in visits:
        if visit.parts:
            walk.say("one_visit", **(yield from _words(walk, visit)))
        else:
            walk.say("one_request", wish=visit.wish)


def pick_visit(walk: Walker) -> Asking[None]:
    """The visit that is meant: the only one, or the only one on the day that was named."""
    visits = yield from _with_time(walk)
    wished = walk.slots.pop("day", "")
    walk.slots["count"] = str(len(visits)) if visits else ""
    named = [visit for visit in visits if fits_day({"days_wished": wished}, _day(visit))] if wished else list(visits)
    if len(named) == 1 and not walk.slots.get("visit"):
        walk.slots["visit"] = str(named[0].id)


def tell_visit(walk: Walker) -> Asking[None]:
    """Say which visit it is about."""
    visit = yield from _chosen(walk)
    if visit is None:
        walk.say("visit_is_gone")
        walk.slots["visit"] = ""
        return
    walk.slots.update((yield from _words(walk, visit)))


def begin_move(walk: Walker) -> Asking[None]:
    """Book a new time for the same visit; the old one stays until the new one is confirmed."""
    visit = yield from _chosen(walk)
    if visit is None:
        walk.slots["visit"] = ""
        walk.say("visit_is_gone")
        return
    words = yield from _words(walk, visit)
    if (visit.start - walk.now).total_seconds() < int(words["before"]) * 3600:
        yield from _to_a_person(walk, Refusal.TOO_LATE)
        return
    day, time = wall_of(visit)
    moving = {"moves": str(visit.id), "moved_uid": visit.uid, "sequence": str(visit.sequence + 1)}
    moving |= {"was_day": day, "was_time": time}
    walk.begin("booking", {**moving, **_fields(visit), "name": visit.name or "-"})


def cancel_visit(walk: Walker) -> Asking[None]:
    """Cancel it; what is too late for that is for a person."""
    if walk.refused == Refusal.VISIT_GONE:
        walk.say("visit_is_gone")
        return
    if walk.refused:
        yield from _to_a_person(walk, walk.refused)
        return
    visit = yield from _chosen(walk)
    if visit is None:
        walk.say("visit_is_gone")
        return
    walk.book(CancelVisit(visit=visit.id))
    day, time = wall_of(visit)
    walk.may_return("booking", {**_fields(visit), "day": day, "time": time})
    words = yield from _words(walk, visit)
    walk.say("visit_cancelled", **words)
    if visit.parts:
        attach_visit(
            walk,
            words,
            uid=visit.uid,
            sequence=visit.sequence + 1,
            start=visit.start,
            end=visit.end,
            cancelled=True,
        )


def _fields(visit: Visit) -> dict[str, str]:
    """The fields of a booking that asks for the same."""
    fields = {
        "service": visit.services[0],
        "extra": ",".join(visit.services[1:]),
        "staff": visit.masters[0] if len(visit.masters) == 1 else "any",
        "branch": visit.branch,
    }
    return {name: value for name, value in fields.items() if value}


def _with_time(walk: Walker) -> Asking[tuple[Visit, ...]]:
    visits: tuple[Visit, ...] = yield from ask(VisitsOf(walk.conversation))
    return tuple(visit for visit in visits if visit.parts)


def _chosen(walk: Walker) -> Asking[Visit | None]:
    visits = yield from _with_time(walk)
    return next((visit for visit in visits if str(visit.id) == walk.slots.get("visit")), None)


def _words(walk: Walker, visit: Visit) -> Asking[Mapping[str, str]]:
    asked = VisitWords(branch=visit.branch, zone=visit.zone, parts=visit.parts, language=walk.language)
    return (yield from ask(asked))


def _to_a_person(walk: Walker, refusal: str) -> Asking[None]:
    yield from walk.hand_over(reason="lead", label="lead", opening=f"to_person_{refusal}")


def _day(visit: Visit) -> date:
    return date.fromisoformat(wall_of(visit)[0])


ACTIONS: Mapping[str, Action] = {
    "tell_visits": tell_visits,
    "pick_visit": pick_visit,
    "tell_visit": tell_visit,
    "begin_move": begin_move,
    "cancel_visit": cancel_visit,
}
