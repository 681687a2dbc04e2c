"""What a typed message comes to while a step of a flow waits for an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from booking.gathered import ANY
from dialog import presses, steps
from dialog.commands import obey
from dialog.conversation import Prompt
from dialog.flow import Step
from dialog.flow_for import flow_for
from dialog.instants import from_text
from dialog.ladder import Rung, Typed
from dialog.misses import GIVEN_UP, give_up, missed
from dialog.questions import Asking
from dialog.rungs_aside import aside_meanwhile
from dialog.rungs_late import late_meanwhile
from dialog.rungs_price import price_of_what_meanwhile
from dialog.sureness import asks_something, small_talk, sure_intent, surely_asks
from dialog.typed_choice import REFUSED, UNSEEN
from dialog.walk import Walk

_DIGIT = re.compile(r"\d")
ANYONE = "anyone"
OWN_WORDS = "when"
"""What is found of it are only the client's own words."""
CONTACT = frozenset({"phone", "name"})
FEW_WORDS = 3
MOST_FIELD_WORDS = 5
"""A message of more words than a name and a phone says something else as well."""


def lost_question(typed: Typed) -> Asking[str]:
    """The question never reached the client, so nothing can be its answer: first of all it is shown.

    A messenger that refuses it for ever must not hold anybody up: then a person is called.
    """
    walk = typed.walk
    if walk.before.prompt_status not in REFUSED:
        return ""
    if walk.repeats("prompt_again") >= steps.MOST_SHOWN:
        yield from give_up(walk)
        return GIVEN_UP
    yield from steps.show(walk)
    return "prompt_again"


def choice_in_words(typed: Typed) -> Asking[str]:
    """Words that mean one of the step's own buttons, as its author declared. Above the answers of the salon: refusing
    to leave a phone is not a question about the salon's phone. Not when the message names something new besides: "all
    right, an hour later" is no yes to what was asked."""
    walk, step = typed.walk, _step(typed)
    said = sure_intent(typed.detection, typed.settings)
    choice = next((c for c in step.choices if said is not None and said.name in c.intents), None)
    if choice is None or _unseen(walk) or walk.run is None or _names_something_new(walk, step):
        return ""
    values = (choice.value,)
    prompt = Prompt(run=walk.run.number, flow=walk.run.flow, state=step.name, seed="", values=values)
    return (yield from presses.take(walk, prompt, choice.value))


def question_meanwhile(typed: Typed) -> Asking[str]:
    """Something else is asked and the salon knows the answer. Above the step's own value: the price of a
    manicure is asked by naming that service, which is still no choice of it."""
    if typed.answer is None or (_step(typed).slot and not asks_something(typed.detection, typed.text, typed.settings)):
        return ""
    return (yield from presses.give_answer(typed.walk, typed.answer, *typed.more_answers))


def visits_meanwhile(typed: Typed) -> Asking[str]:
    """Asked about visits that were booked before: they are told and the step goes on, or a person is offered who knows
    them. Above the step, which would take it for an answer."""
    walk, said = typed.walk, sure_intent(typed.detection, typed.settings)
    if said is None or said.name != "my_booking" or _unseen(walk):
        return ""
    key = flow_for(walk)
    if key is not None:
        yield from steps.aside(walk, key)
        walk.flush()
    else:
        walk.say("visits_by_person")
        walk.offer_person = True
    if walk.repeats("visits_at_step") >= steps.MOST_SHOWN:
        walk.flush()
    else:
        yield from steps.show(walk)
    return "visits_at_step"


def call_off(typed: Typed) -> Asking[str]:
    """A wish to cancel while nothing is booked yet means what is being asked here. Not when a time is named with it:
    who cannot come on Friday still wants to come."""
    walk, said = typed.walk, sure_intent(typed.detection, typed.settings)
    if said is None or said.name != "cancel" or OWN_WORDS in typed.detection.slots or _unseen(walk):
        return ""
    return (yield from obey(walk, "cancel"))


