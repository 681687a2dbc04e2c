"""Several things in one message: every question is answered, and what is left goes its own way."""

from __future__ import annotations

from dataclasses import replace

from dialog.detection import Detection
from dialog.flow import Step
from dialog.flow_for import flow_serving
from dialog.ladder import Typed
from dialog.presses import say_answer
from dialog.questions import AnswerTitle, Asking, ask
from dialog.subjects import PRICE, about, of_service
from dialog.sureness import asks_something, sure_answer, sure_intent
from dialog.walk import Walk


def told_apart(typed: Typed) -> Asking[None]:
    """Find all the answers that the message asks for. When it wants something besides, they are said at once and
    ``typed`` goes on as if only the rest had been written; else ``typed`` keeps them.

    Whatever is not taken apart here is understood as a whole, as ever.
    """
    walk = typed.walk
    keys, rest = yield from _sorted(walk, typed.step)
    if keys and rest and not _in_her_own_words(typed.step):
        for key in keys:
            yield from say_answer(walk, key)
        _go_on_with(typed, rest)
    elif len(keys) > 1 and not rest:
        typed.answer, typed.more_answers = keys[0], keys[1:]


def _sorted(walk: Walk, step: Step | None) -> Asking[tuple[tuple[str, ...], list[Detection]]]:
    """Keys of the answers asked for, each once, and the parts that want something else."""
    keys: list[str] = []
    rest: list[Detection] = []
    spoken, aspect = walk.detection.slots.get("service", ""), ""
    for part in walk.detection.parts:
        key = "" if _answers(walk, part, step) else (yield from _asked(walk, part, spoken, aspect))
        if key:
            keys.append(key)
            aspect = _aspect(walk, part, key) or aspect
        elif _wants(walk, part, step):
            rest.append(part)
    return tuple(dict.fromkeys(keys)), rest


def _answers(walk: Walk, part: Detection, step: Step | None) -> bool:
    """Whether a part is what the running step waits for: the question mark then belongs to another part."""
    named = step is not None and any(kind in part.slots for kind in step.accept)
    return named and not asks_something(part, "", walk.context.rulebook.settings)


def _asked(walk: Walk, part: Detection, spoken: str, aspect: str) -> Asking[str]:
    """The answer that one part asks for; only a service after the price of another asks for its price, too."""
    settings, service = walk.context.rulebook.settings, part.slots.get("service", "")
    if service and aspect and sure_intent(part, settings) is None:
        key = about(aspect, service)
        return key if (yield from ask(AnswerTitle(key, walk.language))) else ""
    if asks_something(part, part.text, settings):
        return (yield from sure_answer(walk, part, spoken)) or ""
    return ""


def _aspect(walk: Walk, part: Detection, key: str) -> str:
    """What was asked about a service by a part that got the answer ``key``; empty when it was about no service."""
    wish, answer = sure_intent(part, walk.context.rulebook.settings), of_service(key)
    if answer is not None:
        return answer[0]
    return PRICE if wish is not None and wish.name == "price" and "service" in part.slots else ""


def _wants(walk: Walk, part: Detection, step: Step | None) -> bool:
    """Whether a part says something that is not idle talk: a wish that a flow serves, or what the running one asks."""
    wish = sure_intent(part, walk.context.rulebook.settings)
    if wish is not None and flow_serving(walk, wish.name) is not None:
        return True
    flow = walk.flow if step is not None else None
    asked = {kind for one in flow.steps.values() for kind in one.accept} | set(flow.hears) if flow is not None else ()
    return any(kind in asked for kind in part.slots)


def _in_her_own_words(step: Step | None) -> bool:
    """A step that takes whatever is written takes all of it."""
    return step is not None and "text" in step.accept


def _go_on_with(typed: Typed, rest: list[Detection]) -> None:
    walk = typed.walk
    slots = {kind: value for part in reversed(rest) for kind, value in part.slots.items()}
    # The question mark went with the questions.
    typed.text = " ".join(part.text.rstrip(" ?!") for part in rest)
    only = replace(rest[0], text=typed.text, mood=walk.mood, slots=slots, parts=())
    walk.context = replace(walk.context, detection=only)
    walk.rungs.append(told_apart.__name__)
