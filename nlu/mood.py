"""The mood of a message: our own lexicon, VADER's arithmetic, a small calibrated formula, and the reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dialog.detection import Gate, GateKind, Mood, MoodClass, Reason
from nlu.lexicon import Feeling, Lexicon
from nlu.normalise import Normal, Normaliser
from nlu.phrase import Found, Line, Phrases
from nlu.tokens import Kind, Token
from nlu.vader import BUT, NEGATION, OTHER, CodedEngine, Engine, english

_STRONG: Final = "bstrong"
_WEAK: Final = "bweak"
_IRONIC: Final = "irony"
_BOOST: Final = {_STRONG: 0.293, _WEAK: -0.293}
_NEAR: Final = 3
"""How many words a word of degree may stand before what it strengthens."""
_CLAIMS: Final = frozenset({GateKind.REFUND, GateKind.LEGAL})
_CAPS: Final = 0.6
_WINDOW: Final = 60
"""Words that VADER weighs at a time; its own work grows with the square of it."""
_ENGLISH_BOUND: Final = 2_000


@dataclass(slots=True)
class _Item:
    """One coded word: where it stands and the feeling it carries, if any."""

    code: str
    start: int
    end: int
    feeling: Feeling | None = None
    weight: float = 0.0


_IRONY: Final = Feeling("irony", MoodClass.UPSET, -1.0)
"""A good word in quotation marks."""


class MoodReader:
    """Reads the mood of messages. Immutable and thread safe."""

    def __init__(self, normaliser: Normaliser, lexicon: Lexicon | None = None) -> None:
        """Loads the built-in lexicon when none is given. Raises ``DataError``."""
        self._lexicon = lexicon or Lexicon.load(normaliser)
        valences = {f"p{number}": one.weight for number, one in enumerate(self._lexicon.feelings) if one.weight}
        valences[_IRONIC] = self._lexicon.quoted_weight
        self._engine = CodedEngine(valences, _BOOST)
        self._english: Engine = english()

    def read(self, normal: Normal, gate: Gate | None = None) -> Mood:
        """The mood of a message; a gate that fired is evidence too."""
        if normal.language == "en":
            return self._read_english(normal, gate)
        tokens = normal.line.tokens
        items = self._items(normal.line)
        marks = "".join(token.word for token in normal.tokens if token.kind is Kind.MARK)
        compound = self._weigh(items, tokens, marks)
        self._soften(items, normal.line)
        reasons = [_reason(item, tokens) for item in items if item.feeling and (item.weight or not item.feeling.weight)]
        if gate:
            reasons.append(Reason(rule=f"gate:{gate.kind}", words=gate.words, weight=self._lexicon.model["gate"]))
        score = self._score(items, compound, normal, gate)
        return Mood(label=self._label(items, score, gate), score=score, reasons=_strongest(reasons))

    def _items(self, line: Line) -> list[_Item]:
        """The message as codes: the longest phrases first, then degree, negation and the rest."""
        lexicon, tokens = self._lexicon, line.tokens
        taken = _chosen(lexicon.phrases.find(line), lexicon.feelings)
        strong, weak = _places(lexicon.strong, line), _places(lexicon.weak, line)
        swing = {found.start: found for found in lexicon.swing.find(line)}
        negations, over = _places(lexicon.negations, line), _places(lexicon.over, line)
        but, quoted = _places(lexicon.but, line), _places(lexicon.quoted, line)
        items: list[_Item] = []
        at = 0
        while at < len(tokens):
            found, turn = taken.get(at), swing.get(at)
            if turn and self._good_near(turn.end, tokens, taken) and (not found or found.end <= turn.end):
                items.append(_Item(_STRONG, at, turn.end))
            elif tokens[at].quoted and (at in quoted or (found and lexicon.feelings[found.phrase].weight > 0)):
                items.append(_Item(_IRONIC, at, found.end if found else at + 1, _IRONY))
            elif found:
                feeling = lexicon.feelings[found.phrase]
                code = f"p{found.phrase}" if feeling.weight else OTHER
                items.append(_Item(code, at, found.end, feeling))
            elif at in negations:
                items.append(_Item(NEGATION if _turns(at, over, taken, lexicon.feelings) else OTHER, at, at + 1))
            else:
                items.append(_Item(_plain_code(at, strong, weak, but), at, at + 1))
            at = items[-1].end
        return items

    def _good_near(self, at: int, tokens: Sequence[Token], taken: dict[int, Found]) -> bool:
        """A good word stands near after ``at``, in the same sentence."""
        for near in range(at, min(at + _NEAR, len(tokens))):
            if tokens[near].sentence != tokens[at - 1].sentence:
                return False
            if near in taken and self._lexicon.feelings[taken[near].phrase].weight:
                return self._lexicon.feelings[taken[near].phrase].weight > 0
        return False

    def _weigh(self, items: list[_Item], tokens: Sequence[Token], marks: str) -> float:
        """Weights of the items by VADER, and the lowest compound among the windows."""
        compounds: list[float] = []
        for start in range(0, len(items), _WINDOW):
            window = items[start : start + _WINDOW]
            codes = [item.code.upper() if _shouted(item, tokens) else item.code for item in window]
            weights, compound = self._engine.weigh(codes, marks)
            compounds.append(compound)
            for item, weight in zip(window, weights, strict=True):
                item.weight = weight
        return min(compounds, default=0.0)

    def _soften(self, items: Iterable[_Item], line: Line) -> None:
        """Bad words weigh less about what may happen, about somebody else, and about one's own trouble."""
        lexicon, tokens = self._lexicon, line.tokens
        soft = {tokens[found.start].sentence for found in lexicon.softened.find(line)}
        asks = bool(lexicon.request.find(line)) and not lexicon.blame.find(line)
        for item in items:
            if item.weight >= 0 or (item.feeling and item.feeling.mood is MoodClass.CLAIM):
                continue
            if tokens[item.start].sentence in soft:
                item.weight *= lexicon.soft_factor
            elif asks:
                item.weight *= lexicon.request_factor

    def _score(self, items: Sequence[_Item], compound: float, normal: Normal, gate: Gate | None) -> float:
        model = self._lexicon.model
        bad = sorted((-item.weight for item in items if item.weight < 0), reverse=True)
        good = sum(item.weight for item in items if item.weight > 0)
        logit = model["bias"]
        if bad:
            softened = min(1.0, bad[0])
            logit += model["compound"] * max(0.0, -compound) * softened + model["worst"] * bad[0]
            logit += model["second"] * min(sum(bad[1:]), 6.0)
            logit += model["caps"] if normal.caps > _CAPS and len(normal.words) > 1 else 0.0
            logit -= model["question"] if _is_plain_question(normal) and bad[0] < 2.5 else 0.0
        logit -= model["good"] * min(good, 6.0)
        logit += model["gate"] if gate else 0.0
        return round(1.0 / (1.0 + math.exp(-logit)), 4)

    def _label(self, items: Iterable[_Item], score: float, gate: Gate | None) -> MoodClass:
        if gate and gate.kind in _CLAIMS:
            return MoodClass.CLAIM
        moods = {item.feeling.mood for item in items if item.feeling and (item.weight or not item.feeling.weight)}
        if score >= self._lexicon.model["label_at"]:
            return MoodClass.CLAIM if MoodClass.CLAIM in moods else MoodClass.UPSET
        good = sum(item.weight for item in items)
        for mood in (MoodClass.URGENT, MoodClass.DOUBTING):
            if mood in moods:
                return mood
        return MoodClass.GRATEFUL if MoodClass.GRATEFUL in moods and good > 0 else MoodClass.NEUTRAL

    def _read_english(self, normal: Normal, gate: Gate | None) -> Mood:
        model = self._lexicon.model
        compound = self._english.polarity_scores(normal.original[:_ENGLISH_BOUND])["compound"]
        logit = model["bias"] - 2 * model["compound"] * compound + (model["gate"] if gate else 0.0)
        score = round(1.0 / (1.0 + math.exp(-logit)), 4)
        reasons = [Reason(rule="vader.english", words=(), weight=-compound)] if compound else []
        if gate:
            reasons.append(Reason(rule=f"gate:{gate.kind}", words=gate.words, weight=model["gate"]))
        if gate and gate.kind in _CLAIMS:
            label = MoodClass.CLAIM
        elif score >= model["label_at"]:
            label = MoodClass.UPSET
        else:
            label = MoodClass.GRATEFUL if compound > 0 else MoodClass.NEUTRAL
        return Mood(label=label, score=score, reasons=tuple(reasons))


