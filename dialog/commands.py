"""Commands that work in every state of every flow, by one table of situations."""

from __future__ import annotations

from dialog import steps
from dialog.conversation import OwnerKind
from dialog.detection import Gate, GateKind, Reason
from dialog.questions import Asking
from dialog.walk import Walk

LABELS = {
    GateKind.HUMAN: ("human", 3),
    GateKind.REFUND: ("claim", 1),
    GateKind.LEGAL: ("claim", 1),
    GateKind.INJURY: ("urgent", 1),
    GateKind.ABUSE: ("upset", 2),
}
"""Class and priority in the queue by the gate that fired."""


def obey(walk: Walk, command: str) -> Asking[str]:
    """Carry out ``command`` (``menu | human | cancel | back | restart | other | withdraw``)."""
    if command == "human":
        yield from walk.hand_over(reason="asked", label="human", priority=3)
        return "command_human"
    if command == "restart" and steps.accepts(walk) is not None and walk.run is not None:
        yield from steps.start(walk, walk.run.flow)
        return "command_restart"
    if command == "cancel":
        return (yield from _cancel(walk))
    if command == "back":
        return (yield from _back(walk))
    if command == "other":
        walk.say("ask_other")
        walk.flush()
        return "command_other"
    if command == "withdraw" and walk.owner is OwnerKind.WAITING:
        walk.take_back("withdrawn")
        walk.say("withdrawn")
    walk.leave()
    walk.suspended = None
    walk.greeted = True
    yield from steps.start(walk, "answers")
    return f"command_{command}"


def _cancel(walk: Walk) -> Asking[str]:
    if steps.accepts(walk) is None:
        walk.say("nothing_to_cancel")
        walk.leave()
        yield from steps.start(walk, "answers")
        return "command_cancel_idle"
    walk.say("cancelled")
    walk.leave()
    yield from steps.start(walk, "answers")
    return "command_cancel"


def _back(walk: Walk) -> Asking[str]:
    """One step back: the last asked state before this one, its field asked again."""
    run, flow = walk.run, walk.flow
    if run is None or flow is None or steps.accepts(walk) is None:
        walk.leave()
        yield from steps.start(walk, "answers")
        return "command_back_idle"
    if run.state in walk.trail:
        del walk.trail[walk.trail.index(run.state) :]
    if not walk.trail:
        walk.leave()
        yield from steps.start(walk, "answers")
        return "command_back_out"
    previous = walk.trail[-1]
    slot = flow.steps[previous].slot
    walk.slots.pop(slot, None)
    steps.move_to(walk, previous)
    yield from steps.show(walk)
    return "command_back"


def gate(walk: Walk, fired: Gate) -> Asking[str]:
    """The hard gate: a live person at once, with the words that fired."""
    label, priority = LABELS[fired.kind]
    reason = "asked" if fired.kind is GateKind.HUMAN else "gate"
    triggers = (Reason(rule=f"gate:{fired.kind}", words=fired.words, weight=1.0),)
    yield from walk.hand_over(reason=reason, label=label, priority=priority, triggers=triggers)
    return f"gate_{fired.kind}"
