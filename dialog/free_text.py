"""What a client types while the bot has the conversation: the router's ladder, surest rung first."""

from __future__ import annotations

from dialog import presses, steps
from dialog.commands import gate, obey
from dialog.conversation import Prompt
from dialog.detection import AnswerMatch, Detection, MoodClass, Reason
from dialog.effects import Note
from dialog.flow import Step
from dialog.questions import AnswerTitle, Asking, Option, ask
from dialog.walk import Walk

UNSEEN = frozenset({"new", "inflight"})
REFUSED = frozenset({"void", "failed"})
MOST_CHOICES = 3


def free_text(walk: Walk, text: str) -> Asking[str]:
    """One typed message (or burst), from command to miss."""
    detection = walk.detection
    first_time = not walk.greeted
    walk.greeted = True
    if detection.gate is not None:
        return (yield from gate(walk, detection.gate))
    if detection.command is not None:
        return (yield from obey(walk, detection.command))
    if detection.mood.score >= walk.context.rulebook.settings.hand_over_mood:
        return (yield from _upset(walk, detection))
    typed = _typed_choice(walk, text)
    if typed is not None:
        return (yield from presses.take(walk, *typed))
    if _softly_upset(walk, detection):
        walk.soft_upsets += 1
        if walk.soft_upsets >= 2:
            return (yield from _upset(walk, detection))
        walk.say("soft_upset")
        walk.offer_person = True
    step = steps.accepts(walk)
    if step is not None:
        route = yield from _at_step(walk, step, text)
        if route is not None:
            return route
    return (yield from _open_question(walk, detection, first_time))


def _softly_upset(walk: Walk, detection: Detection) -> bool:
    return detection.mood.score >= walk.context.rulebook.settings.soft_mood


def _upset(walk: Walk, detection: Detection) -> Asking[str]:
    mood = detection.mood
    label = {MoodClass.CLAIM: "claim", MoodClass.URGENT: "urgent"}.get(mood.label, "upset")
    priority = 1 if label in {"claim", "urgent"} else 2
    walk.lines.clear()
    walk.keys.clear()
    yield from walk.hand_over(reason="mood", label=label, priority=priority, triggers=_fired(mood.reasons))
    return f"mood_{label}"


def _fired(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The evidence that speaks for being upset, strongest first: what a manager is shown."""
    return tuple(sorted((r for r in reasons if r.weight > 0), key=lambda r: -r.weight)[:6])


def _typed_choice(walk: Walk, text: str) -> tuple[Prompt, str] | None:
    """A typed number or label of the newest buttons is a press."""
    if not walk.prompts:
        return None
    prompt = walk.prompts[-1]
    said = text.strip().casefold().rstrip(".!)")
    for number, (value, label) in enumerate(zip(prompt.values, prompt.labels, strict=False), 1):
        if said in {str(number), label.casefold()}:
            return prompt, value
    return None


def _at_step(walk: Walk, step: Step, text: str) -> Asking[str | None]:
    """The running step comes first, unless the client plainly asks something else."""
    status = walk.before.prompt_status
    if status in REFUSED:
        yield from steps.show(walk)
        return "prompt_again"
    answer = _sure_answer(walk)
    if answer is not None and (_is_question(walk.detection, text) or not step.slot):
        return (yield from presses.give_answer(walk, answer.key))
    if status in UNSEEN:
        # Typed before the question was on the screen: it cannot be its answer.
        return "before_prompt" if answer is None else (yield from presses.give_answer(walk, answer.key))
    value = _value_for(walk, step, text)
    if value is not None:
        yield from steps.fill(walk, value)
        return "fills"
    if answer is not None:
        return (yield from presses.give_answer(walk, answer.key))
    return (yield from _not_understood(walk, step))


def _value_for(walk: Walk, step: Step, text: str) -> str | None:
    if not step.slot:
        return None
    slots = walk.detection.slots
    if "phone" in step.accept and "name" in slots and "client_name" not in walk.slots:
        walk.slots["client_name"] = slots["name"]
    for kind in step.accept:
        if kind == "text":
            return text.strip() or None
        if kind in slots:
            return slots[kind]
    return None


def _is_question(detection: Detection, text: str) -> bool:
    asking = {"price", "hours", "address", "services", "question"}
    return "?" in text or any(i.name in asking and i.confidence >= 0.5 for i in detection.intents)


def _sure_answer(walk: Walk) -> AnswerMatch | None:
    best = walk.detection.answers[:1]
    sure = walk.context.rulebook.settings.answer_confidence
    return best[0] if best and best[0].confidence >= sure else None


def _not_understood(walk: Walk, step: Step) -> Asking[str]:
    """An answer that does not fit: say what would, show the step; after too many a person."""
    walk.misses += 1
    if walk.misses >= walk.context.rulebook.settings.misses_before_person:
        yield from walk.hand_over(reason="misses", label="misses", priority=4)
        return "misses"
    walk.say(step.reask or "reask")
    yield from steps.show(walk)
    return "reask"


def _open_question(walk: Walk, detection: Detection, first_time: bool) -> Asking[str]:
    """No step waits: an answer, a flow, small talk, a clarification or an honest miss."""
    intent = detection.intents[0] if detection.intents else None
    flow = _flow_for(walk, detection)
    sure = _sure_answer(walk)
    if flow is not None and (sure is None or not _is_question(detection, detection.text)):
        yield from steps.start(walk, flow)
        return f"intent_{intent.name if intent else flow}"
    if sure is not None:
        return (yield from presses.give_answer(walk, sure.key))
    if intent is not None and intent.confidence >= 0.6 and intent.name in {"greet", "thanks", "bye"}:
        return (yield from _small_talk(walk, intent.name, first_time))
    return (yield from _clarify(walk, detection))


def _flow_for(walk: Walk, detection: Detection) -> str | None:
    rules = walk.context.rulebook
    for intent in detection.intents:
        if intent.confidence < 0.6:
            return None
        for key, revision in rules.heads.items():
            if intent.name in rules.flows[key, revision].intents:
                return key
    return None


def _small_talk(walk: Walk, name: str, first_time: bool) -> Asking[str]:
    if name == "greet":
        walk.leave()
        yield from steps.start(walk, "answers")
        return "greet"
    walk.say(name)
    walk.flush()
    return name


def _clarify(walk: Walk, detection: Detection) -> Asking[str]:
    """Three nearest answers as buttons with «something else»; nothing near is a miss, and misses lead to a person."""
    rules = walk.context.rulebook
    walk.misses += 1
    if walk.misses >= rules.settings.misses_before_person:
        walk.effects.append(Note(kind="missed", body={"text": detection.text}))
        yield from walk.hand_over(reason="misses", label="misses", priority=4)
        return "misses"
    near = [a for a in detection.answers if a.confidence >= rules.settings.clarify_confidence][:MOST_CHOICES]
    options: list[Option] = []
    for match in near:
        title = yield from ask(AnswerTitle(match.key, walk.language))
        if title:
            options.append(Option(f"?{match.key}", title))
    walk.effects.append(Note(kind="missed", body={"text": detection.text}))
    if options:
        walk.say("clarify")
        walk.flush([*options, Option("!other", walk.text("choice_other", {})), *presses.person_options(walk)])
        return "clarify"
    walk.say("not_understood")
    walk.flush([Option("!menu", walk.text("choice_menu", {})), *presses.person_options(walk)])
    return "not_understood"
