"""The understanding of a message, put together: text in, Detection out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path

from dialog.detection import EMPTY, AnswerMatch, Detection, Gate, GateKind, IntentMatch, Mood, MoodClass
from nlu.answers import Answer, Answers
from nlu.commands import Commands
from nlu.gate import HardGate
from nlu.grouping import alike
from nlu.intents import BY_PHRASES, POLITE, Intents, ranked
from nlu.judgement import Judgement, evidence, settled, wishes
from nlu.knowledge import Knowledge
from nlu.learned import LEARNED, Learned
from nlu.mood import MoodReader
from nlu.named import Named
from nlu.normalise import Normal, Normaliser
from nlu.parts import Parter
from nlu.slots import Slots
from nlu.tokens import Kind
from nlu.vectors import Vectors, bundled
from nlu.when import When

Worded = Sequence[tuple[str, Sequence[str]]]
"""Keys with their wordings."""

_GATE_INTENTS = {GateKind.HUMAN: "human", GateKind.REFUND: "refund", GateKind.LEGAL: "complaint"}
_ACTIONS = {
    "book": 0.5, "reschedule": 1.0, "cancel": 1.0, "my_booking": 1.0, "confirm": 1.0, "deny": 1.0, "late": 1.0,
    "human": 1.0, "refund": 1.0, "complaint": 1.0, "feedback": 1.0,
}  # fmt: skip
"""Intents that want something done rather than told, and how much."""
_ASKING_ACTION = 0.35
_DELIGHT = "delight"
_FEW_WORDS = 3
_MOMENT = frozenset({"day", "time"})
_SET, _SET_QUESTION = 0.3, 0.93
"""From here on a client wants something done, or is upset: no question of the list is looked for by its sense."""
_QUESTION = "?"
_NO_QUESTION = POLITE | {*BY_PHRASES, "withhold", "bridal", "colour_advice"}
_SURE, _CLEAR, _LIKELY = 0.97, 0.95, 0.7


@dataclass(frozen=True, slots=True)
class Parts:
    """What does not depend on the salon: built once, shared by every detector of a process."""

    normaliser: Normaliser
    commands: Commands
    gate: HardGate
    intents: Intents
    mood: MoodReader
    knowledge: Knowledge
    when: When
    parter: Parter
    judgement: Judgement | None = None
    """What was learned; without it the rules decide alone."""

    @staticmethod
    def load(
        vectors: Callable[[], Vectors | None] = bundled,
        learned: Path | None = LEARNED,
        normaliser: Normaliser | None = None,
    ) -> Parts:
        """The built-in data. Raises ``DataError`` when a file is not right.

        ``vectors`` gives the model of sentence vectors when one is first needed; without ``learned`` the rules decide.
        """
        normaliser = normaliser or Normaliser()
        judgement = Judgement(Learned.load(learned), vectors) if learned else None
        return Parts(
            normaliser=normaliser,
            commands=Commands(normaliser),
            gate=HardGate(normaliser),
            intents=Intents(normaliser),
            mood=MoodReader(normaliser),
            knowledge=Knowledge.load(normaliser, topics=judgement.topics if judgement else None),
            when=When(normaliser),
            parter=Parter(),
            judgement=judgement,
        )


class RussianDetector:
    """Understands Russian, and English well enough to hand over. Implements ``dialog.detection.Detector``.

    Immutable and thread safe; the same text and data give the same Detection. ``detect`` never raises.
    """

    def __init__(
        self,
        *,
        answers: Worded = (),
        told: Mapping[str, str] | None = None,
        services: Worded = (),
        staff: Worded = (),
        branches: Worded = (),
        zone: tzinfo | None = None,
        data: Parts | None = None,
    ) -> None:
        """Each pair is a key and its wordings: questions of an answer; title, aliases and short forms of a name.

        ``told``: the texts of answers by their key, where they say what they are about.
        ``zone`` is the salon's: days and times are meant in it, and not read without it.
        ``data`` is shared between detectors; the built-in files are loaded when none is given.
        """
        self._parts = data or Parts.load()
        self._zone = zone
        self._told = dict(told or {})
        self._answers = self._index(answers)
        self._slots = Slots(
            self._parts.normaliser, {"service": _named(services), "staff": _named(staff), "branch": _named(branches)}
        )

    def detect(self, text: str, now: datetime | None = None) -> Detection:
        """Understand ``text``. What cannot be understood is an empty Detection, never an error."""
        normal = self._parts.normaliser.normal(text)
        if not normal.tokens:
            return Detection(text=EMPTY.text, language=normal.language)
        found = self._read(normal, now)
        said = self._parts.parter.parts(normal) if found.command is None and found.gate is None else ()
        normals = [self._parts.normaliser.normal(part, normal.language) for part in said]
        return replace(found, parts=tuple(self._read(part, now, is_part=True) for part in normals)) if said else found

    def _read(self, normal: Normal, now: datetime | None, *, is_part: bool = False) -> Detection:
        """Understand a message, or one part of it: a part by its words alone, because the whole has been judged."""
        parts = self._parts
        gate = parts.gate.check(normal)
        mood = parts.mood.read(normal, gate)
        command = parts.commands.command(normal)
        slots = self._slots.find(normal)
        if now is not None and self._zone is not None:
            slots |= parts.when.find(normal, now.astimezone(self._zone))
        intents = _together(parts.intents.find(normal), _Seen(command, gate, mood, slots))
        decided = True
        if parts.judgement is not None:
            decided = is_part or command is not None or gate is not None or _only_values(normal, slots)
            verdict = parts.judgement.verdict(normal, evidence(mood, gate, intents), decided=decided)
            intents, mood = wishes(verdict, intents), settled(mood, verdict, gate)
        asks = parts.knowledge.asks(normal.words)
        action = _action(intents, asks)
        bound = _SET_QUESTION if asks or _QUESTION in normal.text else _SET
        doubtful = (
            not decided and "phone" not in slots and max(action, mood.score) < bound and not _settled(intents, slots)
        )
        vector = partial(parts.judgement.vector, normal.text) if parts.judgement and doubtful else None
        return Detection(
            text=normal.text,
            language=normal.language,
            command=command,
            gate=gate,
            mood=mood,
            answers=self._answers.match(normal, action, mood.score, vector),
            intents=intents,
            slots=slots,
        )

    def with_answers(self, answers: Worded) -> RussianDetector:
        """The same understanding over another set of answers; this one stays as it is."""
        other = copy(self)
        other._answers = self._index(answers)
        return other

    def likeliest(self, text: str) -> Sequence[AnswerMatch]:
        """Answers that a question is near to by its words alone, best first."""
        return self._answers.match(self._parts.normaliser.normal(text))

    def related(self, text: str, others: Iterable[str]) -> Iterator[str]:
        """Those of ``others`` that are about something that ``text`` is about, too."""
        about = self._parts.knowledge.about
        mine = about(text)
        return (other for other in others if mine & about(other))

    def passages(self) -> list[str]:
        """Every text of the answers that messages are compared with by sentence vectors."""
        return self._answers.passages()

    def warm(self) -> None:
        """Read these texts now rather than when a message first leaves doubt: 14 ms of CPU for one never met."""
        _ = self._answers.nearness

    def alike(self, questions: Sequence[str]) -> list[list[int]]:
        """Positions of questions that mean the same, together (nlu.grouping)."""
        return alike(questions, self._parts.knowledge)

    def _index(self, answers: Worded) -> Answers:
        known = [Answer(key=key, wordings=tuple(wordings), told=self._told.get(key, "")) for key, wordings in answers]
        judgement = self._parts.judgement
        nearness = judgement.nearness if judgement else None
        return Answers(known, self._parts.normaliser, self._parts.knowledge, nearness)

    def is_command(self, text: str) -> bool:
        """Whether the whole message is a command; cheap, for a channel's edge."""
        return self._parts.commands.is_command(text)


