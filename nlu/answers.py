"""Which of the salon's answers a message asks for, with a confidence that is a probability and not a fuzz ratio.

An index is built once of the answers' wordings and never changes; a changed set of answers is a new index. Matching is
a walk over inverted lists of lemmas and concepts (what clients say for the same thing), then two rapidfuzz scorers on
the best few, then one logistic formula over the scores and the margin to the next answer.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from dialog.detection import AnswerMatch
from nlu import datafile
from nlu.datafile import BUILT_IN, Entry
from nlu.normalise import Normal, Normaliser
from nlu.phrase import Found, Phrases
from nlu.tokens import Kind, Token
from nlu.vocabulary import Vocabulary, trigrams

_FEATURES: Final = (
    "bias", "cosine", "said", "asked", "known", "fuzzy", "margin", "single", "concept", "unique", "foreign",
    "action", "upset",
)  # fmt: skip
_WEIGHTS: Final = ("concept", "light", "covered", "word", "asking", "part", "unknown", "topic")
_SHORTLIST: Final = 12
_MOST_WORDS: Final = 40
_LISTED_PARTS: Final = 200
"""A trigram that more wordings have tells nothing apart and is not walked through."""
_REMEMBERED: Final = 20_000
_CONCEPT_MARK: Final = "+"
_PART_MARK: Final = "~"
_TOPIC_MARK: Final = "@"
_MARKS: Final = (_CONCEPT_MARK, _PART_MARK, _TOPIC_MARK)


Topics = Callable[[Normal], Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the salon: its key and the questions it answers, as people word them."""

    key: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What ``answers.yaml`` holds."""

    model: Mapping[str, float]
    weights: Mapping[str, float]
    least_confidence: float
    most_answers: int
    stop: frozenset[str]
    asking: frozenset[str]
    usual: frozenset[str]
    """Things that any message may name."""
    light: frozenset[str]
    """Concepts that many answers share: what it is about rather than what is asked."""
    concepts: Phrases
    concept_names: tuple[str, ...]
    """The concept of each phrase."""

    topics: Topics | None
    """What a text asks about: topic -> probability, where that was learned."""
    read: Callable[[str], tuple[tuple[str, ...], Mapping[str, float]]]
    """The lemmas and terms of a wording; remembered, so that a changed set of answers is indexed at once."""

    @staticmethod
    def load(normaliser: Normaliser, path: Path = BUILT_IN / "answers.yaml", topics: Topics | None = None) -> Knowledge:
        """Raises ``DataError`` when the file is not right. ``topics`` says what a question is about."""
        names = (
            "spec",
            "model",
            "weights",
            "least_confidence",
            "most_answers",
            "stop",
            "asking",
            "usual",
            "light",
            "concepts",
        )
        root = datafile.read(path).fields(names)
        entries: list[Entry] = []
        concepts: list[str] = []
        for concept, place in root["concepts"].pairs():
            place.texts()
            entries.extend(place.items())
            concepts.extend([_CONCEPT_MARK + concept] * (len(entries) - len(concepts)))
        unknown = [place for place in root["light"].items() if _CONCEPT_MARK + place.text() not in concepts]
        if unknown:
            raise unknown[0].refuse(f"there is no concept {unknown[0].text()!r}")

        def read_wording(wording: str) -> tuple[tuple[str, ...], Mapping[str, float]]:
            normal = normaliser.normal(wording)
            lemmas = _lemmas(normal.line.tokens)
            return tuple(lemmas), knowledge.terms(normal, lemmas).weights

        knowledge = Knowledge(
            model={name: place.number(-50.0, 50.0) for name, place in root["model"].fields(_FEATURES).items()},
            weights={name: place.number(0.0, 5.0) for name, place in root["weights"].fields(_WEIGHTS).items()},
            least_confidence=root["least_confidence"].number(0.0, 1.0),
            most_answers=int(root["most_answers"].number(1, 20)),
            stop=frozenset(root["stop"].texts()),
            asking=frozenset(root["asking"].texts()),
            usual=frozenset(root["usual"].texts()),
            light=frozenset(_CONCEPT_MARK + name for name in root["light"].texts()),
            concepts=normaliser.phrases(entries),
            concept_names=tuple(concepts),
            topics=topics,
            read=lru_cache(_REMEMBERED)(read_wording),
        )
        return knowledge

    def about(self, wording: str) -> frozenset[str]:
        """The words and concepts of a wording that tell what it is about."""
        marks = (_PART_MARK, _TOPIC_MARK)
        return frozenset(term for term in self.read(wording)[1] if term[0] not in marks and term not in self.asking)

    def asks(self, words: Iterable[Token]) -> bool:
        """Whether a word that asks stands among the words."""
        return any(not self.asking.isdisjoint(token.lemmas) for token in words)

    def terms(self, normal: Normal, lemmas: Sequence[str]) -> _Terms:
        """Terms of a text with their weight before idf: topics, concepts, words, and the trigrams of words."""
        line = normal.line
        asked = self.topics(normal) if self.topics else {}
        terms = {_TOPIC_MARK + topic: share * self.weights["topic"] for topic, share in asked.items()}
        covered: dict[int, str] = {}
        for found in sorted(self.concepts.find(line), key=_longest_first):
            if found.start in covered or found.end - 1 in covered:
                continue
            concept = self.concept_names[found.phrase]
            covered[found.start] = covered[found.end - 1] = concept
            terms[concept] = self.weights["light" if concept in self.light else "concept"]
        for at, lemma in enumerate(lemmas):
            if not lemma or lemma in self.stop:
                continue
            weight = self.weights["covered" if at in covered else "asking" if lemma in self.asking else "word"]
            terms[lemma] = max(weight, terms.get(lemma, 0.0))
            for trigram in trigrams(lemma):
                terms[_PART_MARK + trigram] = self.weights["part"]
        return _Terms(terms, {lemmas[at]: concept for at, concept in covered.items() if at < len(lemmas)})


@dataclass(frozen=True, slots=True)
class _Terms:
    """Weights of terms before idf, and the concept behind each word that names one."""

    weights: Mapping[str, float]
    concepts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Wording:
    key: str
    text: str
    lemmas: str
    weights: Mapping[str, float]
    norm: float


class Answers:
    """An index of answers. Immutable and thread safe."""

    def __init__(self, answers: Iterable[Answer], normaliser: Normaliser, knowledge: Knowledge | None = None) -> None:
        """Builds the index; wordings without a word are left out."""
        self._knowledge = knowledge or Knowledge.load(normaliser)
        self._is_noun = normaliser.lemmas.is_noun
        texts: list[tuple[str, str, str]] = []
        terms: list[Mapping[str, float]] = []
        for answer in answers:
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
        self._vocabulary = Vocabulary(term for term in self._lists if term[0] not in _MARKS)

    def __len__(self) -> int:
        """How many wordings are known."""
        return len(self._wordings)

    def match(self, normal: Normal, action: float = 0.0, upset: float = 0.0) -> tuple[AnswerMatch, ...]:
        """The answers that may be meant, best first, each key once; empty when nothing is near.

        ``action``: how surely the client wants something done, 0..1; ``upset``: how surely the client is upset. Both
        make it less likely that a question of the salon's list is asked.
        """
        lemmas = self._corrected(_lemmas(normal.line.tokens))
        weights = self._weights(self._knowledge.terms(normal, lemmas))
        norm = _norm(weights)
        dots = self._dots(weights)
        if not dots:
            return ()
        query = _Wording("", normal.text, " ".join(lemmas), weights, norm)
        situation = {"action": action, "upset": upset, "foreign": self._foreign(lemmas, weights)}
        return self._judged(self._best_by_key(dots, norm), query, situation)

    def _weights(self, terms: _Terms) -> dict[str, float]:
        """Weights of a message's terms; an unknown word says nothing where its trigrams or its concept speak for it."""
        weights: dict[str, float] = {}
        for term, weight in terms.weights.items():
            if term in self._idf:
                weights[term] = weight * self._idf[term]
            elif term[0] not in _MARKS and terms.concepts.get(term) not in self._idf:
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
            if len(entries) > self._most_listed and term[0] == _PART_MARK:
                continue
            for number, other in entries:
                dots[number] = so_far(number, 0.0) + weight * other
        return dots

    def _best_by_key(self, dots: Mapping[int, float], norm: float) -> list[tuple[float, int]]:
        """(cosine, wording) of the nearest wording of each key, best first, a short list."""
        wordings = self._wordings
        cosines = ((dot / (norm * wordings[number].norm), -number) for number, dot in dots.items())
        best: dict[str, tuple[float, int]] = {}
        for cosine, minus in heapq.nlargest(_SHORTLIST * 2, cosines):
            best.setdefault(wordings[-minus].key, (cosine, -minus))
        return list(best.values())[:_SHORTLIST]

    def _judged(
        self, best: Iterable[tuple[float, int]], query: _Wording, situation: Mapping[str, float]
    ) -> tuple[AnswerMatch, ...]:
        scored: list[tuple[float, int, dict[str, float]]] = []
        for cosine, number in best:
            features = self._features(cosine, self._wordings[number], query)
            scored.append((0.75 * cosine + 0.15 * features["fuzzy"] + 0.1 * features["said"], number, features))
        scored.sort(key=lambda one: (-one[0], one[1]))
        matches: list[AnswerMatch] = []
        for rank, (score, number, features) in enumerate(scored[: self._knowledge.most_answers]):
            rival = scored[0][0] if rank else scored[1][0] if len(scored) > 1 else 0.0
            confidence = _logistic(self._knowledge.model, {**features, **situation, "margin": score - rival})
            if confidence >= self._knowledge.least_confidence:
                wording = self._wordings[number]
                matches.append(AnswerMatch(key=wording.key, confidence=confidence, matched=wording.text))
        return tuple(matches)

    def _features(self, cosine: float, wording: _Wording, query: _Wording) -> dict[str, float]:
        """Features 0..1: the cosine, how much of the message and of the wording is shared, and so on."""
        shared = [term for term in query.weights if term in wording.weights]
        mass = sum(query.weights.values())
        words = sum(term[0] not in _MARKS for term in shared)
        concepts = [term for term in query.weights if term[0] == _CONCEPT_MARK]
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


def _longest_first(found: Found) -> tuple[int, int]:
    return (found.start - found.end, found.start)


def _lemmas(words: Iterable[Token]) -> list[str]:
    """The likeliest lemma of each of the first tokens; an empty one for pictures and smiles."""
    return [_lemma(token) for token in islice(words, _MOST_WORDS)]


def _lemma(token: Token) -> str:
    if token.kind not in (Kind.WORD, Kind.NUMBER):
        return ""
    return token.lemmas[0] if token.lemmas else token.word


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
