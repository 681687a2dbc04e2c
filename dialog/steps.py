"""Moving through a flow: entering states, showing them, filling what they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from dialog.conversation import Run
from dialog.flow import NEXT, Flow, Step, choose
from dialog.questions import Asking, Option, Options, ask
from dialog.reply import Asks
from dialog.typed_choice import REFUSED
from dialog.walk import Walk

MOST_HOPS = 24
"""States passed through in one turn: a flow that circles without asking is stopped and reported."""


NOTHING: Mapping[str, str] = MappingProxyType({})
STALE = "press_stale"
"""The route of a press that means nothing any more."""
MOST_SHOWN = 2
"""The same step is not shown a third time in a row to somebody whose messages do not answer it."""
MENU = "answers"
"""The flow that conversations begin with and come back to."""


class FlowCircles(RuntimeError):
    """A flow ran through more states than any real one without asking anything."""


def start(
    walk: Walk, key: str, known: Mapping[str, str] = NOTHING, fields: Mapping[str, str] = NOTHING
) -> Asking[None]:
    """Begin the published revision of flow ``key`` at its first state.

    ``known`` are values by kind (as in ``accept``) that need not be asked, besides those that the message names;
    ``fields`` are filled as they are.
    """
    rules = walk.context.rulebook
    flow = rules.flows[key, rules.heads[key]]
    stand(walk, key, flow.start)
    _choose_first(walk, flow.steps[flow.start])
    walk.slots.update(fields)
    prefill(walk, flow, {**known, **walk.detection.slots})
    yield from arrive(walk, flow)


def abandon(walk: Walk) -> Asking[None]:
    """The client leaves in the middle: what the flow does then is done."""
    flow = walk.flow
    if flow is not None and accepts(walk) is not None:
        for name in flow.leave:
            yield from flow.actions[name](walk)


def aside(walk: Walk, key: str) -> Asking[None]:
    """Say what the first state of flow ``key`` has its actions say, and stand again where we stood."""
    kept = walk.run
    if kept is not None:
        kept = replace(kept, slots=dict(walk.slots), trail=tuple(walk.trail))
    rules = walk.context.rulebook
    flow = rules.flows[key, rules.heads[key]]
    stand(walk, key, flow.start)
    for name in flow.steps[flow.start].do:
        yield from flow.actions[name](walk)
    walk.leave()
    if kept is not None:
        walk.enter(kept)


def menu(walk: Walk) -> Asking[None]:
    """Leave whatever runs for the menu."""
    walk.leave()
    yield from start(walk, MENU)


def resume(walk: Walk, kept: Run) -> Asking[bool]:
    """Stand where a suspended run stood and show it; False when its revision or its state is gone."""
    flow = walk.context.rulebook.flows.get((kept.flow, kept.revision))
    if flow is None or kept.state not in flow.steps:
        return False
    walk.enter(kept)
    walk.say("back_to_step")
    yield from show(walk)
    return True


def _choose_first(walk: Walk, step: Step) -> None:
    """What the client wants may be one of the first question's own buttons."""
    sure = walk.context.rulebook.settings.sure_intent
    said = {intent.name for intent in walk.detection.intents if intent.confidence >= sure}
    chosen = next((choice.value for choice in step.choices if said.intersection(choice.intents)), None)
    if step.slot and chosen is not None:
        walk.slots[step.slot] = chosen


def prefill(walk: Walk, flow: Flow, found: Mapping[str, str]) -> None:
    """Fill every empty field of the flow that ``found`` has a value for: only what is missing is asked."""
    if not found:
        return
    for step in flow.steps.values():
        if step.slot and not walk.slots.get(step.slot):
            value = next((found[kind] for kind in step.accept if kind in found), None)
            if value is not None:
                walk.slots[step.slot] = value
    hear(walk, flow)


def hear(walk: Walk, flow: Flow) -> str:
    """Keep what the message says of things that no state asks for. The state to walk on from; empty: nothing new."""
    state = ""
    for kind, onward in flow.hears.items():
        value = walk.detection.slots.get(kind)
        if value is not None and value != walk.slots.get(kind):
            walk.slots[kind] = value
            state = state or onward
    return state


def stand(walk: Walk, key: str, state: str) -> None:
    """A new run of flow ``key`` that already stands in ``state``, with nothing said."""
    rules = walk.context.rulebook
    walk.runs += 1
    if key != MENU:
        walk.dropped = None
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
            if _has_left(walk) or walk.begins is not None:
                break
        if walk.begins is not None:
            key, slots = walk.begins
            walk.begins = None
            yield from start(walk, key, fields=slots)
            return
        if _has_left(walk):
            return
        if step.end:
            say_all(walk, step)
            last = yield from options(walk, step)
            walk.flush(last)
            walk.leave()
            return
        onward = _onward(walk, flow, step) if _is_done(walk, step) else None
        if onward is None:
            yield from show(walk)
            return
        if step.leaves:
            say_all(walk, step)
        move_to(walk, onward)
    raise FlowCircles(flow.key)


