"""Moving through a flow: entering states, showing them, filling what they ask for."""

from __future__ import annotations

from dataclasses import replace

from dialog.conversation import Run
from dialog.flow import NEXT, Flow, Step, choose
from dialog.questions import Asking, Option, Options, ask
from dialog.walk import Walk

MOST_HOPS = 24
"""States passed through in one turn: a flow that circles without asking is stopped and reported."""


class FlowCircles(RuntimeError):
    """A flow ran through more states than any real one without asking anything."""


def start(walk: Walk, key: str) -> Asking[None]:
    """Begin the published revision of flow ``key`` at its first state."""
    rules = walk.context.rulebook
    flow = rules.flows[key, rules.heads[key]]
    stand(walk, key, flow.start)
    yield from arrive(walk, flow)


def stand(walk: Walk, key: str, state: str) -> None:
    """A new run of flow ``key`` that already stands in ``state``, with nothing said."""
    rules = walk.context.rulebook
    walk.runs += 1
    walk.enter(Run(number=walk.runs, flow=key, revision=rules.heads[key], state=state))


def arrive(walk: Walk, flow: Flow) -> Asking[None]:
    """Do what the current state does, then pass through it or show it."""
    for _ in range(MOST_HOPS):
        if walk.run is None:
            return
        step = flow.steps[walk.run.state]
        walk.path.append(f"{flow.key}:{step.name}")
        for name in step.do:
            yield from flow.actions[name](walk)
        if _has_left(walk):
            return
        if step.end:
            _say_all(walk, step)
            last = yield from options(walk, step)
            walk.flush(last)
            walk.leave()
            return
        onward = flow.move(step.name, NEXT, walk.slots) if _is_done(walk, step) else None
        if onward is None:
            yield from show(walk)
            return
        if step.leaves:
            _say_all(walk, step)
        move_to(walk, onward)
    raise FlowCircles(flow.key)


def _has_left(walk: Walk) -> bool:
    """True when an action ended the run (a hand-over does)."""
    return walk.run is None


def _is_done(walk: Walk, step: Step) -> bool:
    return step.leaves or bool(step.slot and walk.slots.get(step.slot))


def _say_all(walk: Walk, step: Step) -> None:
    for key in step.say:
        walk.say(key)


def move_to(walk: Walk, state: str) -> None:
    """Stand in ``state`` of the running flow."""
    run = walk.run
    if run is not None:
        walk.run = replace(run, state=state)


def show(walk: Walk) -> Asking[None]:
    """Show the current step with its buttons (again)."""
    flow = walk.flow
    if flow is None or walk.run is None:
        return
    step = flow.steps[walk.run.state]
    if not step.rest and step.name not in walk.trail:
        walk.trail.append(step.name)
    _say_all(walk, step)
    buttons = yield from options(walk, step)
    walk.flush(buttons, state=step.name, prompt=not step.rest)


def options(walk: Walk, step: Step) -> Asking[tuple[Option, ...]]:
    """The buttons of a step, those from live data first."""
    live: tuple[Option, ...] = ()
    if step.choices_from:
        live = yield from ask(Options(step.choices_from, walk.language))
    return live + tuple(Option(c.value, walk.text(c.label, walk.slots)) for c in step.choices)


def fill(walk: Walk, value: str) -> Asking[None]:
    """Take ``value`` as the answer to the current step and go on."""
    flow = walk.flow
    if flow is None or walk.run is None:
        return
    step = flow.steps[walk.run.state]
    walk.misses = 0
    if step.slot:
        walk.slots[step.slot] = value
    onward = flow.move(step.name, choose(value), walk.slots) or flow.move(step.name, NEXT, walk.slots)
    if onward is None:
        yield from show(walk)
        return
    move_to(walk, onward)
    yield from arrive(walk, flow)


def correct(walk: Walk, state: str, value: str) -> Asking[None]:
    """An older button of the same run: change that field, keep the rest, show where we stand."""
    flow = walk.flow
    if flow is None or walk.run is None:
        return
    step = flow.steps[state]
    if not step.slot:
        yield from stale(walk)
        return
    walk.slots[step.slot] = value
    walk.say("corrected")
    yield from show(walk)


def stale(walk: Walk) -> Asking[None]:
    """A button that means nothing any more: say so and show the current step."""
    walk.say("button_stale")
    if walk.run is None:
        walk.flush()
    else:
        yield from show(walk)


def accepts(walk: Walk) -> Step | None:
    """The step that waits for an answer now, if one does and the client has seen it."""
    flow = walk.flow
    if flow is None or walk.run is None:
        return None
    step = flow.steps.get(walk.run.state)
    return step if step is not None and not step.rest and not step.end else None
