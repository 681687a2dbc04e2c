"""Button presses: resolved by the prompts that the conversation remembers, and by nothing else."""

from __future__ import annotations

from datetime import timedelta

from dialog import steps
from dialog.commands import obey
from dialog.conversation import Prompt
from dialog.instants import from_text, to_text
from dialog.questions import AnswerText, Asking, Option, ask
from dialog.tokens import find
from dialog.walk import Walk

COMMAND, ANSWER, FLOW = "!", "?", ">"
DOUBLE_TAP = timedelta(seconds=3)


def person_options(walk: Walk) -> tuple[Option, ...]:
    """The one button that is always offered with a failure: a live person."""
    return (Option("!human", walk.text("choice_human", {})),)


def resolve(walk: Walk, pressed: str) -> tuple[Prompt, str] | None:
    """The prompt and the value behind a token, newest prompt first."""
    for prompt in reversed(walk.prompts):
        index = find(pressed, prompt.seed, len(prompt.values))
        if index is not None:
            return prompt, prompt.values[index]
    return None


def press(walk: Walk, pressed: str) -> Asking[str]:
    """Do what the button says, or say that it is out of date."""
    found = resolve(walk, pressed)
    if found is None:
        yield from steps.stale(walk)
        return "press_unknown"
    if _is_double(walk, pressed):
        return "press_double"
    walk.last_press = f"{pressed} {to_text(walk.now)}"
    prompt, value = found
    return (yield from take(walk, prompt, value))


def _is_double(walk: Walk, pressed: str) -> bool:
    last, _, at = walk.last_press.partition(" ")
    return bool(last == pressed and at and walk.now - from_text(at) < DOUBLE_TAP)


def take(walk: Walk, prompt: Prompt, value: str) -> Asking[str]:
    """A value chosen by button, by its number or by its label."""
    mark, rest = value[:1], value[1:]
    if mark == COMMAND:
        return (yield from obey(walk, rest))
    if mark == ANSWER:
        return (yield from give_answer(walk, rest))
    if mark == FLOW:
        return (yield from _start(walk, rest, prompt))
    return (yield from _into_run(walk, prompt, value))


def _start(walk: Walk, key: str, prompt: Prompt) -> Asking[str]:
    step = steps.accepts(walk)
    if step is not None and (walk.run is None or prompt.run != walk.run.number):
        yield from steps.stale(walk)
        return "press_stale"
    yield from steps.start(walk, key)
    return "press_starts"


def _into_run(walk: Walk, prompt: Prompt, value: str) -> Asking[str]:
    run = walk.run
    if run is None or run.number != prompt.run:
        if steps.accepts(walk) is None and prompt.state:
            return (yield from _resume_rest(walk, prompt, value))
        yield from steps.stale(walk)
        return "press_stale"
    if run.state != prompt.state:
        yield from steps.correct(walk, prompt.state, value)
        return "press_corrects"
    yield from steps.fill(walk, value)
    return "press"


def _resume_rest(walk: Walk, prompt: Prompt, value: str) -> Asking[str]:
    """A button of a finished run: only a resting step (a menu) still means the same."""
    rules = walk.context.rulebook
    flow = rules.flows.get((prompt.flow, rules.heads.get(prompt.flow, 0)))
    step = flow.steps.get(prompt.state) if flow else None
    if step is None or not step.rest:
        yield from steps.stale(walk)
        return "press_stale"
    steps.stand(walk, prompt.flow, prompt.state)
    yield from steps.fill(walk, value)
    return "press_rest"


def give_answer(walk: Walk, key: str) -> Asking[str]:
    """Say the salon's answer ``key``; with a step pending, show the step again exactly once."""
    given = yield from ask(AnswerText(key, walk.language))
    if given is None:
        walk.say("answer_gone")
        walk.flush(person_options(walk))
        return "answer_gone"
    walk.misses = 0
    walk.say_text(given.text)
    walk.keys.append(f"answer.{key}")
    walk.path.append(f"answer:{key}")
    if steps.accepts(walk) is not None:
        walk.flush()
        yield from steps.show(walk)
        return "digression"
    walk.flush(given.options)
    return "answer"