def named_value(typed: Typed) -> Asking[str]:
    """The message plainly names what the step asks for: a service, a phone, a branch. Also before the question was
    on the screen, because it can mean nothing else.

    Who is asked about the time and answers in her own words has said more than the words about the time.
    """
    walk, step, slots = typed.walk, _step(typed), typed.detection.slots
    if not step.slot:
        return ""
    if "phone" in step.accept and "phone" in slots and "name" in slots and "name" not in walk.slots:
        walk.slots["name"] = slots["name"]
    kind = next((kind for kind in step.accept if kind in slots), "")
    value = typed.text.strip() if kind == OWN_WORDS and "text" in step.accept else slots.get(kind, "")
    return (yield from _filled(walk, step, value)) if value else ""


def anyone(typed: Typed) -> Asking[str]:
    """Nobody in particular, where a person is to be chosen. Above free text and the answers, which tell how to choose
    one; with a branch named beside it, a button says the same."""
    walk, step = typed.walk, _step(typed)
    said = any(one.name == ANYONE and one.confidence >= typed.settings.sure_intent for one in typed.detection.intents)
    if "staff" not in step.accept or not said or _unseen(walk):
        return ""
    return (yield from _filled(walk, step, ANY))


def change_of_mind(typed: Typed) -> Asking[str]:
    """A value of a field that is filled already with another one. Above free text, which would swallow it.

    Where the step takes any text, only a short message is surely not its answer.
    """
    walk, step, found = typed.walk, _step(typed), typed.detection.slots
    flow = walk.flow
    long = "text" in step.accept and len(typed.text.split()) > FEW_WORDS
    if flow is None or not found or long or _unseen(walk):
        return ""
    changed = [(other, value) for other in flow.steps.values() if (value := _new_value(walk, step, other)) is not None]
    for other, value in changed[1:]:
        walk.slots[other.slot] = value
    heard = steps.hear(walk, flow)
    if changed:
        return "text_corrects" if (yield from steps.correct(walk, changed[0][0].name, changed[0][1])) else ""
    if not heard:
        return ""
    steps.move_to(walk, heard)
    yield from steps.arrive(walk, flow)
    return "text_corrects"


def _new_value(walk: Walk, step: Step, other: Step) -> str | None:
    """The value that the message names for a field of another state which has a different one."""
    kept = walk.slots.get(other.slot) if other.slot and other.slot != step.slot else None
    found = walk.detection.slots
    value = next((found[kind] for kind in other.accept if kind in found and kind not in step.accept), None)
    return value if kept and value is not None and value != kept else None


def _names_something_new(walk: Walk, step: Step) -> bool:
    flow, found = walk.flow, walk.detection.slots
    if flow is None:
        return False
    heard = any(kind in found and found[kind] != walk.slots.get(kind) for kind in flow.hears)
    return heard or any(_new_value(walk, step, other) is not None for other in flow.steps.values())


def told_early(typed: Typed) -> Asking[str]:
    """What another step will ask for is kept, and is not the answer to this one. Above free text, which would take
    "tomorrow" for the name of a service."""
    walk, step, found = typed.walk, _step(typed), typed.detection.slots
    if _plain_words(typed.text) > MOST_FIELD_WORDS or _unseen(walk):
        return ""
    given = {kind: _slot_for(walk, kind) for kind in found if kind not in step.accept}
    given = {kind: slot for kind, slot in given.items() if slot and (kind in CONTACT or not walk.slots.get(slot))}
    if not given:
        return ""
    for kind, slot in given.items():
        walk.slots[slot] = found[kind]
    walk.say("noted")
    if walk.repeats("tells_another_field") >= steps.MOST_SHOWN:
        walk.flush()
    else:
        yield from steps.show(walk)
    return "tells_another_field"


def politeness_meanwhile(typed: Typed) -> Asking[str]:
    """A few words of politeness are answered in kind and the question shown again; more words are an answer to it.

    Somebody who says goodbye is let go.
    """
    walk, talk = typed.walk, small_talk(typed.detection, typed.settings)
    if talk is None or len(typed.text.split()) > FEW_WORDS or _unseen(walk):
        return ""
    walk.say(talk)
    if talk == "bye" or walk.repeats(f"{talk}_at_step") >= steps.MOST_SHOWN:
        walk.flush()
    else:
        yield from steps.show(walk)
    return f"{talk}_at_step"


