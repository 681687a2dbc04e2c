"""What a client types while the bot has the conversation: the router's ladder, surest rung first."""

from __future__ import annotations

from dialog import presses, steps
from dialog.commands import gate, obey
from dialog.detection import Detection, MoodClass
from dialog.flow import Step
from dialog.instants import from_text
from dialog.questions import SERVICE, AnswerTitle, Asking, Option, ask
from dialog.typed_choice import REFUSED, UNSEEN, typed_choice
from dialog.walk import Walk

MOST_CHOICES = 3
FEW_WORDS = 3
MOST_FIELD_WORDS = 5
"""A message of more words than a name and a phone says something else as well."""
SURE_INTENT = 0.6
SURE_QUESTION = 0.85
WELL_ANSWERED = 0.8
"""An answer of the salon at or above it says more than one line of the price list."""
SMALL_TALK = frozenset({"greet", "thanks", "bye"})
QUESTIONS = frozenset({"price", "hours", "address", "services", "question"})


def free_text(walk: Walk, text: str) -> Asking[str]:
    """One typed message (or burst), from command to miss."""
    detection = walk.detection
    walk.greeted = True
    walk.heard = text
    if detection.gate is not None:
        return (yield from gate(walk, detection.gate))
    if detection.command is not None:
        return (yield from obey(walk, detection.command))
    if detection.mood.score >= walk.context.rulebook.settings.hand_over_mood:
        return (yield from _upset(walk, detection))
    typed = typed_choice(walk, text)
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
        return (yield from _at_step(walk, step, text))
    return (yield from _open_question(walk, detection))


def _softly_upset(walk: Walk, detection: Detection) -> bool:
    return detection.mood.score >= walk.context.rulebook.settings.soft_mood


def _upset(walk: Walk, detection: Detection) -> Asking[str]:
    mood = detection.mood
    label = {MoodClass.CLAIM: "claim", MoodClass.URGENT: "urgent"}.get(mood.label, "upset")
    priority = 1 if label in {"claim", "urgent"} else 2
    walk.lines.clear()
    walk.keys.clear()
    yield from walk.hand_over(reason="mood", label=label, priority=priority, triggers=mood.evidence)
    return f"mood_{label}"


def _at_step(walk: Walk, step: Step, text: str) -> Asking[str]:
    """The running step comes first, unless the client plainly asks something else."""
    status = walk.before.prompt_status
    if status in REFUSED:
        return (yield from _shown_again(walk))
    answer = yield from _sure_answer(walk)
    if answer is not None and (_is_question(walk.detection, text) or not step.slot):
        return (yield from presses.give_answer(walk, answer))
    value = _named_value(walk, step)
    if value is None and status not in UNSEEN:
        fixed = yield from _other_field(walk, step, text)
        if fixed:
            return "text_corrects"
        aside = yield from _aside(walk, step, text)
        if aside:
            return aside
        if answer is None and _is_surely_question(walk):
            return (yield from _no_answer(walk))
        value = text.strip() if "text" in step.accept and step.slot else None
    if value:
        flow = walk.flow
        if flow is not None:
            walk.slots[step.slot] = value
            steps.prefill(walk, flow)
        yield from steps.fill(walk, value)
        return "fills"
    if answer is not None:
        return (yield from presses.give_answer(walk, answer))
    if status in UNSEEN:
        # Typed before the question was on the screen: it cannot be its answer.
        return "before_prompt"
    return (yield from _not_understood(walk, step))


def _aside(walk: Walk, step: Step, text: str) -> Asking[str]:
    """What is no answer to the step but must not be lost: the step is shown again. The route, or nothing."""
    if _tells_another_field(walk, step, text):
        yield from steps.show(walk)
        return "tells_another_field"
    talk = _small_talk_of(walk, text)
    if talk is not None:
        return (yield from _talk_at_step(walk, talk))
    if _paused(walk):
        walk.say("resume")
        yield from steps.show(walk)
        return "resume"
    return ""


def _is_surely_question(walk: Walk) -> bool:
    return any(i.name in QUESTIONS and i.confidence >= SURE_QUESTION for i in walk.detection.intents)


