"""Nobody came, or whoever came is silent: call again, call higher, take the conversation back to the queue."""

from __future__ import annotations

from dialog.conversation import OwnerKind
from dialog.effects import Escalate, HandOver, Note, SetTimer
from dialog.message import InboundMessage
from dialog.questions import Asking, Promise, ask
from dialog.reply import Author
from dialog.walk import ANSWER_TIMER, Walk

LEADERS = 2
"""The level from which the leaders are called, not the desk alone."""
ANY_PERSON = "human"
"""The class of a conversation that was taken without a hand-over."""


def client_waits(walk: Walk) -> Asking[str]:
    """The client writes to whoever took the conversation: an answer is due, counted from the first such line."""
    due = yield from walk.working_time(walk.context.rulebook.settings.silence_minutes)
    walk.effects.append(SetTimer(kind=ANSWER_TIMER, due_at=due, data={"level": "0"}, keep=True))
    return "human"


def no_answer(walk: Walk, message: InboundMessage) -> Asking[str]:
    """The time for an answer is over and there is none: an answer would have taken the timer away."""
    if walk.owner is OwnerKind.WAITING:
        return (yield from _nobody_came(walk, int(message.data.get("level", "0")) + 1))
    if message.data.get("reminded") == str(walk.owner_id):
        return (yield from _back_to_queue(walk, "silent"))
    # Whoever it is may have come a moment ago: first a word to him, and time to act on it.
    walk.effects.append(Note(kind="reminded", body={"user": str(walk.owner_id)}))
    due = yield from walk.working_time(walk.context.rulebook.settings.silence_return_minutes)
    walk.effects.append(SetTimer(kind=ANSWER_TIMER, due_at=due, data={"level": "0", "reminded": str(walk.owner_id)}))
    return "manager_reminded"


def _nobody_came(walk: Walk, level: int) -> Asking[str]:
    policy = walk.policies.labelled(walk.waiting_for or ANY_PERSON)
    walk.effects.append(Escalate(level=level))
    if level >= LEADERS:
        walk.effects.append(Note(kind="escalated", body={"label": policy.label}))
    if policy.tells_client:
        walk.say("escalated_leader" if level >= LEADERS else "escalated_desk")
        walk.flush(author=Author.SYSTEM)
    steps = policy.escalate_minutes
    if level < len(steps):
        due = yield from walk.working_time(steps[level] - steps[level - 1])
        walk.effects.append(SetTimer(kind=ANSWER_TIMER, due_at=due, data={"level": str(level)}))
    return f"escalated_{level}"


def holder_left(walk: Walk, message: InboundMessage) -> Asking[str]:
    """Whoever has the conversation may not come in any more: nobody waits for his answer."""
    if walk.owner is OwnerKind.HUMAN and message.data.get("user") == str(walk.owner_id):
        return (yield from _back_to_queue(walk, "left"))
    return "holder_changed"


def _back_to_queue(walk: Walk, reason: str) -> Asking[str]:
    """Taken and left: whoever else is there may take it, and the client hears of it."""
    label = walk.waiting_for or ANY_PERSON
    promise = yield from ask(Promise(walk.language))
    walk.say("back_to_queue")
    walk.say(f"promise_{promise.kind}", when=promise.when, minutes=promise.minutes)
    walk.flush(author=Author.SYSTEM)
    urgency = walk.policies.labelled(label).urgency
    walk.effects.append(HandOver(reason=reason, label=label, priority=urgency, promised_at=promise.due))
    walk.effects.append(Note(kind=reason, body={"label": label, "user": str(walk.owner_id)}))
    yield from walk.watch(promise, label)
    walk.pass_to(OwnerKind.WAITING)
    walk.waiting_for = label
    return "back_to_queue"
