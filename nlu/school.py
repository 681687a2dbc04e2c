"""From the lines to the file of learned weights: what `zabota nlu train` does. For developers; needs numpy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from nlu import training
from nlu.datafile import BUILT_IN
from nlu.detector import Parts, RussianDetector
from nlu.features import Features, features
from nlu.figures import auc, share_above, share_of, threshold_at
from nlu.judgement import INTENT, NO, TOPIC, UPSET, WITH_VECTORS, YES, evidence
from nlu.lines import LabelledLine, labelled_lines, topic_lines
from nlu.normalise import Normal
from nlu.training import Example, Head, Strength
from nlu.vectors import Vectors

_STRENGTH: Final = Strength(rules=0.5, vectors=2.0, ridge=1.0)
_CLOSEST: Final = 5
_ALARMS: Final = (0.002, 0.005, 0.01, 0.02, 0.05)
"""Neighbouring lines of a file are often about the same thing: so many are left out together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One line as it is shown to the learned part."""

    line: LabelledLine
    features: Features
    rules: Sequence[float]
    vector: Sequence[float]


def sources(folder: Path = BUILT_IN) -> list[Path]:
    """The files that are learned from."""
    return sorted([*folder.glob("lines/*.txt"), *folder.glob("topics/*.txt")])


def lessons(parts: Parts, vectors: Vectors) -> Iterator[Lesson]:
    """Every line with what the rules alone see in it."""
    detector = RussianDetector(data=parts)
    for line in labelled_lines():
        normal: Normal = parts.normaliser.normal(line.text)
        seen = detector.detect(line.text)
        yield Lesson(
            line=line,
            features=features(normal),
            rules=evidence(seen.mood, seen.gate, seen.intents),
            vector=vectors.vector(normal.text),
        )


def taught(known: Sequence[Lesson]) -> dict[str, Head]:
    """The heads of intents and of upset clients, with and without sentence vectors."""
    heads: dict[str, Head] = {}
    groups = [at // _CLOSEST for at in range(len(known))]
    for name, labels in ((INTENT, [one.line.intent for one in known]), (UPSET, [_upset(one.line) for one in known])):
        for ending, vectors in (("", False), (WITH_VECTORS, True)):
            examples = [
                Example(features=one.features, rules=one.rules, vector=one.vector if vectors else (), label=label)
                for one, label in zip(known, labels, strict=True)
            ]
            heads[name + ending] = training.learn(examples, _STRENGTH, groups=groups)
    return heads


def taught_topics(parts: Parts) -> Head:
    """The head of what is asked about: by words alone, since an answer's wordings are read at every start."""
    examples = [
        Example(features=features(parts.normaliser.normal(text)), rules=(), vector=(), label=topic)
        for topic, text in topic_lines()
    ]
    return training.learn(examples, _STRENGTH)


def taught_kin(vectors: Vectors) -> dict[str, Any]:
    """How sentence vectors are seen for their topic."""
    topics, texts = zip(*topic_lines(), strict=True)
    asked = np.array([vectors.vector(text) for text in texts], dtype=np.float64)
    told = np.array(vectors.passages(texts), dtype=np.float64)
    return training.kin(asked, told, topics)


def _upset(line: LabelledLine) -> str:
    return YES if line.upset else NO


def report(known: Sequence[Lesson], heads: Mapping[str, Head]) -> Iterator[tuple[str, float]]:
    """Figures over the lines, each left out of what judges it."""
    for ending in ("", WITH_VECTORS):
        said = [heads[INTENT + ending].labels[at] for at in heads[INTENT + ending].left_out.argmax(axis=1)]
        right = [label == one.line.intent for label, one in zip(said, known, strict=True)]
        yield f"intent{ending}, accuracy", share_of(right, bool)
        calm, upset = left_out_scores(known, heads[UPSET + ending])
        yield f"upset{ending}, auc", auc(upset, calm)
        for share in (0.02, 0.05):
            yield f"upset{ending}, recall at {share:.0%}", share_above(threshold_at(share, calm), upset)
        plain, _ = left_out_scores(known, heads[UPSET + ending], traps=False)
        for share in _ALARMS:
            yield f"upset{ending}, score for {share:.1%} of alarms", threshold_at(share, plain)


def left_out_scores(known: Iterable[Lesson], head: Head, *, traps: bool = True) -> tuple[list[float], list[float]]:
    """Scores of the ordinary lines, with or without those written as traps, and of the upset ones."""
    scores = head.left_out[:, head.labels.index(YES)].tolist()
    pairs = list(zip(scores, known, strict=True))
    calm = [score for score, one in pairs if one.line.ordinary and (traps or not one.line.trap)]
    return calm, [score for score, one in pairs if one.line.upset]


def teach(to: Path, vectors: Vectors) -> list[tuple[str, float]]:
    """Learn everything anew, write the file, and say how well the lines are judged that were left out."""
    parts = Parts.load(learned=None)
    known = list(lessons(parts, vectors))
    heads = taught(known) | {TOPIC: taught_topics(parts)}
    training.write(to, heads, taught_kin(vectors), source=training.digest(sources()), model=vectors.name)
    return [("lines", float(len(known))), *report(known, heads)]