def _no_answer(walk: Walk) -> Asking[str]:
    """A question that the salon has no answer to: it is not the answer to ours. Nobody is left alone with it."""
    walk.missed()
    walk.misses += 1
    if walk.misses >= walk.context.rulebook.settings.misses_before_person:
        return (yield from _give_up(walk))
    walk.say("no_answer")
    walk.offer_person = True
    yield from steps.show(walk)
    return "no_answer"


def _give_up(walk: Walk) -> Asking[str]:
    yield from walk.hand_over(reason="misses", label="misses", priority=4)
    return "misses"


def _shown_again(walk: Walk) -> Asking[str]:
    """The question never reached the client. A messenger that refuses it for ever must not hold anybody up."""
    if walk.repeats("prompt_again") >= steps.MOST_SHOWN:
        return (yield from _give_up(walk))
    yield from steps.show(walk)
    return "prompt_again"


def _named_value(walk: Walk, step: Step) -> str | None:
    """What the message plainly names of what the step asks for."""
    slots = walk.detection.slots
    if not step.slot:
        return None
    if "phone" in step.accept and "phone" in slots and "name" in slots and "name" not in walk.slots:
        walk.slots["name"] = slots["name"]
    return next((slots[kind] for kind in step.accept if kind in slots), None)


def _other_field(walk: Walk, step: Step, text: str) -> Asking[bool]:
    """A value of a field that is filled already with another one is a change of mind.

    Where the step takes any text, only a short message is surely not its answer.
    """
    flow, found = walk.flow, walk.detection.slots
    if flow is None or not found or ("text" in step.accept and len(text.split()) > FEW_WORDS):
        return False
    for other in flow.steps.values():
        kept = walk.slots.get(other.slot) if other.slot and other.name != step.name else None
        value = next((found[kind] for kind in other.accept if kind in found), None)
        if kept and value is not None and value != kept:
            return (yield from steps.correct(walk, other.name, value))
    return False


def _tells_another_field(walk: Walk, step: Step, text: str) -> bool:
    """A phone or a name given before it is asked for is kept, and is not the answer to another question."""
    flow, found = walk.flow, walk.detection.slots
    given = [kind for kind in ("phone", "name") if kind in found and kind not in step.accept]
    if flow is None or not given or len(text.split()) > MOST_FIELD_WORDS:
        return False
    for kind in given:
        slot = next((other.slot for other in flow.steps.values() if kind in other.accept and other.slot), kind)
        walk.slots[slot] = found[kind]
    return True


def _paused(walk: Walk) -> bool:
    """True when the client comes back to the question after hours."""
    last = walk.before.state.last_at
    pause = walk.context.rulebook.settings.pause_minutes * 60
    return bool(last) and (walk.now - from_text(last)).total_seconds() >= pause


def _is_question(detection: Detection, text: str) -> bool:
    return "?" in text or any(i.name in QUESTIONS and i.confidence >= 0.5 for i in detection.intents)


def _sure_answer(walk: Walk) -> Asking[str | None]:
    """Key of the answer that is surely meant: by its wordings, else the answer named like a sure question."""
    best = walk.detection.answers[:1]
    named = yield from _price_of_named(walk, best[0].confidence if best else 0.0)
    if named is not None:
        return named
    if best and best[0].confidence >= walk.context.rulebook.settings.answer_confidence:
        return best[0].key
    for intent in walk.detection.intents[:1]:
        if intent.name in QUESTIONS and intent.confidence >= SURE_QUESTION:
            title = yield from ask(AnswerTitle(intent.name, walk.language))
            return intent.name if title else None
    return None


def _price_of_named(walk: Walk, best: float) -> Asking[str | None]:
    """Asked what a service costs that is named plainly: its own line of the price list, unless an answer fits well."""
    detection = walk.detection
    service = detection.slots.get("service")
    asked = any(i.name == "price" and i.confidence >= SURE_QUESTION for i in detection.intents[:1])
    if service is None or not asked or best >= WELL_ANSWERED:
        return None
    key = f"{SERVICE}{service}"
    title = yield from ask(AnswerTitle(key, walk.language))
    return key if title else None