def _has_left(walk: Walk) -> bool:
    """True when an action ended the run (a hand-over does)."""
    return walk.run is None


def _is_done(walk: Walk, step: Step) -> bool:
    if step.leaves:
        return True
    value = walk.slots.get(step.slot) if step.slot else None
    return bool(value) or (value is not None and step.optional)


def _onward(walk: Walk, flow: Flow, step: Step) -> str | None:
    """Where the field's value leads: its button's own way, else the state's."""
    value = walk.slots.get(step.slot, "") if step.slot else ""
    return (flow.move(step.name, choose(value), walk.slots) if value else None) or flow.move(
        step.name, NEXT, walk.slots
    )


def say_all(walk: Walk, step: Step, *, again: bool = False) -> None:
    """What the step says, in its shorter form when the client knows the long one."""
    for key in (again and step.say_again) or step.say:
        walk.say(key)


def move_to(walk: Walk, state: str) -> None:
    """Stand in ``state`` of the running flow."""
    run = walk.run
    if run is not None:
        walk.run = replace(run, state=state, page=0)


def show(walk: Walk) -> Asking[None]:
    """Show the current step with its buttons (again)."""
    flow = walk.flow
    if flow is None or walk.run is None:
        return
    step = flow.steps[walk.run.state]
    seen = step.name in walk.trail and walk.before.prompt_status not in REFUSED
    again = walk.before.state.greeted if step.rest else seen
    if not step.rest and step.name not in walk.trail:
        walk.trail.append(step.name)
    say_all(walk, step, again=again)
    buttons = yield from options(walk, step)
    asks = Asks.PHONE if "phone" in step.accept else Asks.NOTHING
    walk.flush(buttons, state=step.name, prompt=not step.rest, asks=asks)


def options(walk: Walk, step: Step) -> Asking[tuple[Option, ...]]:
    """The buttons of a step, those from live data first."""
    live: tuple[Option, ...] = ()
    if step.choices_from:
        live = yield from ask(Options(step.choices_from, walk.language, dict(walk.slots), walk.conversation))
        live = _page(walk, step, live)
    fixed = tuple(Option(c.value, walk.text(c.label, walk.slots)) for c in step.choices)
    skip = (Option("!skip", walk.text("choice_skip", {})),) if step.optional else ()
    return live + fixed + skip


def _page(walk: Walk, step: Step, live: tuple[Option, ...]) -> tuple[Option, ...]:
    """The page of live choices that is shown, and the way to the next; after the last one comes the first again."""
    if not step.page or len(live) <= step.page + 1 or walk.run is None:
        return live
    pages = -(-len(live) // step.page)
    first = walk.run.page % pages * step.page
    last = first + step.page >= len(live)
    label = walk.text("choice_first", {}) if last else walk.text("choice_more", {})
    return (*live[first : first + step.page], Option("!more", label))


def turn_page(walk: Walk) -> Asking[bool]:
    """Show the next page of the current step's choices; False when it has no pages."""
    step = accepts(walk)
    if step is None or not step.page or walk.run is None:
        return False
    walk.run = replace(walk.run, page=walk.run.page + 1)
    yield from show(walk)
    return True


def way_out(walk: Walk) -> tuple[Option, ...]:
    """Buttons for a client who stands nowhere: the menu and a person."""
    return Option("!menu", walk.text("choice_menu", {})), walk.person_option()


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


def skip(walk: Walk) -> Asking[bool]:
    """Leave an optional step without an answer; False when the step must be answered."""
    step, flow = accepts(walk), walk.flow
    if step is None or flow is None or not step.optional:
        return False
    yield from fill(walk, "")
    return True


def correct(walk: Walk, state: str, value: str) -> Asking[bool]:
    """Change the field that ``state`` of this run asked for, keep the rest, and walk on to where we stood.

    False when there is nothing to correct there: the step has no field, or the run is past its questions.
    """
    flow = walk.flow
    if flow is None or walk.run is None:
        return False
    step, now = flow.steps.get(state), flow.steps[walk.run.state]
    if step is None or step.rest != now.rest or not (step.slot or step.rest):
        return False
    if not step.rest and walk.slots.get(step.slot) != value:
        walk.say("corrected")
    move_to(walk, state)
    yield from fill(walk, value)
    return True


def stale(walk: Walk) -> Asking[None]:
    """A button that means nothing any more: say so and show the current step, but not for ever."""
    walk.say("button_stale")
    if walk.repeats(STALE) >= MOST_SHOWN or walk.run is None:
        walk.flush(way_out(walk))
    else:
        yield from show(walk)


def accepts(walk: Walk) -> Step | None:
    """The step that waits for an answer now, if one does and the client has seen it."""
    flow = walk.flow
    if flow is None or walk.run is None:
        return None
    step = flow.steps.get(walk.run.state)
    return step if step is not None and not step.rest and not step.end else None
