"""What a typed message comes to when no step waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialog import presses, steps
from dialog.detection import MoodClass
from dialog.flow_for import flow_for, flow_serving
from dialog.ladder import Rung, Typed
from dialog.misses import GIVEN_UP, missed
from dialog.questions import AnswerTitle, Asking, Option, ask
from dialog.rungs_aside import aside_open
from dialog.rungs_late import late_open
from dialog.rungs_price import price_of_what
from dialog.subjects import HOURS, PRICE, about, on_day
from dialog.sureness import asks_something, small_talk, sure_intent
from dialog.walk import Walk

MOST_CHOICES = 3
FEW_WORDS = 3
PRAISE = "feedback"
SAME_DAY = "same_day"
VISITS = frozenset({"my_booking", "cancel", "reschedule"})


def same_day(typed: Typed) -> Asking[str]:
    """Only a day is named: what was spoken of, then. Above the wishes, because a day sounds like a visit on it, which
    it is when a service was spoken of."""
    walk, detection = typed.walk, typed.detection
    hours = walk.answered_lately() == HOURS
    said = [intent.name for intent in detection.intents if intent.confidence >= typed.settings.sure_intent]
    day = detection.slots.get("day", "")
    if not day or SAME_DAY not in said or (said[0] != SAME_DAY and not hours):
        return ""
    key = flow_serving(walk, "book") if walk.spoken_of() and not hours else None
    if key is None:
        return (yield from presses.give_answer(walk, on_day(day)))
    known = yield from _taken_up(walk, key)
    yield from steps.start(walk, key, known)
    return SAME_DAY


def wish(typed: Typed) -> Asking[str]:
    """An intent that a flow serves. First, unless it is asked about and can be answered ("how do I book?")."""
    key = flow_for(typed.walk)
    if key is None or (
        typed.answer is not None and asks_something(typed.detection, typed.detection.text, typed.settings)
    ):
        return ""
    known = yield from _taken_up(typed.walk, key)
    yield from steps.start(typed.walk, key, known)
    return f"intent_{typed.detection.intents[0].name}"


def _taken_up(walk: Walk, key: str) -> Asking[Mapping[str, str]]:
    """The service spoken of lately is the one that is meant: said aloud, so that it can be corrected."""
    rules, service = walk.context.rulebook, walk.spoken_of()
    asked = {kind for step in rules.flows[key, rules.heads[key]].steps.values() for kind in step.accept}
    if not service or "service" in walk.detection.slots or "service" not in asked:
        return steps.NOTHING
    title = yield from ask(AnswerTitle(about(PRICE, service), walk.language))
    if title is None:
        return steps.NOTHING
    walk.say("taken_up", service=title)
    return {"service": service}


def visits(typed: Typed) -> Asking[str]:
    """About visits that are booked already, when no flow serves that: a person knows them. Below the flows, so that a
    flow of its own takes it over; an answer on how it is done goes first when that is asked."""
    walk, said = typed.walk, sure_intent(typed.detection, typed.settings)
    asked = typed.answer is not None and asks_something(typed.detection, typed.detection.text, typed.settings)
    if said is None or said.name not in VISITS or asked:
        return ""
    yield from ()
    walk.say("visits_by_person")
    walk.flush(steps.way_out(walk))
    return "visits"


def praise(typed: Typed) -> Asking[str]:
    """Glad and asking for nothing. Above the answers, because praise names services and sounds like a question on them.

    Only where the lexicon is our own: elsewhere "I would like" sounds glad, too.
    """
    detection, settings = typed.detection, typed.settings
    said = sure_intent(detection, settings)
    wants = "?" in detection.text or (said is not None and said.name != PRAISE)
    home = settings.default_language
    if detection.mood.label is not MoodClass.GRATEFUL or detection.language != home or wants:
        return ""
    return (yield from _said(typed.walk, "glad"))


def known_answer(typed: Typed) -> Asking[str]:
    """The salon has surely an answer to this. Above politeness: "thanks, and where are you?" wants the address."""
    if typed.answer is None:
        return ""
    return (yield from presses.give_answer(typed.walk, typed.answer, *typed.more_answers))


def service_named(typed: Typed) -> Asking[str]:
    """Only a service is named and nothing is said of it: what it costs, and the way to book it. Below everything that
    says what is wanted; a day that is named next is then about this service."""
    service = typed.detection.slots.get("service", "")
    few = len(typed.detection.text.split()) <= FEW_WORDS
    key = about(PRICE, service)
    if not service or not few or (yield from ask(AnswerTitle(key, typed.walk.language))) is None:
        return ""
    yield from presses.give_answer(typed.walk, key)
    return "service_named"


def phone_told(typed: Typed) -> Asking[str]:
    """A phone and nothing to be done with it: it is on the client's card by now, and it is no riddle."""
    walk = typed.walk
    if "phone" not in typed.detection.slots:
        return ""
    yield from ()
    walk.say("phone_noted")
    walk.flush(steps.way_out(walk))
    return "phone_told"


def politeness(typed: Typed) -> Asking[str]:
    """A greeting, thanks or a goodbye and nothing else that was understood."""
    walk, talk = typed.walk, small_talk(typed.detection, typed.settings)
    if talk is None:
        return ""
    if talk != "greet":
        return (yield from _said(walk, talk))
    if walk.before.state.greeted:
        walk.say("greet")
    yield from steps.menu(walk)
    return talk


def all_right(typed: Typed) -> Asking[str]:
    """Agrees where nothing was asked: that is no riddle. Below all that says more."""
    said = sure_intent(typed.detection, typed.settings)
    if said is None or said.name != "confirm" or len(typed.detection.text.split()) > FEW_WORDS:
        return ""
    yield from ()
    typed.walk.say("all_right")
    typed.walk.flush()
    return "all_right"


def did_you_mean(typed: Typed) -> Asking[str]:
    """The nearest answers as buttons with "something else"; nothing near is an honest "I did not understand".

    The floor of this ladder: it counts as a miss, and misses lead to a person.
    """
    walk = typed.walk
    if (yield from missed(walk, noted=True)):
        return GIVEN_UP
    options = yield from _near(typed)
    if options:
        walk.say("clarify")
        walk.flush([*options, Option("!other", walk.text("choice_other", {})), walk.person_option()])
        return "clarify"
    # Who is softly upset has just been offered a person.
    walk.say("not_understood_brief" if walk.offer_person else "not_understood")
    walk.flush(steps.way_out(walk))
    return "not_understood"


def _near(typed: Typed) -> Asking[list[Option]]:
    least = typed.settings.clarify_confidence
    options: list[Option] = []
    for match in [match for match in typed.detection.answers if match.confidence >= least][:MOST_CHOICES]:
        title = yield from ask(AnswerTitle(match.key, typed.walk.language))
        if title:
            options.append(Option(f"?{match.key}", title))
    return options


def _said(walk: Walk, key: str) -> Asking[str]:
    yield from ()
    walk.say(key)
    walk.flush()
    return key


NOTHING_WAITS: Sequence[Rung] = (
    same_day,
    late_open,
    wish,
    visits,
    praise,
    price_of_what,
    known_answer,
    aside_open,
    phone_told,
    service_named,
    politeness,
    all_right,
    did_you_mean,
)
