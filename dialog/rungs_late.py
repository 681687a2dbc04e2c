"""Somebody is on her way and late: the salon hears of it, and she is told so."""

from __future__ import annotations

from datetime import timedelta

from booking.visit import Visit
from booking.visit_news import news_of
from dialog import steps
from dialog.book_questions import VisitsOf
from dialog.book_words import VisitWords
from dialog.conversation import OwnerKind
from dialog.effects import Note
from dialog.ladder import Typed
from dialog.presses import say_answer
from dialog.questions import Asking, Option, ask
from dialog.sureness import asks_something, sure_intent
from dialog.walk import Walk

LATE = "late"
SOON = timedelta(hours=12)
"""A visit that begins later than this is not the one that she is late for."""
MOVE = ">moving"


def late_meanwhile(typed: Typed) -> Asking[str]:
    """Says in the middle of something that she will be late: the salon hears of it and the step goes on. Above the
    step, which would take the minutes for its own; not for the time that the step asks for."""
    return (yield from _late(typed))


def late_open(typed: Typed) -> Asking[str]:
    """Says that she will be late: noted for the salon's people, with the visit that is meant. Above the answers, which
    know the rule and pass nothing on; not for a question about the rule."""
    return (yield from _late(typed))


def _late(typed: Typed) -> Asking[str]:
    walk, step = typed.walk, typed.step
    said = sure_intent(typed.detection, typed.settings)
    is_value = step is not None and any(kind in typed.detection.slots for kind in step.accept)
    if said is None or said.name != LATE or is_value:
        return ""
    visit = yield from _awaited(walk)
    if visit is None and typed.answer is not None and asks_something(typed.detection, typed.text, typed.settings):
        return ""
    yield from _noted(walk, visit)
    yield from _rule(typed)
    if step is not None and walk.repeats(f"{LATE}_at_step") < steps.MOST_SHOWN:
        yield from steps.show(walk)
    else:
        calls = (walk.person_option(),) if walk.owner is OwnerKind.BOT else ()
        walk.flush((*((_move(walk),) if visit is not None else ()), *calls))
    return LATE if step is None else f"{LATE}_at_step"


def _awaited(walk: Walk) -> Asking[Visit | None]:
    """The visit that she is expected at: the soonest, if it is soon."""
    visits: tuple[Visit, ...] = yield from ask(VisitsOf(walk.conversation))
    return next((visit for visit in visits if visit.parts and visit.start - walk.now <= SOON), None)


def _noted(walk: Walk, visit: Visit | None) -> Asking[None]:
    text = {"text": walk.heard}
    if visit is None:
        walk.effects.append(Note(kind=LATE, body=text))
        walk.say("late_no_visit")
        return
    asked = VisitWords(branch=visit.branch, zone=visit.zone, parts=visit.parts, language=walk.language)
    words = yield from ask(asked)
    walk.effects.append(Note(kind=LATE, body={**news_of(visit), **text}))
    walk.say("late_noted", **words)


def _rule(typed: Typed) -> Asking[None]:
    """What the salon says of being late, where its answers know it."""
    best = typed.detection.answers[0] if typed.detection.answers else None
    if best is not None and best.confidence >= typed.settings.clarify_confidence:
        yield from say_answer(typed.walk, best.key)


def _move(walk: Walk) -> Option:
    return Option(MOVE, walk.text("choice_move_visit", {}))
