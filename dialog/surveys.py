"""How the visit was: asked once per visit, by whom time wakes; never at night, never while a person is called."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialog import steps
from dialog.conversation import OwnerKind
from dialog.effects import AskSurvey, SetTimer
from dialog.instants import from_text, to_text
from dialog.message import InboundMessage
from dialog.questions import Asking, SurveyDue, SurveyVisit, ask
from dialog.reply import Lane
from dialog.send_window import into_window
from dialog.walk import Walk

DONE = "visit_done"
"""A visit is over: the book says so, in the conversation that the client used last."""
FEEDBACK, NPS = "feedback", "nps"
"""Timers of one conversation, each followed by the visit's number; and the flows that they start."""
VISIT = "visit"
"""The field in which these flows find the visit's number."""
SERVICE = "service"
TOO_LATE = timedelta(days=1)
"""After a stop of the system longer than this the question comes too late to be asked at all."""
BUSY = timedelta(hours=1)
"""Whoever is in the middle of something is asked so much later, until that is over or the pause after it is."""


def is_survey(kind: str) -> bool:
    """Whether a timer's kind is one of these."""
    return kind.partition(":")[0] in {DONE, FEEDBACK, NPS}


def wake(walk: Walk, kind: str, message: InboundMessage) -> Asking[str]:
    """A timer of a visit has fired. Everything is looked at anew: hours have passed since it was set."""
    what = kind.partition(":")[0]
    visit = yield from ask(SurveyDue(int(message.data.get("visit", "0")), walk.language))
    if visit is None or not visit.done:
        return f"{what}_void"
    if what == DONE:
        return _plan(walk, FEEDBACK, visit, visit.end + timedelta(hours=walk.context.rulebook.settings.feedback_hours))
    if visit.open_case or walk.owner is not OwnerKind.BOT:
        return f"{what}_case_open"
    if visit.asked if what == FEEDBACK else (visit.nps_asked or not visit.answered):
        return f"{what}_asked"
    return (yield from _ask_or_wait(walk, what, visit, from_text(message.data["planned"])))


def _plan(walk: Walk, what: str, visit: SurveyVisit, at: datetime) -> str:
    settings = walk.context.rulebook.settings
    due = into_window(at, visit.zone, settings.service_from_hour, settings.service_until_hour)
    if walk.now - due > TOO_LATE:
        return f"{what}_too_late"
    data = {"visit": str(visit.visit), "planned": to_text(due)}
    walk.effects.append(SetTimer(kind=f"{what}:{visit.visit}", due_at=due, data=data))
    return f"{what}_planned"


def _ask_or_wait(walk: Walk, what: str, visit: SurveyVisit, planned: datetime) -> Asking[str]:
    settings = walk.context.rulebook.settings
    if walk.now - planned > TOO_LATE:
        return f"{what}_too_late"
    allowed = into_window(walk.now, visit.zone, settings.service_from_hour, settings.service_until_hour)
    last = walk.before.state.last_at
    pause = timedelta(minutes=settings.pause_minutes)
    busy = steps.accepts(walk) is not None and bool(last) and walk.now - from_text(last) < pause
    if allowed > walk.now or busy:
        due = max(allowed, walk.now + BUSY if busy else allowed)
        data = {"visit": str(visit.visit), "planned": to_text(planned)}
        walk.effects.append(SetTimer(kind=f"{what}:{visit.visit}", due_at=due, data=data))
        return f"{what}_later"
    if what not in walk.context.rulebook.heads:
        return f"{what}_void"
    walk.lane, walk.message_class = Lane.SERVICE, SERVICE
    walk.effects.append(AskSurvey(visit=visit.visit, kind=what))
    walk.leave()
    walk.greeted = True
    yield from steps.start(walk, what, fields={VISIT: str(visit.visit)})
    if what == FEEDBACK:
        _plan(walk, NPS, visit, visit.end + timedelta(days=settings.nps_days))
    return f"{what}_asks"
