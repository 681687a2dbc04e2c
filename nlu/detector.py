"""The understanding of a message, put together: text in, Detection out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialog.detection import EMPTY, Detection, Gate, GateKind, IntentMatch, Mood, MoodClass
from nlu.answers import Answer, Answers, Knowledge
from nlu.commands import Commands
from nlu.gate import HardGate
from nlu.intents import Intents
from nlu.mood import MoodReader
from nlu.normalise import Normaliser
from nlu.slots import Named, Slots

Worded = Sequence[tuple[str, Sequence[str]]]
"""Keys with their wordings."""

_GATE_INTENTS = {GateKind.HUMAN: "human", GateKind.REFUND: "refund", GateKind.LEGAL: "complaint"}
_GATE_CONFIDENCE = 0.97


@dataclass(frozen=True, slots=True)
class Parts:
    """What does not depend on the salon: built once, shared by every detector of a process."""

    normaliser: Normaliser
    commands: Commands
    gate: HardGate
    intents: Intents
    mood: MoodReader
    knowledge: Knowledge

    @staticmethod
    def load() -> Parts:
        """The built-in data. Raises ``DataError`` when a file is not right."""
        normaliser = Normaliser()
        return Parts(
            normaliser=normaliser,
            commands=Commands(normaliser),
            gate=HardGate(normaliser),
            intents=Intents(normaliser),
            mood=MoodReader(normaliser),
            knowledge=Knowledge.load(normaliser),
        )


class RussianDetector:
    """Understands Russian, and English well enough to hand over. Implements ``dialog.detection.Detector``.

    Immutable and thread safe; the same text and data give the same Detection. ``detect`` never raises.
    """

    def __init__(
        self,
        *,
        answers: Worded = (),
        services: Worded = (),
        staff: Worded = (),
        branches: Worded = (),
        data: Parts | None = None,
    ) -> None:
        """Each pair is a key and its wordings: questions of an answer; title, aliases and short forms of a name.

        ``data`` is shared between detectors; the built-in files are loaded when none is given.
        """
        self._parts = data or Parts.load()
        known = [Answer(key=key, wordings=tuple(wordings)) for key, wordings in answers]
        self._answers = Answers(known, self._parts.normaliser, self._parts.knowledge)
        self._slots = Slots(
            self._parts.normaliser, {"service": _named(services), "staff": _named(staff), "branch": _named(branches)}
        )

    def detect(self, text: str) -> Detection:
        """Understand ``text``. What cannot be understood is an empty Detection, never an error."""
        parts = self._parts
        normal = parts.normaliser.normal(text)
        if not normal.tokens:
            return Detection(text=EMPTY.text, language=normal.language)
        gate = parts.gate.check(normal)
        mood = parts.mood.read(normal, gate)
        return Detection(
            text=normal.text,
            language=normal.language,
            command=parts.commands.command(normal),
            gate=gate,
            mood=mood,
            answers=self._answers.match(normal),
            intents=_with_gate(parts.intents.find(normal), gate, mood),
            slots=self._slots.find(normal),
        )

    def is_command(self, text: str) -> bool:
        """Whether the whole message is a command; cheap, for a channel's edge."""
        return self._parts.commands.is_command(text)


def _named(entries: Worded) -> list[Named]:
    return [Named(key=key, names=tuple(names)) for key, names in entries]


def _with_gate(found: tuple[IntentMatch, ...], gate: Gate | None, mood: Mood) -> tuple[IntentMatch, ...]:
    """The intents, and what the gate and the mood say about the client's wish."""
    extra: dict[str, float] = {}
    if mood.label in (MoodClass.UPSET, MoodClass.CLAIM):
        extra["complaint"] = max(0.9, mood.score) if not gate or gate.kind is not GateKind.HUMAN else 0.5
    if gate and gate.kind in _GATE_INTENTS:
        extra[_GATE_INTENTS[gate.kind]] = _GATE_CONFIDENCE
    best = {match.name: match.confidence for match in found}
    best.update({name: max(confidence, best.get(name, 0.0)) for name, confidence in extra.items()})
    order = sorted(best.items(), key=lambda item: -item[1])
    return tuple(IntentMatch(name=name, confidence=confidence) for name, confidence in order)
