"""What a client types while the bot has the conversation: three ladders, surest rung first.

What is true of every message comes first (``ALWAYS``); then the step that waits has its say (``AT_STEP``), or, where
none waits, the message opens something (``NOTHING_WAITS``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from dialog import presses, steps
from dialog.commands import gate, obey
from dialog.detection import Detection
from dialog.instants import from_text
from dialog.ladder import NobodyTook, Rung, Typed, climb
from dialog.namesakes import own_name
from dialog.questions import Asking
from dialog.rungs_aside import aside, past_visit
from dialog.rungs_at_step import AT_STEP
from dialog.rungs_open import NOTHING_WAITS
from dialog.several import told_apart
from dialog.sureness import sure_answer, sure_intent
from dialog.typed_choice import typed_choice
from dialog.walk import Walk
from dialog.who_first import person_first

AFTER_ALL = "after_all"
SAYS_HOW_IT_WAS = frozenset({"thanks", "feedback", "complaint", "confirm", "deny"})


def free_text(walk: Walk, text: str) -> Asking[str]:
    """One typed message (or burst), from command to miss."""
    walk.greeted = True
    walk.heard = text
    typed = Typed(walk=walk, text=text)
    route = yield from climb(typed, ALWAYS)
    if route:
        return route
    typed.step = steps.accepts(walk)
    if typed.step is not None:
        walk.context = replace(walk.context, detection=own_name(walk.detection, typed.step.accept))
    yield from told_apart(typed)
    if typed.answer is None:
        typed.answer = yield from sure_answer(walk)
    route = yield from climb(typed, NOTHING_WAITS if typed.step is None else AT_STEP)
    if not route:
        raise NobodyTook(text)
    return route


def hard_gate(typed: Typed) -> Asking[str]:
    """Injury, threats, refunds, "a live person": whatever else the message says, a person must see it now."""
    fired = typed.detection.gate
    return (yield from gate(typed.walk, fired)) if fired is not None else ""


def command(typed: Typed) -> Asking[str]:
    """The whole message is a command. Above the mood: a shouted "cancel!!!" is obeyed, not comforted."""
    said = typed.detection.command
    return (yield from obey(typed.walk, said)) if said is not None else ""


def after_all(typed: Typed) -> Asking[str]:
    """What was called off a moment ago is wanted after all: it goes on with everything that was told. Above the
    commands, because "I changed my mind" then means this; below the gate."""
    walk, kept = typed.walk, typed.walk.dropped
    said = any(
        one.name == AFTER_ALL and one.confidence >= typed.settings.sure_intent for one in typed.detection.intents
    )
    pause = timedelta(minutes=typed.settings.pause_minutes)
    last = walk.before.state.last_at
    if kept is None or not said or kept.flow not in walk.context.rulebook.heads or steps.accepts(walk) is not None:
        return ""
    if not last or walk.now - from_text(last) > pause:
        return ""
    walk.say("after_all")
    yield from steps.start(walk, kept.flow, fields=kept.slots)
    return AFTER_ALL


def impression(typed: Typed) -> Asking[str]:
    """Somebody was asked how it was and says it in words. Above the mood, because the flow has its own way with the
    upset; not for whoever wants something else by now, or asks a question in peace."""
    walk, flow = typed.walk, typed.walk.flow
    step = flow.steps.get(walk.run.state) if flow is not None and walk.run is not None else None
    if step is None or not step.impression or typed_choice(walk, typed.text) is not None:
        return ""
    wants = sure_intent(typed.detection, typed.settings)
    sour = typed.detection.mood.score >= typed.settings.soft_mood
    if not sour and ((wants is not None and wants.name not in SAYS_HOW_IT_WAS) or "?" in typed.text):
        return ""
    yield from steps.fill(walk, typed.text.strip())
    return "impression"


def upset(typed: Typed) -> Asking[str]:
    """Surely upset. Above every way of understanding the words: an upset client is not served by a robot."""
    if typed.detection.mood.score < typed.settings.hand_over_mood:
        return ""
    return (yield from _to_a_person(typed.walk, typed.detection))


def button_by_hand(typed: Typed) -> Asking[str]:
    """A typed number or label of the buttons on the screen. Nothing says more plainly what is meant."""
    chosen = typed_choice(typed.walk, typed.text)
    return (yield from presses.take(typed.walk, *chosen)) if chosen is not None else ""


def softly_upset(typed: Typed) -> Asking[str]:
    """Not quite content: a person is offered and the message goes on down. The second time one is called.

    Below the buttons, because a label is nobody's mood; nor is "why do you ask?".
    """
    walk = typed.walk
    if typed.detection.mood.score < typed.settings.soft_mood or aside(typed.detection, typed.settings):
        return ""
    walk.soft_upsets += 1
    if walk.soft_upsets >= 2:
        return (yield from _to_a_person(walk, typed.detection))
    walk.rungs.append(softly_upset.__name__)
    walk.say("soft_upset")
    walk.offer_person = True
    return ""


def _to_a_person(walk: Walk, detection: Detection) -> Asking[str]:
    mood = detection.mood
    label = walk.policies.for_mood(mood.label).label
    walk.lines.clear()
    walk.keys.clear()
    yield from walk.hand_over(reason="mood", label=label, triggers=mood.evidence)
    return f"mood_{label}"


ALWAYS: Sequence[Rung] = (
    hard_gate,
    after_all,
    command,
    impression,
    upset,
    button_by_hand,
    person_first,
    past_visit,
    softly_upset,
)
LADDERS: Sequence[Sequence[Rung]] = (ALWAYS, AT_STEP, NOTHING_WAITS)


def why(name: str) -> str:
    """What the rung ``name`` of a turn's record looks for, and why it stands where it stands; empty for a stranger."""
    known = (told_apart, *(rung for rungs in LADDERS for rung in rungs))
    return next(((acted.__doc__ or "").strip() for acted in known if acted.__name__ == name), "")
