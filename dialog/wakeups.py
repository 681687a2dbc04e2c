"""What wakes a conversation without a client's word: timers and refused prompts. Everything is checked anew."""

from __future__ import annotations

from dialog import overdue, steps
from dialog.conversation import OwnerKind
from dialog.effects import SetTimer
from dialog.message import InboundMessage
from dialog.questions import Asking, Promise, ask
from dialog.reply import Author
from dialog.surveys import is_survey, wake
from dialog.typed_choice import REFUSED
from dialog.walk import ANSWER_TIMER, PROMISE_TIMER, Walk
from dialog.who_first import NET_TIMER, step_in

MOST_APOLOGIES = 2
FALLBACK = "fallback"
"""The kind of wake-up after a message that could not be handled at all."""
HOLDER_LEFT = "holder_left"
"""The kind of wake-up after the person who leads the conversation was shut out."""
VISIT_TOLD = "visit_told"
"""The kind of wake-up after the salon's people have changed a booking of this client."""


def timer(walk: Walk, message: InboundMessage) -> Asking[str]:
    """A timer has fired."""
    kind = message.data.get("timer", "")
    if kind == FALLBACK and walk.owner is OwnerKind.BOT:
        walk.say("internal_error")
        walk.flush((walk.person_option(),), author=Author.SYSTEM)
        return "fallback"
    if kind == ANSWER_TIMER and walk.owner is not OwnerKind.BOT:
        return (yield from overdue.no_answer(walk, message))
    if kind == HOLDER_LEFT:
        return (yield from overdue.holder_left(walk, message))
    if kind == PROMISE_TIMER and walk.owner is OwnerKind.WAITING:
        return (yield from _promise_missed(walk, int(message.data.get("repeat", "0"))))
    if kind == VISIT_TOLD and walk.owner is not OwnerKind.HUMAN:
        # The salon's own word about a booking: whoever leads the conversation tells it himself.
        told = message.data["what"]
        walk.say(f"visit_{told}", visit=message.data["words"])
        walk.flush(author=Author.SYSTEM)
        return "visit_told"
    if is_survey(kind):
        return (yield from wake(walk, kind, message))
    if kind == NET_TIMER:
        return (yield from step_in(walk, message))
    return f"timer_{kind}_void"


def _promise_missed(walk: Walk, repeat: int) -> Asking[str]:
    """Nobody answered in time: the salon writes first, and promises again only as often as it is believed."""
    if repeat >= MOST_APOLOGIES:
        return "promise_given_up"
    promise = yield from ask(Promise(walk.language))
    walk.say("promise_missed")
    walk.say(f"promise_{promise.kind}", when=promise.when, minutes=promise.minutes)
    walk.flush(author=Author.SYSTEM)
    if promise.due is not None:
        walk.effects.append(SetTimer(kind=PROMISE_TIMER, due_at=promise.due, data={"repeat": str(repeat + 1)}))
    return "promise_missed"


def prompt_refused(walk: Walk) -> Asking[str]:
    """The prompt never reached the client: show it again, once."""
    lost = walk.before.prompt_status in REFUSED and walk.before.state.last_route != "prompt_again"
    if lost and walk.owner is OwnerKind.BOT and steps.accepts(walk) is not None:
        yield from steps.show(walk)
        return "prompt_again"
    return "prompt_refused_void"
