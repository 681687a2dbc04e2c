"""Which of the salon's answers a message asks for, with a confidence that is a probability and not a fuzz ratio.

An index is built once of the answers' wordings and never changes; a changed set of answers is a new index. Matching is
a walk over inverted lists of lemmas and concepts (what clients say for the same thing), then two rapidfuzz scorers on
the best few, then one logistic formula over the scores and the margin to the next answer. Where words are not sure,
the sentence vector of the message is compared with those of all wordings, and both together are judged anew.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from dialog.detection import AnswerMatch
from nlu.knowledge import CONCEPT_MARK, MARKS, PART_MARK, Knowledge, Terms, lemmas_of
from nlu.normalise import Normal, Normaliser
from nlu.vocabulary import Vocabulary

if TYPE_CHECKING:
    from nlu.nearness import Near, Nearness

_SHORTLIST: Final = 12
_LISTED_PARTS: Final = 200
"""A trigram that more wordings have tells nothing apart and is not walked through."""
_UNLIKE: Final = 0.15
"""A wording that shares fewer words than this with the message is not what it came nearest to."""

Wordings = Sequence[tuple[str, str]]
"""Answers' keys with one of their wordings each."""
MakeNearness = Callable[[Wordings, Mapping[str, str]], "Nearness | None"]
Vector = Callable[[], Sequence[float] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the salon: its key and the questions it answers, as people word them."""

    key: str
    wordings: tuple[str, ...]
    told: str = ""
    """What the salon answers, which says what it is about, too."""


@dataclass(frozen=True, slots=True)
class _Wording:
    key: str
    text: str
    lemmas: str
    weights: Mapping[str, float]
    norm: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One answer that may be meant: by which wording, with which score and features."""

    number: int
    score: float
    features: Mapping[str, float]


class Answers:
    """An index of answers. Immutable and thread safe."""

    def __init__(
        self,
        answers: Iterable[Answer],
        normaliser: Normaliser,
        knowledge: Knowledge | None = None,
        nearness: MakeNearness | None = None,
    ) -> None:
        """Builds the index; wordings without a word are left out. ``nearness`` is made when words are first unsure."""
        self._knowledge = knowledge or Knowledge.load(normaliser)
        self._make_nearness = nearness
        self._told: dict[str, str] = {}
        """What answers say, after their first wording."""
        self._is_noun = normaliser.lemmas.is_noun
        texts: list[tuple[str, str, str]] = []
        terms: list[Mapping[str, float]] = []
        for answer in answers:
            if answer.told and answer.wordings:
                self._told[answer.key] = f"{answer.wordings[0]} {answer.told}"
            for wording in dict.fromkeys(answer.wordings):
                lemmas, weights = self._knowledge.read(wording)
                if weights:
                    texts.append((answer.key, wording, " ".join(lemmas)))
                    terms.append(weights)
        self._idf = _idf(terms)
        self._unknown = (math.log(1.0 + len(terms)) + 0.2) * self._knowledge.weights["unknown"]
        self._wordings: list[_Wording] = []
        lists: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, ((key, text, line), counts) in enumerate(zip(texts, terms, strict=True)):
            weights = {term: weight * self._idf[term] for term, weight in counts.items()}
            self._wordings.append(_Wording(key, text, line, weights, _norm(weights)))
            for term, weight in weights.items():
                lists[term].append((number, weight))
        self._lists: Mapping[str, list[tuple[int, float]]] = dict(lists)
        self._keys = {
            concept: len({self._wordings[number].key for number, _ in self._lists[concept]})
            for concept in self._lists.keys() & set(self._knowledge.concept_names)
        }
        self._most_listed = max(_LISTED_PARTS, len(texts) // 40)
        self._vocabulary = Vocabulary(term for term in self._lists if term[0] not in MARKS)

    def __len__(self) -> int:
        """How many wordings are known."""
        return len(self._wordings)

    @cached_property
    def nearness(self) -> Nearness | None:
        """The wordings' sentence vectors; ``None`` where there is no model."""
        if self._make_nearness is None or not self._wordings:
            return None
        known = {wording.key for wording in self._wordings}
        told = {key: text for key, text in self._told.items() if key in known}
        return self._make_nearness([(wording.key, wording.text) for wording in self._wordings], told)

    def passages(self) -> list[str]:
        """Every text that is compared by its sentence vector."""
        return [*(wording.text for wording in self._wordings), *self._told.values()]

    def match(
        self, normal: Normal, action: float = 0.0, upset: float = 0.0, vector: Vector | None = None
    ) -> tuple[AnswerMatch, ...]:
        """The answers that may be meant, best first, each key once; empty when nothing is near.

        ``action``: how surely the client wants something done, 0..1; ``upset``: how surely the client is upset. Both
        make it less likely that a question of the salon's list is asked. ``vector`` gives the message's sentence vector
        and is asked where words are not sure.
        """
        lemmas = self._corrected(lemmas_of(normal.line.tokens))
        weights = self._weights(self._knowledge.terms(normal, lemmas))
        query = _Wording("", normal.text, " ".join(lemmas), weights, _norm(weights))
        dots = self._dots(weights)
        situation = {"action": action, "upset": upset, "foreign": self._foreign(lemmas, weights)}
        by_words = self._judged(self._by_words(dots, query), self._knowledge.model, situation)
        if vector is None or not self._wordings or (by_words and by_words[0].confidence >= self._knowledge.clear):
            return by_words
        seen = vector()
        if not seen or self.nearness is None:
            return by_words
        return self._judged(self._by_both(dots, query, seen, self.nearness), self._knowledge.near_model, situation)

    def _weights(self, terms: Terms) -> dict[str, float]:
        """Weights of a message's terms; an unknown word says nothing where its trigrams or its concept speak for it."""
        weights: dict[str, float] = {}
        for term, weight in terms.weights.items():
            if term in self._idf:
                weights[term] = weight * self._idf[term]
            elif term[0] not in MARKS and terms.concepts.get(term) not in self._idf:
                weights[term] = weight * self._unknown
        return weights

    def _foreign(self, lemmas: Sequence[str], weights: Mapping[str, float]) -> float:
        """How many things the message names that no answer knows, 0..1: two or more are 1."""
        foreign = sum(
            lemma in weights and lemma not in self._idf and lemma not in self._knowledge.usual and self._is_noun(lemma)
            for lemma in lemmas
        )
        return min(1.0, foreign / 2)

    def _corrected(self, lemmas: Sequence[str]) -> list[str]:
        """Lemmas with words that no wording has replaced by the nearest one that some wording has."""
        known = self._knowledge.stop
        return [
            lemma if not lemma or lemma in self._lists or lemma in known else self._vocabulary.nearest(lemma) or lemma
            for lemma in lemmas
        ]

    def _dots(self, weights: Mapping[str, float]) -> dict[int, float]:
        dots: dict[int, float] = {}
        so_far = dots.get
        for term, weight in weights.items():
            entries = self._lists.get(term, ())
            if len(entries) > self._most_listed and term[0] == PART_MARK:
                continue
            for number, other in entries:
                dots[number] = so_far(number, 0.0) + weight * other
        return dots

    def _by_words(self, dots: Mapping[int, float], query: _Wording) -> list[_Candidate]:
        """The nearest wording of each key by words alone, a short list."""
        wordings = self._wordings
        cosines = ((dot / (query.norm * wordings[number].norm), -number) for number, dot in dots.items())
        best: dict[str, _Candidate] = {}
        for cosine, minus in heapq.nlargest(_SHORTLIST * 2, cosines):
            key = wordings[-minus].key
            if key not in best and len(best) < _SHORTLIST:
                features = self._features(cosine, wordings[-minus], query)
                score = 0.75 * cosine + 0.15 * features["fuzzy"] + 0.1 * features["said"]
                best[key] = _Candidate(-minus, score, features)
        return list(best.values())

    def _by_both(
        self, dots: Mapping[int, float], query: _Wording, vector: Sequence[float], nearness: Nearness
    ) -> list[_Candidate]:
        """The best few by words and the best few by the sentence vector, each weighed by both."""
        by_words = {self._wordings[one.number].key for one in self._by_words(dots, query)}
        return [
            self._weighed(near, dots, query)
            for near in nearness.best(vector, self._knowledge.near, _SHORTLIST, by_words)
        ]

    def _weighed(self, near: Near, dots: Mapping[int, float], query: _Wording) -> _Candidate:
        cosine, minus = max(
            (dots.get(number, 0.0) / (query.norm * self._wordings[number].norm), -number) for number in near.wordings
        )
        number = -minus if cosine >= _UNLIKE else near.nearest
        features = self._features(cosine, self._wordings[number], query)
        return _Candidate(number, cosine + near.score, {**features, "near": near.near, "kin": near.kin})

    def _judged(
        self, found: Sequence[_Candidate], model: Mapping[str, float], situation: Mapping[str, float]
    ) -> tuple[AnswerMatch, ...]:
        ordered = sorted(found, key=lambda one: (-one.score, one.number))
        matches: list[AnswerMatch] = []
        for rank, one in enumerate(ordered[: self._knowledge.most_answers]):
            rival = ordered[0].score if rank else ordered[1].score if len(ordered) > 1 else 0.0
            confidence = _logistic(model, {**one.features, **situation, "margin": one.score - rival})
            if confidence >= self._knowledge.least_confidence:
                wording = self._wordings[one.number]
                matches.append(AnswerMatch(key=wording.key, confidence=confidence, matched=wording.text))
        return tuple(matches)

    def _features(self, cosine: float, wording: _Wording, query: _Wording) -> dict[str, float]:
        """Features 0..1: the cosine, how much of the message and of the wording is shared, and so on."""
        shared = [term for term in query.weights if term in wording.weights]
        mass = sum(query.weights.values()) or 1.0
        words = sum(term[0] not in MARKS for term in shared)
        concepts = [term for term in query.weights if term[0] == CONCEPT_MARK]
        light = self._knowledge.light
        decisive = [term for term in concepts if term in wording.weights and term not in light]
        unique = any(self._keys[term] == 1 for term in decisive)
        return {
            "bias": 1.0,
            "cosine": cosine,
            "said": sum(query.weights[term] for term in shared) / mass,
            "asked": sum(wording.weights[term] for term in shared) / sum(wording.weights.values()),
            "known": sum(weight for term, weight in query.weights.items() if term in self._idf) / mass,
            "fuzzy": max(fuzz.token_sort_ratio(query.lemmas, wording.lemmas), fuzz.ratio(query.lemmas, wording.lemmas))
            / 100.0,
            "concept": 1.0 if decisive else 0.0,
            "unique": 1.0 if unique else 0.0,
            "single": 1.0 if words <= 1 and not decisive else 0.0,
        }


def _norm(weights: Mapping[str, float]) -> float:
    return math.hypot(*weights.values()) or 1.0


def _idf(terms: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Term -> inverse document frequency, at least a little above zero."""
    counts: Counter[str] = Counter()
    for one in terms:
        counts.update(one.keys())
    return {term: math.log((1.0 + len(terms)) / count) + 0.2 for term, count in counts.items()}


def _logistic(model: Mapping[str, float], features: Mapping[str, float]) -> float:
    total = sum(weight * features[name] for name, weight in model.items())
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))), 4)
