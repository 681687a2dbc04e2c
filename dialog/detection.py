"""What the machine understood of a message: the one result every understanding part fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

MOST_EVIDENCE = 6


class MoodClass(StrEnum):
    """What a message says about the client's state of mind."""

    NEUTRAL = "neutral"
    GRATEFUL = "grateful"
    DOUBTING = "doubting"
    UPSET = "upset"
    CLAIM = "claim"
    URGENT = "urgent"


class GateKind(StrEnum):
    """Why a live person must have the conversation at once."""

    HUMAN = "human"
    REFUND = "refund"
    LEGAL = "legal"
    INJURY = "injury"
    ABUSE = "abuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of evidence: the rule that fired, the client's own words, the weight it added."""

    rule: str
    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The mood of one message: class, score in 0..1 (1 = surely upset) and the evidence."""

    label: MoodClass = MoodClass.NEUTRAL
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def evidence(self) -> tuple[Reason, ...]:
        """What speaks for being upset, strongest first: what a manager is shown."""
        return tuple(sorted((r for r in self.reasons if r.weight > 0), key=lambda r: -r.weight)[:MOST_EVIDENCE])


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The hard gate fired: which one, by which words of the client."""

    kind: GateKind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMatch:
    """One answer of the salon that may be meant. ``confidence`` is in 0..1."""

    key: str
    confidence: float
    matched: str
    """The wording of the answer that came nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentMatch:
    """One intent (``book``, ``price``, ``greet``, ``thanks``...) with its confidence in 0..1."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Everything understood of one message. Empty fields mean "nothing found", never "not asked"."""

    text: str
    """The message as it was understood: normalised, lower case, layout repaired."""
    language: str = "ru"
    command: str | None = None
    """``menu | human | cancel | back | restart | skip`` when the whole message is that command."""
    gate: Gate | None = None
    mood: Mood = field(default_factory=Mood)
    answers: tuple[AnswerMatch, ...] = ()
    """Best first."""
    intents: tuple[IntentMatch, ...] = ()
    """Best first."""
    slots: Mapping[str, str] = field(default_factory=dict)
    """Values found in the text: ``phone`` (E.164), ``name``, ``service`` (key), ``extra`` (keys
    with commas of services named beside it), ``branch`` (key), ``staff`` (key),
    ``namesakes`` (keys with commas, where the name said is that of several masters), ``when`` (the client's own words
    about the time), ``day``, ``days``, ``time`` and ``shift`` (as nlu/when.py writes them)."""
    parts: tuple[Detection, ...] = ()
    """What each sentence or clause says by itself, in order; empty when there is only one. Parts have no parts."""


EMPTY = Detection(text="")


class Detector(Protocol):
    """Understands text. Pure: same text, same moment and same data give the same Detection. Never raises."""

    def detect(self, text: str, now: datetime | None = None) -> Detection:
        """Understand ``text`` (any string, at most the channel's limit); without ``now`` (aware) days are not read."""
        ...
