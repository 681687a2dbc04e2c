"""Commands that work in every state of every flow, by one table of situations."""

from __future__ import annotations

from dialog import going_on, smiley, steps
from dialog.conversation import OwnerKind
from dialog.detection import Gate, GateKind, Reason
from dialog.flow_for import flow_serving
from dialog.questions import Asking
from dialog.walk import Walk


def obey(walk: Walk, command: str) -> Asking[str]:
    """Carry out ``command`` (see ``COMMANDS`` of flow_sense)."""
    if command == "human":
        yield from walk.hand_over(reason="asked", label="human")
        return "command_human"
    if command in smiley.MARKS:
        return (yield from smiley.taken(walk, command))
    if command.startswith((going_on.YES, going_on.NO)):
        return (yield from going_on.answered(walk, command))
    if command == "withdraw":
        return (yield from withdraw(walk))
    if command == "cancel":
        return (yield from _cancel(walk))
    if command == "back":
        return (yield from _back(walk))
    if command == "skip":
        return (yield from _skip(walk))
    if command == "more":
        return (yield from _more(walk))
    if command == "other":
        walk.say("ask_other")
        walk.flush()
        return "command_other"
    walk.suspended = None
    yield from steps.abandon(walk)
    if command == "restart" and steps.accepts(walk) is not None and walk.run is not None:
        yield from steps.start(walk, walk.run.flow)
    else:
        yield from steps.menu(walk)
    return f"command_{command}"


def withdraw(walk: Walk) -> Asking[str]:
    """The client no longer needs a person: the bot goes on where it was."""
    if walk.owner is not OwnerKind.WAITING:
        yield from steps.stale(walk)
        return steps.STALE
    walk.say("withdrawn_lead" if walk.waiting_for == "lead" else "withdrawn")
    walk.take_back("withdrawn")
    kept, walk.suspended = walk.suspended, None
    if kept is None or not (yield from steps.resume(walk, kept)):
        yield from steps.menu(walk)
    return "command_withdraw"


def _cancel(walk: Walk) -> Asking[str]:
    asked = steps.accepts(walk) is not None
    if asked and walk.run is not None:
        yield from steps.abandon(walk)
        walk.may_return(walk.run.flow, walk.slots)
    flow = None if asked else flow_serving(walk, "cancel")
    if flow is not None:
        yield from steps.start(walk, flow)
        return "command_cancel_idle"
    walk.say("cancelled" if asked else "nothing_to_cancel")
    yield from steps.menu(walk)
    return "command_cancel" if asked else "command_cancel_idle"


def _more(walk: Walk) -> Asking[str]:
    if (yield from steps.turn_page(walk)):
        return "command_more"
    yield from steps.stale(walk)
    return steps.STALE


def _skip(walk: Walk) -> Asking[str]:
    """Go on without an answer where that is allowed; else say that it is not."""
    if (yield from steps.skip(walk)):
        return "command_skip"
    walk.say("cannot_skip" if steps.accepts(walk) is not None else "nothing_to_skip")
    if steps.accepts(walk) is None:
        walk.flush(steps.way_out(walk))
    else:
        walk.offer_person = True
        yield from steps.show(walk)
    return "command_skip_refused"


def _back(walk: Walk) -> Asking[str]:
    """One step back: the last asked state before this one, its field asked again."""
    run, flow = walk.run, walk.flow
    if run is None or flow is None or steps.accepts(walk) is None:
        yield from steps.menu(walk)
        return "command_back_idle"
    if run.state in walk.trail:
        del walk.trail[walk.trail.index(run.state) :]
    if not walk.trail:
        yield from steps.menu(walk)
        return "command_back_out"
    previous = walk.trail[-1]
    slot = flow.steps[previous].slot
    walk.slots.pop(slot, None)
    steps.move_to(walk, previous)
    yield from steps.show(walk)
    return "command_back"


def gate(walk: Walk, fired: Gate) -> Asking[str]:
    """The hard gate: a live person at once, with the words that fired."""
    label = walk.policies.for_gate(fired.kind).label
    reason = "asked" if fired.kind is GateKind.HUMAN else "gate"
    triggers = (Reason(rule=f"gate:{fired.kind}", words=fired.words, weight=1.0),)
    yield from walk.hand_over(reason=reason, label=label, triggers=triggers)
    return f"gate_{fired.kind}"