def _not_understood(walk: Walk, step: Step) -> Asking[str]:
    """An answer that does not fit: say what would, show the step; after too many a person."""
    walk.misses += 1
    if walk.misses >= walk.context.rulebook.settings.misses_before_person:
        return (yield from _give_up(walk))
    walk.say(step.reask or "reask")
    yield from steps.show(walk)
    return "reask"


def _open_question(walk: Walk, detection: Detection) -> Asking[str]:
    """No step waits: an answer, a flow, small talk, a clarification or an honest miss."""
    flow = _flow_for(walk, detection)
    sure = yield from _sure_answer(walk)
    if flow is not None and (sure is None or not _is_question(detection, detection.text)):
        yield from steps.start(walk, flow)
        return f"intent_{detection.intents[0].name}"
    if _is_only_glad(walk, detection):
        return (yield from _small_talk(walk, "glad"))
    if sure is not None:
        return (yield from presses.give_answer(walk, sure))
    intent = detection.intents[0] if detection.intents else None
    if intent is not None and intent.confidence >= SURE_INTENT and intent.name in SMALL_TALK:
        return (yield from _small_talk(walk, intent.name))
    return (yield from _clarify(walk, detection))


def _flow_for(walk: Walk, detection: Detection) -> str | None:
    rules = walk.context.rulebook
    for intent in detection.intents:
        if intent.confidence < SURE_INTENT:
            return None
        for key, revision in rules.heads.items():
            if intent.name in rules.flows[key, revision].intents:
                return key
    return None


def _small_talk(walk: Walk, name: str) -> Asking[str]:
    if name == "greet":
        if walk.before.state.greeted:
            walk.say("greet")
        yield from steps.menu(walk)
        return "greet"
    walk.say(name)
    walk.flush()
    return name


def _is_only_glad(walk: Walk, detection: Detection) -> bool:
    """Praise that asks for nothing. Only where the lexicon is our own: elsewhere "I would like" sounds glad, too."""
    asks = "?" in detection.text or any(intent.confidence >= SURE_INTENT for intent in detection.intents)
    home = walk.context.rulebook.settings.default_language
    return detection.mood.label is MoodClass.GRATEFUL and detection.language == home and not asks


def _small_talk_of(walk: Walk, text: str) -> str | None:
    """A few words of politeness while a question waits; more words are an answer to it."""
    intent = walk.detection.intents[0] if walk.detection.intents else None
    polite = intent is not None and intent.confidence >= SURE_INTENT and intent.name in SMALL_TALK
    return intent.name if intent is not None and polite and len(text.split()) <= FEW_WORDS else None


def _talk_at_step(walk: Walk, name: str) -> Asking[str]:
    """Be polite and show the question again; somebody who says goodbye is let go."""
    walk.say(name)
    if name == "bye" or walk.repeats(f"{name}_at_step") >= steps.MOST_SHOWN:
        walk.flush()
    else:
        yield from steps.show(walk)
    return f"{name}_at_step"


def _clarify(walk: Walk, detection: Detection) -> Asking[str]:
    """Three nearest answers as buttons with «something else»; nothing near is a miss, and misses lead to a person."""
    rules = walk.context.rulebook
    walk.misses += 1
    if walk.misses >= rules.settings.misses_before_person:
        walk.missed()
        return (yield from _give_up(walk))
    near = [a for a in detection.answers if a.confidence >= rules.settings.clarify_confidence][:MOST_CHOICES]
    options: list[Option] = []
    for match in near:
        title = yield from ask(AnswerTitle(match.key, walk.language))
        if title:
            options.append(Option(f"?{match.key}", title))
    walk.missed()
    if options:
        walk.say("clarify")
        walk.flush([*options, Option("!other", walk.text("choice_other", {})), walk.person_option()])
        return "clarify"
    walk.say("not_understood")
    walk.flush(steps.way_out(walk))
    return "not_understood"
