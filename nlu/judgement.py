"""What the learned part makes of a message: the rules' findings are its evidence, probabilities are its verdict.

The words alone come first. The sentence vector costs many times more and is asked for only where it can change what is
done: not for a message that a command, the hard gate or a plain value decides, nor where the words are clear.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from dialog.detection import Gate, IntentMatch, Mood, MoodClass, Reason
from nlu.features import Features, features, token_features
from nlu.intents import NAMES, POLITE, ranked
from nlu.learned import Head, Learned
from nlu.normalise import Normal
from nlu.vectors import Vectors

if TYPE_CHECKING:
    from nlu.nearness import Nearness

INTENT, UPSET, TOPIC, YES, NO = "intent", "upset", "topic", "yes", "no"
WITH_VECTORS: Final = "+vectors"
"""Added to a head's name where it was learned over sentence vectors, too."""

_CLEAR_INTENT: Final = 0.6
_CLEAR_LEAD: Final = 0.3
"""Over the second best intent: with such a lead, or from such a probability on, the words decide."""
_UNCLEAR_MOOD: Final = (0.2, 0.9)
_LONGEST: Final = 80
"""Characters: the lines that were learned from are no longer, and a longer message says enough by its words."""
_LEAST_SHOWN: Final = 0.03
_LIKELY_TOPIC: Final = 0.12
_KEPT_BY_RULES: Final = 0.12
"""A wish that phrases found keeps their confidence unless the learned part holds it for this unlikely."""
_UPSET_AT: Final = 0.5
_EXPLAINED_AT: Final = 0.3
_MOST_WORDS: Final = 3
_BAD: Final = frozenset({MoodClass.UPSET, MoodClass.CLAIM})
_RULE: Final = "learned"
_REASSURING: Final = frozenset({"delight", "traps"})
_REASSURED: Final = 0.4
_DOUBTFUL, _ALONE, _HELD_BACK = 0.45, 0.76, 0.3
"""Half a suspicion that no phrase bears out counts for less; a clear one stands alone."""


