"""Button presses: resolved by the prompts that the conversation remembers, and by nothing else."""

from __future__ import annotations

from datetime import timedelta

from dialog import steps
from dialog.commands import obey
from dialog.conversation import OwnerKind, Prompt
from dialog.effects import Note, Send
from dialog.instants import from_text, to_text
from dialog.questions import AnswerGiven, AnswerText, Asking, Option, ask
from dialog.reply import Choice, Reply
from dialog.subjects import HOURS, at_branch, of_answer, of_day, of_service
from dialog.tokens import MORE, find, token
from dialog.walk import Walk

COMMAND, ANSWER, FLOW = "!", "?", ">"
DOUBLE_TAP = timedelta(seconds=3)
MOST_FOLLOW_UPS = 3


def resolve(walk: Walk, pressed: str) -> tuple[Prompt, str] | None:
    """The prompt and the value behind a token (also one that shows more choices), newest prompt first."""
    pressed = pressed.removeprefix(MORE)
    for prompt in reversed(walk.prompts):
        index = find(pressed, prompt.seed, len(prompt.values))
        if index is not None:
            return prompt, prompt.values[index]
    return None


def press(walk: Walk, pressed: str) -> Asking[str]:
    """Do what the button says, or say that it is out of date."""
    walk.greeted = True
    found = resolve(walk, pressed)
    if found is None:
        return (yield from _stale(walk))
    if _is_double(walk, pressed):
        return "press_double"
    walk.last_press = f"{pressed} {to_text(walk.now)}"
    prompt, value = found
    if pressed[:1] == MORE:
        return _show_more(walk, prompt, value)
    return (yield from take(walk, prompt, value))


def _show_more(walk: Walk, prompt: Prompt, first: str) -> str:
    """The choices from ``first`` on, with the tokens they have had: a messenger shows only so many at once."""
    start = prompt.values.index(first)
    rest = tuple(
        Choice(label=label, token=token(prompt.seed, index)) for index, label in enumerate(prompt.labels[start:], start)
    )
    walk.effects.append(Send(reply=Reply(text=walk.text("more_choices", {}), choices=rest, key="more_choices")))
    return "press_more"


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


def _stale(walk: Walk) -> Asking[str]:
    yield from steps.stale(walk)
    return steps.STALE


def _start(walk: Walk, key: str, prompt: Prompt) -> Asking[str]:
    step = steps.accepts(walk)
    busy = step is not None and (walk.run is None or prompt.run != walk.run.number)
    if busy or key not in walk.context.rulebook.heads:
        return (yield from _stale(walk))
    # A button under what was said of a service is about that service; a button of a menu is not.
    subject = "" if prompt.state else walk.spoken_of()
    yield from steps.start(walk, key, {"service": subject} if subject else {})
    return "press_starts"


def _into_run(walk: Walk, prompt: Prompt, value: str) -> Asking[str]:
    run = walk.run
    if run is None or run.number != prompt.run:
        return (yield from _resume_rest(walk, prompt, value))
    if run.state == prompt.state:
        yield from steps.fill(walk, value)
        return "press"
    if (yield from steps.correct(walk, prompt.state, value)):
        return "press_corrects"
    return (yield from _stale(walk))


def _resume_rest(walk: Walk, prompt: Prompt, value: str) -> Asking[str]:
    """A button of a finished run: only a resting step (a menu) still means the same, and only when nothing is asked."""
    rules = walk.context.rulebook
    flow = rules.flows.get((prompt.flow, rules.heads.get(prompt.flow, 0)))
    step = flow.steps.get(prompt.state) if flow else None
    if step is None or not step.rest or steps.accepts(walk) is not None:
        return (yield from _stale(walk))
    steps.stand(walk, prompt.flow, prompt.state)
    yield from steps.fill(walk, value)
    return "press_rest"


def _follow_ups(walk: Walk, given: AnswerGiven) -> tuple[Option, ...]:
    """Where an answer leads next; while a person is promised, to other answers only."""
    if walk.owner is OwnerKind.BOT:
        return given.options
    return tuple(option for option in given.options if option.value[:1] == ANSWER)


def give_answer(walk: Walk, *keys: str) -> Asking[str]:
    """Say the salon's answers ``keys`` in one message; with a step pending, show the step again exactly once."""
    waits = steps.accepts(walk) is not None
    known: dict[str, Option] = {}
    gone = False
    for key in keys:
        given = yield from say_answer(walk, key)
        gone = gone or given is None
        known.update((option.label, option) for option in (_follow_ups(walk, given) if given is not None else ()))
    if gone:
        walk.say("answer_gone")
        walk.offer_person = True
    walk.flush(() if waits else _most(tuple(known.values()), several=len(keys) > 1))
    if waits:
        yield from steps.show(walk)
        return "digression"
    return "answer_gone" if gone else "answer"


def _most(options: tuple[Option, ...], *, several: bool) -> tuple[Option, ...]:
    """After several answers, where they lead in so few buttons that they can be taken in; a flow before more words."""
    if not several:
        return options
    return tuple(sorted(options, key=lambda option: option.value[:1] != FLOW)[:MOST_FOLLOW_UPS])


def say_answer(walk: Walk, key: str) -> Asking[AnswerGiven | None]:
    """Add the salon's answer ``key`` to what is said; None, and nothing said, when it is gone."""
    answer = of_service(key)
    if answer is None:
        key = at_branch(key, walk.detection.slots.get("branch", "") or walk.slots.get("branch", ""))
    given = yield from ask(AnswerText(key, walk.language))
    if given is None:
        return None
    walk.misses = 0
    walk.say_text(given.text)
    walk.keys.append(f"answer.{key}")
    walk.path.append(f"answer:{key}")
    told = HOURS if of_day(key) is not None else of_answer(key)[0]
    walk.effects.append(Note(kind="answered", body={"answer": told}))
    service = answer[1] if answer is not None else walk.detection.slots.get("service", "")
    walk.speak_of(service, told if answer is None else "")
    return given
