"""How surely something is meant: the one place where confidences are held against the settings."""

from __future__ import annotations

from collections.abc import Collection

from dialog.detection import Detection, IntentMatch
from dialog.engine_settings import EngineSettings
from dialog.namesakes import meant_by_service
from dialog.questions import AnswerTitle, Asking, ask
from dialog.subjects import FOLLOW_UPS, PRICE, about, at_branch
from dialog.walk import Walk

FEW_WORDS = 4
"""Words and signs: a master named in so few, and nothing else: what was spoken of, at her."""
OTHER = "other"
"""What is none of the known wishes."""
SMALL_TALK = frozenset({"greet", "thanks", "bye"})
QUESTIONS = frozenset({"price", "hours", "address", "services", "question", *FOLLOW_UPS})
"""Intents that want to be told something."""


def sure_intent(detection: Detection, settings: EngineSettings) -> IntentMatch | None:
    """The best intent, when it is sure."""
    best = detection.intents[0] if detection.intents else None
    return best if best is not None and best.confidence >= settings.sure_intent else None


def wants_first(detection: Detection, settings: EngineSettings, besides: str = "") -> str:
    """Name of the first sure intent that says what is meant, ``besides`` aside; empty when there is none."""
    sure = (intent.name for intent in _sure(detection, settings))
    return next((name for name in sure if name not in (OTHER, besides)), "")


def small_talk(detection: Detection, settings: EngineSettings) -> str | None:
    """Which politeness the message is, if it is one before anything else."""
    best = sure_intent(detection, settings)
    return best.name if best is not None and best.name in SMALL_TALK else None


def asks_something(detection: Detection, text: str, settings: EngineSettings) -> bool:
    """True when the message looks like a question."""
    return "?" in text or _has(detection, QUESTIONS, settings.likely_question)


def surely_asks(detection: Detection, settings: EngineSettings) -> bool:
    """True when the message is a question beyond doubt, whether or not anybody can answer it."""
    return _has(detection, QUESTIONS, settings.sure_question)


def _has(detection: Detection, names: Collection[str], least: float) -> bool:
    return any(intent.name in names and intent.confidence >= least for intent in detection.intents)


def sure_answer(walk: Walk, part: Detection | None = None, spoken: str = "") -> Asking[str | None]:
    """Key of the answer that is surely meant: on what was spoken of, by its wordings, or like a sure question.

    Of one ``part`` of the message, where it is given; ``spoken`` is a service that another part names.
    """
    detection, settings = part or walk.detection, walk.context.rulebook.settings
    best = detection.answers[0] if detection.answers else None
    named = yield from _of_service(walk, detection, spoken, best.confidence if best else 0.0)
    named = named or _at_branch_only(walk, detection)
    if named is not None:
        return named
    if best is not None and best.confidence >= settings.answer_confidence:
        return best.key
    for intent in detection.intents[:1]:
        if intent.name in QUESTIONS and intent.confidence >= settings.sure_question:
            title = yield from ask(AnswerTitle(intent.name, walk.language))
            return intent.name if title else None
    return None


def _of_service(walk: Walk, detection: Detection, spoken: str, best: float) -> Asking[str | None]:
    """What is asked about one service, the one that is named plainly or the one spoken of; None when it is not that.

    An answer of the salon that fits well says more than a line of the price list, but not when a master is named.
    """
    settings = walk.context.rulebook.settings
    named = detection.slots.get("service", "")
    service = named or spoken or walk.spoken_of()
    staff = detection.slots.get("staff", "") or (yield from meant_by_service(detection.slots, service))
    aspect = ""
    if not named:
        alone = len(detection.text.split()) <= FEW_WORDS and sure_intent(detection, settings) is None
        only_staff = PRICE if staff and alone else ""
        aspect = next((FOLLOW_UPS[i.name] for i in _sure(detection, settings) if i.name in FOLLOW_UPS), only_staff)
    elif any(i.name == "price" and i.confidence >= settings.sure_intent for i in detection.intents[:1]):
        aspect = PRICE if staff or best < settings.well_answered else ""
    if not service or not aspect:
        return None
    key = about(aspect, service, staff)
    title = yield from ask(AnswerTitle(key, walk.language))
    return key if title else None


def _at_branch_only(walk: Walk, detection: Detection) -> str | None:
    """Only a branch is named: what was just told, there."""
    answer = walk.answered_lately()
    few = len(detection.text.split()) <= FEW_WORDS and sure_intent(detection, walk.context.rulebook.settings) is None
    branch = detection.slots.get("branch", "")
    return at_branch(answer, branch) if branch and answer and few else None


def _sure(detection: Detection, settings: EngineSettings) -> tuple[IntentMatch, ...]:
    return tuple(intent for intent in detection.intents if intent.confidence >= settings.sure_intent)
