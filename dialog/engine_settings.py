"""The engine's own limits and choices. Every one is a setting with a default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Values that a turn goes by. Times in seconds or minutes as named."""

    answer_confidence: float = 0.62
    """At or above it the best answer is given at once."""
    clarify_confidence: float = 0.28
    """At or above it the best answers are offered as buttons."""
    well_answered: float = 0.8
    """An answer of the salon at or above it says more than one line of the price list."""
    sure_intent: float = 0.6
    """At or above it what the client wants is taken as said."""
    sure_question: float = 0.85
    """At or above it the message is a question beyond doubt."""
    likely_question: float = 0.5
    """At or above it the message may be a question: an answer goes before the running step."""
    hand_over_mood: float = 0.70
    """At or above it one message is enough for a live person."""
    soft_mood: float = 0.45
    """At or above it the bot offers a person; twice means hand over."""
    misses_before_person: int = 3
    pause_minutes: int = 180
    """After so long a silence a typed text is no longer taken for the answer to the old question."""
    topic_minutes: int = 30
    """For so long "and how much is it?" is about the service that was spoken of last."""
    reply_norm_minutes: int = 120
    silence_minutes: int = 5
    """So long (in working time) whoever took a conversation may leave the client without an answer unreminded."""
    silence_return_minutes: int = 10
    """So long after the reminder the conversation goes back to the queue."""
    ask_smiley: bool = True
    """Whether a conversation that a person closes asks for a smiley."""
    returning_client: str = "bot"
    """Who answers somebody who comes back: ``bot``, or the ``manager`` of last time."""
    returning_hours: int = 24
    who_first: str = "bot"
    """Who answers first in working hours: ``bot``, ``person`` (the bot steps in), ``person_only``."""
    safety_net_minutes: int = 5
    """So long a person who comes first may take before the bot steps in."""
    feedback_hours: int = 3
    """So long after a visit its client is asked how it was."""
    nps_days: int = 4
    service_from_hour: int = 10
    service_until_hour: int = 20
    """Hours on the wall of the branch between which the salon may write first."""
    prompts_kept: int = 8
    """How many shown sets of buttons of one conversation still answer to a press."""
    languages: tuple[str, ...] = ("ru", "en")
    default_language: str = "ru"