def _named(entries: Worded) -> list[Named]:
    return [Named(key=key, names=tuple(names)) for key, names in entries]


def _only_values(normal: Normal, slots: Mapping[str, str]) -> bool:
    """One word, or nothing besides numbers, a name and a time: an answer to what was asked."""
    if len(normal.words) <= 1 or (len(normal.words) <= _FEW_WORDS and not _MOMENT.isdisjoint(slots)):
        return True
    told = {word for slot in ("name", "when") for word in slots.get(slot, "").lower().split()}
    return all(token.kind is Kind.NUMBER or token.own.lower() in told for token in normal.words)


def _action(intents: Sequence[IntentMatch], asks: bool) -> float:
    """How surely the client wants something done rather than told."""
    best = max(intents[:2], key=lambda match: match.confidence * _ACTIONS.get(match.name, 0.0), default=None)
    if best is None:
        return 0.0
    action = best.confidence * _ACTIONS.get(best.name, 0.0)
    return action * _ASKING_ACTION if asks and best.name != "my_booking" else action


def _settled(intents: Sequence[IntentMatch], slots: Mapping[str, str]) -> bool:
    """Whether the message is sure to be a courtesy, the price of a service, or what has an answer of its own."""
    if not intents or intents[0].confidence < _LIKELY:
        return False
    return intents[0].name in _NO_QUESTION or (intents[0].name == "price" and "service" in slots)


def _together(found: tuple[IntentMatch, ...], seen: _Seen) -> tuple[IntentMatch, ...]:
    """The intents by phrases, and what the rest of the understanding says about the client's wish."""
    best = {match.name: match.confidence for match in found}
    for name, confidence in seen.wishes():
        best[name] = max(confidence, best.get(name, 0.0))
    return ranked(IntentMatch(name=name, confidence=confidence) for name, confidence in best.items())


@dataclass(frozen=True, slots=True)
class _Seen:
    """What else was understood of the message."""

    command: str | None
    gate: Gate | None
    mood: Mood
    slots: Mapping[str, str]

    def wishes(self) -> Iterator[tuple[str, float]]:
        """Intents that follow, with their confidence."""
        if self.command == "human":
            yield "human", _SURE
        if self.gate and self.gate.kind in _GATE_INTENTS:
            yield _GATE_INTENTS[self.gate.kind], _SURE
        if self.mood.label in (MoodClass.UPSET, MoodClass.CLAIM):
            asked = self.gate is not None and self.gate.kind is GateKind.HUMAN
            yield "complaint", _LIKELY if asked else min(_CLEAR, max(0.9, self.mood.score))
        if any(reason.rule == _DELIGHT for reason in self.mood.reasons) and self.mood.label is MoodClass.GRATEFUL:
            yield "feedback", _LIKELY
        if "phone" in self.slots or "name" in self.slots:
            yield "contact", _LIKELY
