"""«What will the bot answer?»: a message tried while it is typed, and questions that collide before publishing."""

from __future__ import annotations

from starlette.responses import Response

from booking.answer import Answer
from booking.answer_draft import read_draft
from booking.fault import SalonDataError
from console.answer_forms import DraftForm, TrialForm
from console.answer_words import topic_of
from console.answers import answer
from console.parts import Came, Parts, With
from console.policy import ANSWERS, Door
from console.refusals import not_found
from console.routes.answer_calls import NEW
from console.routes.answer_pages import studio_of
from console.studio import InForce
from console.trial import Trial
from console.trial_words import tried_in_words


async def ask(parts: With, visit: Came, form: TrialForm) -> Response:
    """What would come of a message, with the draft in its place; a draft that cannot be read yet is left out."""
    if not form.text:
        return answer({"tried": None, "with_draft": False})
    now = await studio_of(parts).in_force()
    draft = _draft(now, form.draft, visit.language) if form.draft else None
    tried = await _trial(parts).ask(form.text, draft, visit.language, visit.now)
    flows = {key: title.said_in(visit.language) for key, title in now.flows}
    return answer({"tried": tried_in_words(tried, flows, visit.language), "with_draft": draft is not None})


async def clashes(parts: With, visit: Came, form: DraftForm) -> Response:
    """Questions of the draft that the bot would take for another answer's, and the other way round."""
    now = await studio_of(parts).in_force()
    draft = _draft(now, form, visit.language)
    found = await _trial(parts).clashes(draft, visit.language) if draft is not None else ()
    return answer(
        {
            "clashes": [
                {
                    "mine": one.mine,
                    "theirs": one.theirs,
                    "key": one.key,
                    "title": one.title,
                    "percent": one.percent,
                    "taken": one.taken,
                }
                for one in found
            ]
        }
    )


def _draft(now: InForce, form: DraftForm, language: str) -> Answer | None:
    try:
        return read_draft(now.salon, form.key or NEW, form.body(), topic_of(form.topic, language))
    except SalonDataError:
        return None


def _trial(parts: Parts) -> Trial:
    if parts.trial is None:
        raise not_found()
    return parts.trial


DOORS = (
    Door(method="POST", path="/api/answer-trial", policy=ANSWERS, handler=ask),
    Door(method="POST", path="/api/answer-clashes", policy=ANSWERS, handler=clashes),
)