def _chosen(found: Iterable[Found], feelings: Sequence[Feeling]) -> dict[int, Found]:
    """Start -> phrase, without overlaps: the one that names most words wins, then a trap, then the heaviest."""

    def rank(one: Found) -> tuple[int, bool, float, int, int]:
        weight = feelings[one.phrase].weight
        return (-one.named, bool(weight), -abs(weight), one.end - one.start, one.start)

    taken: dict[int, Found] = {}
    busy: set[int] = set()
    for one in sorted(found, key=rank):
        if busy.isdisjoint(range(one.start, one.end)):
            busy.update(range(one.start, one.end))
            taken[one.start] = one
    return taken


def _places(phrases: Phrases, line: Line) -> frozenset[int]:
    return frozenset(found.start for found in phrases.find(line))


def _turns(at: int, over: frozenset[int], taken: dict[int, Found], feelings: Sequence[Feeling]) -> bool:
    """A negation at ``at`` turns the next word of feeling round: side by side, or over words of degree."""
    here = at + 1
    while here in over and here not in taken and here < at + _NEAR:
        here += 1
    return here in taken and feelings[taken[here].phrase].weight != 0


def _plain_code(at: int, strong: frozenset[int], weak: frozenset[int], but: frozenset[int]) -> str:
    if at in but:
        return BUT
    return _WEAK if at in weak else _STRONG if at in strong else OTHER


def _shouted(item: _Item, tokens: Sequence[Token]) -> bool:
    words = [token for token in tokens[item.start : item.end] if token.kind is Kind.WORD]
    return bool(words) and all(token.is_caps for token in words)


def _is_plain_question(normal: Normal) -> bool:
    marks = [token.word for token in normal.tokens if token.kind is Kind.MARK]
    return marks == ["?"]


def _reason(item: _Item, tokens: Sequence[Token]) -> Reason:
    """Evidence for being upset is positive."""
    rule = item.feeling.rule if item.feeling else ""
    words = tuple(dict.fromkeys(token.own for token in tokens[item.start : item.end]))
    return Reason(rule=rule, words=words, weight=round(-item.weight, 3) + 0.0)


def _strongest(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight))[:8])
