"""A person is promised: the bot starts nothing and sells nothing, but stays polite and obeys."""

from __future__ import annotations

from dialog import steps
from dialog.book_questions import VisitsOf
from dialog.commands import withdraw
from dialog.conversation import Prompt
from dialog.detection import GateKind, Reason
from dialog.effects import HandOver, SetTimer
from dialog.flow_for import flow_serving
from dialog.ladder import Typed, climb
from dialog.message import InboundMessage, Kind
from dialog.presses import ANSWER, COMMAND, FLOW, give_answer, press, resolve, take
from dialog.questions import Asking, Option, Promise, ask
from dialog.reply import Author
from dialog.rungs_at_step import choice_in_words, named_value
from dialog.rungs_late import late_open
from dialog.sureness import sure_answer, sure_intent
from dialog.typed_choice import typed_choice
from dialog.walk import ANSWER_TIMER, WITHDRAW, Walk
from dialog.who_first import person_insisted

MOST_REMINDERS = 2
LEAVE = "!cancel"
LOOKED_AT, CHANGES = "my_booking", ("cancel", "reschedule")
"""What a client may have done with her visits all the same: whoever waits until the morning is not locked out."""
REFUSALS = frozenset({"deny", "cancel"})
UPSET = frozenset({"upset", "claim", "urgent"})
"""Who waits for one of these is not served by a robot meanwhile."""


def while_waiting(walk: Walk, message: InboundMessage) -> Asking[str]:
    """What a client writes while waiting for a person."""
    if message.kind is Kind.PRESS:
        return (yield from _pressed(walk, message.token))
    if message.kind is not Kind.TEXT:
        return "waiting_quiet"
    detection = walk.detection
    walk.heard = message.text
    raised = yield from _raised(walk)
    if raised:
        person_insisted(walk)
        return raised
    if detection.command == "cancel" and steps.accepts(walk) is not None:
        return (yield from _leave_visits(walk))
    if detection.gate is not None or detection.command is not None:
        if detection.gate is not None or detection.command == "human":
            person_insisted(walk)
        return (yield from _remind(walk))
    chosen = typed_choice(walk, message.text)
    if chosen is not None:
        return (yield from _chosen(walk, *chosen))
    wants = sure_intent(detection, walk.context.rulebook.settings)
    served = yield from _visits_meanwhile(walk, message.text, wants.name if wants else "")
    if served:
        return served
    if (yield from climb(Typed(walk=walk, text=message.text), (late_open,))):
        return "waiting_late"
    if wants is not None and wants.name in REFUSALS:
        # Said in words what the button says: too weak to send a person away, too plain for silence.
        return (yield from _remind(walk))
    answer = yield from _answer_meanwhile(walk)
    if answer is None:
        return "waiting_quiet"
    yield from give_answer(walk, answer)
    return "waiting_answer"


def _answer_meanwhile(walk: Walk) -> Asking[str | None]:
    """Who is not upset may still be told facts, at once, while the front desk is asleep; but must have asked surely."""
    if walk.waiting_for in UPSET:
        return None
    return (yield from sure_answer(walk))


def _visits_meanwhile(walk: Walk, text: str, wants: str) -> Asking[str]:
    """Her visits told, or a visit moved or cancelled by its flow; or an answer to what that flow asks."""
    step = steps.accepts(walk)
    if step is not None and (yield from climb(Typed(walk=walk, text=text, step=step), (choice_in_words, named_value))):
        return "waiting_visits"
    key = flow_serving(walk, wants) if wants in (LOOKED_AT, *CHANGES) else None
    if key is None or (wants in CHANGES and not (yield from ask(VisitsOf(walk.conversation)))):
        return ""
    if wants == LOOKED_AT:
        yield from steps.aside(walk, key)
        walk.flush(_way_back(walk))
    else:
        yield from steps.start(walk, key)
    return "waiting_visits"


def _is_served(walk: Walk, prompt: Prompt, value: str) -> bool:
    """Whether a button moves or cancels a visit, or belongs to the flow that does."""
    if value[:1] == FLOW:
        return value[1:] in {flow_serving(walk, wish) for wish in CHANGES}
    if value[:1] in (COMMAND, ANSWER):
        return False
    return _asked_by_run(walk, prompt)


def _asked_by_run(walk: Walk, prompt: Prompt) -> bool:
    return walk.run is not None and prompt.run == walk.run.number and steps.accepts(walk) is not None


def _chosen(walk: Walk, prompt: Prompt, value: str) -> Asking[str]:
    """A button named by its label."""
    if _is_served(walk, prompt, value):
        return (yield from take(walk, prompt, value))
    if value == LEAVE and _asked_by_run(walk, prompt):
        return (yield from _leave_visits(walk))
    return (yield from withdraw(walk))


def _leave_visits(walk: Walk) -> Asking[str]:
    """The visits stay as they are; a person is promised as before."""
    yield from steps.abandon(walk)
    walk.leave()
    walk.say("cancelled")
    walk.flush(_way_back(walk))
    return "waiting_visits_left"


def _pressed(walk: Walk, token: str) -> Asking[str]:
    found = resolve(walk, token)
    if found is not None and _is_served(walk, *found):
        return (yield from press(walk, token))
    if found is not None and found[1] == LEAVE and _asked_by_run(walk, found[0]):
        return (yield from _leave_visits(walk))
    if found is not None and found[1] == WITHDRAW:
        return (yield from withdraw(walk))
    if found is not None and found[1][:1] == ANSWER and walk.waiting_for not in UPSET:
        yield from give_answer(walk, found[1][1:])
        return "waiting_answer"
    return (yield from _remind(walk))


def _raised(walk: Walk) -> Asking[str]:
    """A threat, an injury or a worse mood moves the conversation up the queue. The route, or nothing."""
    gate, mood = walk.detection.gate, walk.detection.mood
    triggers: tuple[Reason, ...]
    if gate is not None and gate.kind is not GateKind.HUMAN:
        label = walk.policies.for_gate(gate.kind).label
        triggers = (Reason(rule=f"gate:{gate.kind}", words=gate.words, weight=1.0),)
    elif mood.score >= walk.context.rulebook.settings.hand_over_mood:
        label = walk.policies.for_mood(mood.label).label
        triggers = mood.evidence
    else:
        return ""
    if walk.policies.is_more_urgent(label, walk.waiting_for):
        policy = walk.policies.labelled(label)
        walk.effects.append(HandOver(reason="gate", label=label, priority=policy.urgency, triggers=triggers))
        due = yield from walk.working_time(policy.escalate_minutes[0])
        walk.effects.append(SetTimer(kind=ANSWER_TIMER, due_at=due, data={"level": "0"}))
        walk.waiting_for = label
        if label == "urgent":
            walk.say("handover_urgent")
            walk.flush(author=Author.SYSTEM)
    return f"waiting_{label}"


def _way_back(walk: Walk) -> tuple[Option, ...]:
    """For whoever no longer needs a person."""
    return (Option(WITHDRAW, walk.text("choice_withdraw", {})),)


def _remind(walk: Walk) -> Asking[str]:
    """Say again who answers and when, with a way out for whoever no longer needs a person; but do not nag."""
    if walk.repeats("waiting_reminded") < MOST_REMINDERS:
        promise = yield from ask(Promise(walk.language))
        walk.say("still_waiting")
        walk.say(f"promise_{promise.kind}", when=promise.when, minutes=promise.minutes)
        walk.flush(_way_back(walk), author=Author.SYSTEM)
    return "waiting_reminded"