def after_a_pause(typed: Typed) -> Asking[str]:
    """Hours later a text is no longer taken for the answer to an old question: the question is put once more."""
    walk = typed.walk
    last = walk.before.state.last_at
    pause = typed.settings.pause_minutes * 60
    insisted = walk.repeats("resume") >= steps.MOST_SHOWN
    if not last or insisted or _unseen(walk) or (walk.now - from_text(last)).total_seconds() < pause:
        return ""
    walk.say("resume")
    yield from steps.show(walk)
    return "resume"


def question_without_answer(typed: Typed) -> Asking[str]:
    """A question beyond doubt that the salon has no answer to is not the answer to ours. Above free text, which would
    take it for one; where no free text is taken, a question mark is doubt enough, and so many words are no phone."""
    walk = typed.walk
    asks = surely_asks(typed.detection, typed.settings)
    asks = asks or ("text" not in _step(typed).accept and _asks_by_looks(typed))
    if typed.answer is not None or _unseen(walk) or not asks:
        return ""
    if (yield from missed(walk, noted=True)):
        return GIVEN_UP
    walk.say("no_answer_brief" if walk.offer_person else "no_answer")
    walk.offer_person = True
    yield from steps.show(walk)
    return "no_answer"


def _asks_by_looks(typed: Typed) -> bool:
    talks = "phone" in _step(typed).accept and _plain_words(typed.text) > FEW_WORDS and not _DIGIT.search(typed.text)
    return talks or typed.text.rstrip().endswith("?")


def any_text(typed: Typed) -> Asking[str]:
    """The step takes the client's own words, and nothing above has claimed them."""
    walk, step = typed.walk, _step(typed)
    value = typed.text.strip() if "text" in step.accept and step.slot and not _unseen(walk) else ""
    return (yield from _filled(walk, step, value)) if value else ""


def answer_after_all(typed: Typed) -> Asking[str]:
    """It did not look like a question, but the step cannot use it and the salon has an answer to it."""
    if typed.answer is None:
        return ""
    return (yield from presses.give_answer(typed.walk, typed.answer, *typed.more_answers))


def typed_too_soon(typed: Typed) -> Asking[str]:
    """Typed before the question was on the screen: it cannot be its answer, and the question is on its way."""
    yield from ()
    return "before_prompt" if _unseen(typed.walk) else ""


def does_not_fit(typed: Typed) -> Asking[str]:
    """The floor of this ladder: say what would fit and show the step; after too many of these, a person."""
    walk = typed.walk
    if (yield from missed(walk, noted=False)):
        return GIVEN_UP
    walk.say(_step(typed).reask or "reask")
    yield from steps.show(walk)
    return "reask"


def _plain_words(text: str) -> int:
    """How many words there are; the groups of a phone's digits are none."""
    return sum(not _DIGIT.search(word) for word in text.split())


def _slot_for(walk: Walk, kind: str) -> str:
    """The field of the running flow that takes this kind of value; what a client tells of herself is kept anyway."""
    flow = walk.flow
    others = flow.steps.values() if flow is not None else ()
    own = kind if kind in CONTACT else ""
    return next((other.slot for other in others if kind in other.accept and other.slot), own)


def _step(typed: Typed) -> Step:
    assert typed.step is not None, "these rungs are for a step that waits"
    return typed.step


def _unseen(walk: Walk) -> bool:
    return walk.before.prompt_status in UNSEEN


def _filled(walk: Walk, step: Step, value: str) -> Asking[str]:
    flow = walk.flow
    if flow is not None:
        walk.slots[step.slot] = value
        long = "text" in step.accept and len(walk.heard.split()) > FEW_WORDS
        for other in () if long else flow.steps.values():
            if (new := _new_value(walk, step, other)) is not None:
                walk.slots[other.slot] = new
        steps.prefill(walk, flow, walk.detection.slots)
    yield from steps.fill(walk, value)
    return "fills"


AT_STEP: Sequence[Rung] = (
    lost_question,
    choice_in_words,
    late_meanwhile,
    price_of_what_meanwhile,
    anyone,
    question_meanwhile,
    aside_meanwhile,
    visits_meanwhile,
    call_off,
    named_value,
    change_of_mind,
    told_early,
    politeness_meanwhile,
    after_a_pause,
    question_without_answer,
    any_text,
    answer_after_all,
    typed_too_soon,
    does_not_fit,
)
