"""Which of the salon's answers a message asks for, with a confidence that is a probability and not a fuzz ratio.

An index is built once of the answers' wordings and never changes; a changed set of answers is a new index. Matching is
a walk over inverted lists of lemmas and concepts (what clients say for the same thing), then two rapidfuzz scorers on
the best few, then one logistic formula over the scores and the margin to the next answer.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from dialog.detection import AnswerMatch
from nlu.datafile import BUILT_IN, read
from nlu.normalise import Normal, Normaliser
from nlu.tokens import Kind, Token
from nlu.vocabulary import Vocabulary

_FEATURES: Final = ("bias", "cosine", "said", "known", "fuzzy", "margin", "single")
_SHORTLIST: Final = 24
_MOST_TERMS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the salon: its key and the questions it answers, as people word them."""

    key: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What ``answers.yaml`` holds."""

    model: Mapping[str, float]
    concept_weight: float
    asking_weight: float
    least_confidence: float
    most_answers: int
    stop: frozenset[str]
    asking: frozenset[str]
    concepts: Mapping[str, tuple[str, ...]]
    """Lemma -> its concepts."""

    @staticmethod
    def load(normaliser: Normaliser, path: Path = BUILT_IN / "answers.yaml") -> Knowledge:
        """Raises ``DataError`` when the file is not right."""
        names = (
            "spec",
            "model",
            "concept_weight",
            "least_confidence",
            "most_answers",
            "stop",
            "asking",
            "asking_weight",
        )
        root = read(path).fields((*names, "concepts"))
        concepts: dict[str, dict[str, None]] = {}
        for concept, place in root["concepts"].pairs():
            for word in place.texts():
                folded = normaliser.spelling.fold(word)
                for lemma in (folded, normaliser.lemmas.best(folded)):
                    concepts.setdefault(lemma, {})[f"+{concept}"] = None
        return Knowledge(
            model={name: place.number(-50.0, 50.0) for name, place in root["model"].fields(_FEATURES).items()},
            concept_weight=root["concept_weight"].number(0.0, 1.0),
            asking_weight=root["asking_weight"].number(0.0, 1.0),
            least_confidence=root["least_confidence"].number(0.0, 1.0),
            most_answers=int(root["most_answers"].number(1, 20)),
            stop=frozenset(root["stop"].texts()),
            asking=frozenset(root["asking"].texts()),
            concepts={lemma: tuple(found) for lemma, found in concepts.items()},
        )


@dataclass(frozen=True, slots=True)
class _Wording:
    key: str
    text: str
    lemmas: str
    norm: float
    mass: float


class Answers:
    """An index of answers. Immutable and thread safe."""

    def __init__(self, answers: Iterable[Answer], normaliser: Normaliser, knowledge: Knowledge | None = None) -> None:
        """Builds the index; wordings without a word are left out."""
        self._knowledge = knowledge or Knowledge.load(normaliser)
        terms: list[dict[str, float]] = []
        plain: list[tuple[str, str, str]] = []
        for answer in answers:
            for wording in dict.fromkeys(answer.wordings):
                lemmas = _lemmas(normaliser.normal(wording).words)
                if lemmas:
                    terms.append(self._terms(lemmas))
                    plain.append((answer.key, wording, " ".join(lemmas)))
        self._idf = _idf(terms)
        self._wordings: list[_Wording] = []
        self._lists: dict[str, list[tuple[int, float]]] = {}
        for number, (counts, (key, text, lemmas_text)) in enumerate(zip(terms, plain, strict=True)):
            weights = {term: weight * self._idf[term] for term, weight in counts.items()}
            norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            self._wordings.append(_Wording(key, text, lemmas_text, norm, sum(weights.values()) or 1.0))
            for term, weight in weights.items():
                self._lists.setdefault(term, []).append((number, weight))
        self._unseen = math.log(1.0 + len(terms)) + 1.0
        self._vocabulary = Vocabulary(term for term in self._lists if not term.startswith("+"))

    def __len__(self) -> int:
        """How many wordings are known."""
        return len(self._wordings)

    def _terms(self, lemmas: Sequence[str]) -> dict[str, float]:
        """Terms of a text with their weight before idf: words, and the concepts they stand for."""
        known = self._knowledge
        terms: dict[str, float] = {}
        for lemma in lemmas[:_MOST_TERMS]:
            if lemma in known.stop:
                continue
            terms[lemma] = known.asking_weight if lemma in known.asking else 1.0
            for concept in known.concepts.get(lemma, ()):
                terms[concept] = max(terms.get(concept, 0.0), known.concept_weight * terms[lemma])
        return terms

    def match(self, normal: Normal) -> tuple[AnswerMatch, ...]:
        """The answers that may be meant, best first, each key once; empty when nothing is near."""
        lemmas = _lemmas(normal.words)
        counts = self._terms(self._corrected(lemmas, normal))
        if not counts or not self._wordings:
            return ()
        weights = {term: weight * self._idf.get(term, self._unseen) for term, weight in counts.items()}
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        dots = self._dots(weights)
        if not dots or not norm:
            return ()
        best = self._best_by_key(dots, norm)
        return self._judged(best, weights, " ".join(lemmas))

    def _corrected(self, lemmas: Sequence[str], normal: Normal) -> list[str]:
        """Lemmas with words that no wording has replaced by the nearest one that some wording has."""
        known = self._knowledge
        corrected: list[str] = []
        for lemma in lemmas:
            if lemma in self._lists or lemma in known.concepts or lemma in known.stop:
                corrected.append(lemma)
            else:
                corrected.append(self._vocabulary.nearest(lemma) or lemma)
        return corrected

    def _dots(self, weights: Mapping[str, float]) -> dict[int, float]:
        dots: dict[int, float] = {}
        for term, weight in weights.items():
            for number, other in self._lists.get(term, ()):
                dots[number] = dots.get(number, 0.0) + weight * other
        return dots

    def _best_by_key(self, dots: Mapping[int, float], norm: float) -> list[tuple[float, int]]:
        """(cosine, wording) of the nearest wording of each key, best first, a short list."""
        wordings = self._wordings
        near = heapq.nlargest(
            _SHORTLIST * 2, ((dot / (norm * wordings[number].norm), -number) for number, dot in dots.items())
        )
        best: dict[str, tuple[float, int]] = {}
        for cosine, minus in near:
            best.setdefault(wordings[-minus].key, (cosine, -minus))
        return list(best.values())[:_SHORTLIST]

    def _judged(
        self, best: Sequence[tuple[float, int]], weights: Mapping[str, float], lemmas: str
    ) -> tuple[AnswerMatch, ...]:
        mass = sum(weights.values())
        scored: list[tuple[float, int, dict[str, float]]] = []
        for cosine, number in best:
            features = self._features(cosine, number, weights, mass, lemmas)
            scored.append((0.7 * features["cosine"] + 0.3 * features["fuzzy"], number, features))
        scored.sort(key=lambda one: (-one[0], one[1]))
        matches: list[AnswerMatch] = []
        for rank, (score, number, features) in enumerate(scored[: self._knowledge.most_answers]):
            rival = scored[1][0] if rank == 0 and len(scored) > 1 else scored[0][0] if rank else 0.0
            features["margin"] = max(-1.0, min(1.0, score - rival))
            confidence = _logistic(self._knowledge.model, features)
            if confidence >= self._knowledge.least_confidence:
                wording = self._wordings[number]
                matches.append(AnswerMatch(key=wording.key, confidence=confidence, matched=wording.text))
        return tuple(matches)

    def _features(
        self, cosine: float, number: int, weights: Mapping[str, float], mass: float, lemmas: str
    ) -> dict[str, float]:
        """Features 0..1: cosine, the share of the message that the wording explains, and so on."""
        wording = self._wordings[number]
        terms = self._terms(wording.lemmas.split())
        shared = [term for term in weights if term in terms]
        words = [term for term in shared if not term.startswith("+")]
        said = sum(weights[term] for term in shared) / mass
        known = sum(weights[term] for term in weights if term in self._idf) / mass
        fuzzy = max(fuzz.token_sort_ratio(lemmas, wording.lemmas), fuzz.ratio(lemmas, wording.lemmas)) / 100.0
        single = 1.0 if len(words) <= 1 and len(weights) > 1 and said < 0.99 else 0.0
        return {"bias": 1.0, "cosine": cosine, "said": said, "known": known, "fuzzy": fuzzy, "single": single}


def _lemmas(words: Iterable[Token]) -> list[str]:
    return [
        token.lemmas[0] if token.lemmas else token.word for token in words if token.kind in (Kind.WORD, Kind.NUMBER)
    ]


def _idf(terms: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Term -> inverse document frequency, at least a little above zero."""
    counts: dict[str, int] = {}
    for one in terms:
        for term in one:
            counts[term] = counts.get(term, 0) + 1
    return {term: math.log((1.0 + len(terms)) / count) + 0.2 for term, count in counts.items()}


def _logistic(model: Mapping[str, float], features: Mapping[str, float]) -> float:
    total = sum(weight * features[name] for name, weight in model.items())
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))), 4)
