"""What ``answers.yaml`` holds: how texts become weighted terms, and how scores become a confidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from nlu import datafile
from nlu.datafile import BUILT_IN, Entry
from nlu.normalise import Normal, Normaliser
from nlu.phrase import Found, Phrases
from nlu.tokens import Kind, Token
from nlu.vocabulary import trigrams

_FEATURES: Final = (
    "bias", "cosine", "said", "asked", "known", "fuzzy", "margin", "single", "concept", "unique", "foreign",
    "action", "upset",
)  # fmt: skip
_NEAR_FEATURES: Final = (*_FEATURES, "near", "kin")
_WEIGHTS: Final = ("concept", "light", "covered", "word", "asking", "part", "unknown", "topic")
_NEAR: Final = ("near", "kin", "told")
_MOST_WORDS: Final = 40
_REMEMBERED: Final = 20_000
CONCEPT_MARK: Final = "+"
PART_MARK: Final = "~"
TOPIC_MARK: Final = "@"
MARKS: Final = (CONCEPT_MARK, PART_MARK, TOPIC_MARK)

Topics = Callable[[Normal], Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What ``answers.yaml`` holds."""

    model: Mapping[str, float]
    weights: Mapping[str, float]
    near_model: Mapping[str, float]
    """The same where a sentence vector was asked."""
    near: Mapping[str, float]
    """What the sentence vector counts beside the cosine of words."""
    clear: float
    """From this confidence on words decide alone."""
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
            "near_model",
            "weights",
            "near",
            "clear",
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
            concepts.extend([CONCEPT_MARK + concept] * (len(entries) - len(concepts)))
        unknown = [place for place in root["light"].items() if CONCEPT_MARK + place.text() not in concepts]
        if unknown:
            raise unknown[0].refuse(f"there is no concept {unknown[0].text()!r}")

        def read_wording(wording: str) -> tuple[tuple[str, ...], Mapping[str, float]]:
            normal = normaliser.normal(wording)
            lemmas = lemmas_of(normal.line.tokens)
            return tuple(lemmas), knowledge.terms(normal, lemmas).weights

        knowledge = Knowledge(
            model={name: place.number(-50.0, 50.0) for name, place in root["model"].fields(_FEATURES).items()},
            weights={name: place.number(0.0, 5.0) for name, place in root["weights"].fields(_WEIGHTS).items()},
            near_model={
                name: place.number(-50.0, 50.0) for name, place in root["near_model"].fields(_NEAR_FEATURES).items()
            },
            near={name: place.number(0.0, 50.0) for name, place in root["near"].fields(_NEAR).items()},
            clear=root["clear"].number(0.0, 1.0),
            least_confidence=root["least_confidence"].number(0.0, 1.0),
            most_answers=int(root["most_answers"].number(1, 20)),
            stop=frozenset(root["stop"].texts()),
            asking=frozenset(root["asking"].texts()),
            usual=frozenset(root["usual"].texts()),
            light=frozenset(CONCEPT_MARK + name for name in root["light"].texts()),
            concepts=normaliser.phrases(entries),
            concept_names=tuple(concepts),
            topics=topics,
            read=lru_cache(_REMEMBERED)(read_wording),
        )
        return knowledge

    def about(self, wording: str) -> frozenset[str]:
        """The words and concepts of a wording that tell what it is about."""
        marks = (PART_MARK, TOPIC_MARK)
        return frozenset(term for term in self.read(wording)[1] if term[0] not in marks and term not in self.asking)

    def asked(self, question: str) -> Mapping[str, float]:
        """What a question is about, with weights: without what any message may name, numbers and topics."""
        quiet = self.asking | self.usual
        return {
            term: weight
            for term, weight in self.read(question)[1].items()
            if term[0] != TOPIC_MARK and term not in quiet and not any(sign.isdigit() for sign in term)
        }

    def asks(self, words: Iterable[Token]) -> bool:
        """Whether a word that asks stands among the words."""
        return any(not self.asking.isdisjoint(token.lemmas) for token in words)

    def terms(self, normal: Normal, lemmas: Sequence[str]) -> Terms:
        """Terms of a text with their weight before idf: topics, concepts, words, and the trigrams of words."""
        line = normal.line
        asked = self.topics(normal) if self.topics else {}
        terms = {TOPIC_MARK + topic: share * self.weights["topic"] for topic, share in asked.items()}
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
                terms[PART_MARK + trigram] = self.weights["part"]
        return Terms(terms, {lemmas[at]: concept for at, concept in covered.items() if at < len(lemmas)})


@dataclass(frozen=True, slots=True)
class Terms:
    """Weights of terms before idf, and the concept behind each word that names one."""

    weights: Mapping[str, float]
    concepts: Mapping[str, str]


def _longest_first(found: Found) -> tuple[int, int]:
    return (found.start - found.end, found.start)


def lemmas_of(words: Iterable[Token]) -> list[str]:
    """The likeliest lemma of each of the first tokens; an empty one for pictures and smiles."""
    return [_lemma(token) for token in islice(words, _MOST_WORDS)]


def _lemma(token: Token) -> str:
    if token.kind not in (Kind.WORD, Kind.NUMBER):
        return ""
    return token.lemmas[0] if token.lemmas else token.word
