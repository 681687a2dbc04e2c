"""A person is promised: the bot starts nothing and sells nothing, but stays polite and obeys."""

from __future__ import annotations

from dialog.commands import LABELS, obey
from dialog.detection import GateKind, Reason
from dialog.effects import HandOver
from dialog.message import InboundMessage, Kind
from dialog.presses import resolve
from dialog.questions import Asking, Option, Promise, ask
from dialog.reply import Author
from dialog.walk import WITHDRAW, Walk


def while_waiting(walk: Walk, message: InboundMessage) -> Asking[str]:
    """What a client writes while waiting for a person."""
    if message.kind is Kind.PRESS:
        found = resolve(walk, message.token)
        if found is not None and found[1] == WITHDRAW:
            return (yield from obey(walk, "withdraw"))
        return (yield from _remind(walk, "waiting_press"))
    if message.kind is not Kind.TEXT:
        return "waiting_quiet"
    detection = walk.detection
    if detection.gate is not None and detection.gate.kind is not GateKind.HUMAN:
        _raise_priority(walk)
        return f"waiting_gate_{detection.gate.kind}"
    if detection.command is not None or detection.gate is not None:
        return (yield from _remind(walk, f"waiting_{detection.command or 'human'}"))
    return "waiting_quiet"


def _raise_priority(walk: Walk) -> None:
    """A threat or an injury while waiting moves the conversation up the queue; nothing more is said."""
    gate = walk.detection.gate
    if gate is not None:
        label, priority = LABELS[gate.kind]
        triggers = (Reason(rule=f"gate:{gate.kind}", words=gate.words, weight=1.0),)
        walk.effects.append(HandOver(reason="gate", label=label, priority=priority, triggers=triggers))


def _remind(walk: Walk, route: str) -> Asking[str]:
    """Say again who answers and when, with a way out for whoever no longer needs a person."""
    promise = yield from ask(Promise(walk.language))
    walk.say("still_waiting")
    walk.say(f"promise_{promise.kind}", when=promise.when, minutes=promise.minutes)
    walk.flush((Option(WITHDRAW, walk.text("choice_withdraw", {})),), author=Author.SYSTEM)
    return route