def evidence(mood: Mood, gate: Gate | None, intents: Iterable[IntentMatch]) -> list[float]:
    """What the rules found, as numbers about one wide."""
    score = min(0.999, max(0.001, mood.score))
    found = {match.name: match.confidence for match in intents}
    return [math.log(score / (1 - score)) / 7, 1.0 if gate else 0.0, *(found.get(name, 0.0) for name in NAMES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Probabilities of every intent, and of a client who is upset."""

    intents: Mapping[str, float]
    upset: float
    words: tuple[str, ...] = ()
    """The client's words that speak most for being upset."""


class Judgement:
    """Judges messages by what was learned. Immutable and thread safe."""

    def __init__(self, learned: Learned, vectors: Callable[[], Vectors | None]) -> None:
        """``vectors`` is asked when a message first leaves doubt; ``None`` means there are none."""
        self._heads = learned.heads
        self._kin = learned.kin
        self._model = learned.model
        self._vectors = vectors

    def vector(self, text: str) -> Sequence[float] | None:
        """The sentence vector of a text, where the model is there that the weights were learned over."""
        vectors = self._fitting()
        return vectors.vector(text) if vectors is not None else None

    def nearness(self, wordings: Iterable[tuple[str, str]], told: Mapping[str, str]) -> Nearness | None:
        """The vectors of an index of answers (keys with their wordings, texts by key), where the model is there."""
        vectors = self._fitting()
        if vectors is None:
            return None
        from nlu.nearness import Nearness

        return Nearness(vectors, self._kin, wordings, told)

    def _fitting(self) -> Vectors | None:
        vectors = self._vectors()
        return vectors if vectors is not None and vectors.name == self._model else None

    def verdict(self, normal: Normal, rules: Sequence[float], *, decided: bool = False) -> Verdict:
        """Judge a message by its words, the rules' evidence and, in doubt, its sentence vector.

        ``decided``: what is done with the message does not depend on this verdict, so the words are enough.
        """
        shown = features(normal)
        intents = self._heads[INTENT].probabilities(shown, rules)
        upset = self._heads[UPSET].probabilities(shown, rules)[YES]
        if not decided and len(normal.text) <= _LONGEST and _leave_doubt(intents, upset):
            vector = self.vector(normal.text)
            if vector is not None:
                intents = self._heads[INTENT + WITH_VECTORS].probabilities(shown, rules, vector)
                upset = self._heads[UPSET + WITH_VECTORS].probabilities(shown, rules, vector)[YES]
        words = self._words(normal) if upset >= _EXPLAINED_AT else ()
        return Verdict(intents=intents, upset=upset, words=words)

    def topics(self, normal: Normal) -> dict[str, float]:
        """What is asked about, by the words alone: topic -> probability, the likely ones."""
        found = self._heads[TOPIC].probabilities(features(normal), ())
        return {topic: probability for topic, probability in found.items() if probability >= _LIKELY_TOPIC}

    def _words(self, normal: Normal) -> tuple[str, ...]:
        head: Head = self._heads[UPSET]
        pulls: dict[str, float] = {}
        for token in normal.line.tokens:
            shown: Features = token_features(token)
            pulls[token.own] = max(head.pull(shown, YES) - head.pull(shown, NO), pulls.get(token.own, 0.0))
        strongest = sorted(pulls, key=lambda own: -pulls[own])[:_MOST_WORDS]
        return tuple(own for own in pulls if own in strongest and pulls[own] > 0)


def _leave_doubt(intents: Mapping[str, float], upset: float) -> bool:
    """Whether a better look could change the wish or the mood that the words speak for."""
    first, second = heapq.nlargest(2, intents.values())
    unclear = first < _CLEAR_INTENT and first - second < _CLEAR_LEAD
    return unclear or _UNCLEAR_MOOD[0] < upset < _UNCLEAR_MOOD[1]


def wishes(verdict: Verdict, found: Iterable[IntentMatch]) -> tuple[IntentMatch, ...]:
    """The intents: the learned probabilities, raised to the phrases' confidence where both agree.

    What only phrases know of (a refusal of the phone, a question about what was spoken of) stays as they found it.
    """
    sure = {match.name: match for match in found}
    judged: list[IntentMatch] = []
    for name, probability in verdict.intents.items():
        kept = sure[name].confidence if name in sure and (probability >= _KEPT_BY_RULES or name in POLITE) else 0.0
        if max(probability, kept) >= _LEAST_SHOWN:
            judged.append(IntentMatch(name=name, confidence=round(max(probability, kept), 4)))
    judged.extend(match for name, match in sure.items() if name not in verdict.intents)
    return ranked(judged)


def settled(mood: Mood, verdict: Verdict, gate: Gate | None) -> Mood:
    """The lexicon's mood with the learned score; its class follows the score, and the words are named."""
    score = round(_weighed(mood, verdict.upset), 4)
    label = mood.label
    if score >= _UPSET_AT and label not in _BAD:
        label = MoodClass.UPSET
    elif score < _UPSET_AT and label in _BAD and gate is None:
        label = MoodClass.NEUTRAL
    reasons = mood.reasons
    if verdict.words and score >= _UPSET_AT and not mood.evidence:
        weight = round(math.log(max(score, 1e-4) / max(1 - score, 1e-4)), 2)
        reasons = (*reasons, Reason(rule=_RULE, words=verdict.words, weight=weight))
    return replace(mood, label=label, score=score, reasons=reasons)


def _weighed(mood: Mood, learned: float) -> float:
    """The learned score; a phrase known to be praise or a trap holds it down, a known complaint bears it out."""
    if not mood.evidence and any(reason.rule in _REASSURING for reason in mood.reasons):
        return min(learned, _REASSURED)
    if not mood.evidence and _DOUBTFUL <= learned < _ALONE:
        return _DOUBTFUL + (learned - _DOUBTFUL) * _HELD_BACK
    return max(learned, (learned + mood.score) / 2) if learned >= _UPSET_AT else learned
