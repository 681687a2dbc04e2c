"""Learning from our own lines: ridge regression by its closed form, judged by leaving out. For developers; needs numpy.

The heads are linear, so what was learned is one weight for each feature and label, and the score of a message left out
of the learning is known without learning again: its target minus its dual weight over the diagonal of the inverse.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlu.features import Features

Array = npt.NDArray[np.float64]

_LEAST_SEEN: Final = 2
_STEPS: Final = 60
_HELD_BACK: Final = 0.5
"""Of the average spread inside a topic: there are fewer questions than dimensions."""
_MOST_AXES: Final = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What is known of one message: its features, what the rules said, its sentence vector, and its label."""

    features: Features
    rules: Sequence[float]
    vector: Sequence[float]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How much the rules and the sentence vectors count beside the words, and how much is held back."""

    rules: float
    vectors: float
    ridge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One learned head and the scores of its own examples, each left out."""

    body: Mapping[str, Any]
    labels: Sequence[str]
    left_out: Array
    """Probabilities, one row an example."""


def learn(examples: Sequence[Example], strength: Strength, *, groups: Sequence[int] | None = None) -> Head:
    """A head over the examples' labels; examples of one group (near copies) are left out together."""
    labels = sorted({one.label for one in examples})
    names = _names(examples)
    words = _matrix(examples, names)
    rules = np.array([one.rules for one in examples], dtype=np.float64) * strength.rules
    vectors = np.array([one.vector for one in examples], dtype=np.float64)
    middle = vectors.mean(axis=0) if vectors.shape[1] else np.zeros(0)
    vectors = (vectors - middle) * strength.vectors
    kernel = words @ words.T + rules @ rules.T + vectors @ vectors.T + 0.25
    targets = np.array([[1.0 if one.label == label else -1.0 for label in labels] for one in examples])
    inverse: Array = np.linalg.inv(kernel + strength.ridge * np.eye(len(examples))).astype(np.float64)
    dual = inverse @ targets
    left = _left_out(targets, inverse, dual, groups or range(len(examples)))
    warmth = _warmth(left, targets)
    body = {
        "labels": labels,
        "features": names,
        "warmth": warmth,
        "bias": _rounded(dual.sum(axis=0) * 0.25 - (middle * strength.vectors) @ (vectors.T @ dual)),
        "rules": _rows(rules.T @ dual * strength.rules),
        "vectors": _rows(vectors.T @ dual * strength.vectors),
        **_packed(words.T @ dual),
    }
    return Head(body=body, labels=labels, left_out=_softmax(left * warmth))


def kin(asked: Array, told: Array, topics: Sequence[str]) -> dict[str, Any]:
    """Linear discriminant analysis over questions read as messages and as wordings: the body of ``nlu.kin.Kin``."""
    middles = [vectors.mean(axis=0) for vectors in (asked, told)]
    inside = np.zeros((asked.shape[1], asked.shape[1]))
    between = np.zeros_like(inside)
    names = sorted(set(topics))
    rows = {name: [at for at, topic in enumerate(topics) if topic == name] for name in names}
    for name in names:
        lean = np.zeros(asked.shape[1])
        for vectors, middle in zip((asked, told), middles, strict=True):
            mean = vectors[rows[name]].mean(axis=0)
            apart = vectors[rows[name]] - mean
            inside += apart.T @ apart / (2 * len(topics))
            lean += (mean - middle) / 2
        between += np.outer(lean, lean) / len(names)
    width = len(inside)
    values, axes = np.linalg.eigh(inside + _HELD_BACK * np.trace(inside) / width * np.eye(width))
    whiten = axes @ np.diag(values**-0.5) @ axes.T
    _, turned = np.linalg.eigh(whiten @ between @ whiten)
    packed = _packed(whiten @ turned[:, ::-1][:, : min(_MOST_AXES, len(names) - 1)])
    return {
        "asked": _rounded(middles[0]),
        "told": _rounded(middles[1]),
        "scales": packed["scales"],
        "table": packed["weights"],
    }


def _names(examples: Sequence[Example]) -> list[str]:
    seen = Counter(name for one in examples for name in one.features)
    return sorted(name for name, number in seen.items() if number >= _LEAST_SEEN)


def _matrix(examples: Sequence[Example], names: Sequence[str]) -> Array:
    places = {name: at for at, name in enumerate(names)}
    matrix = np.zeros((len(examples), len(names)))
    for row, one in enumerate(examples):
        for name, weight in one.features.items():
            if name in places:
                matrix[row, places[name]] = weight
    return matrix


def _left_out(targets: Array, inverse: npt.NDArray[Any], dual: Array, groups: Sequence[int]) -> Array:
    """Scores of each group by what the others teach."""
    members: dict[int, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    left = np.empty_like(targets)
    for rows in members.values():
        left[rows] = targets[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], dual[rows])
    return left


def _softmax(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Array = raised / raised.sum(axis=1, keepdims=True)
    return result


def _warmth(left: Array, targets: Array) -> float:
    """The factor that makes the left-out scores the best probabilities."""
    right = targets.argmax(axis=1)
    tried = np.geomspace(0.5, 20.0, _STEPS)
    losses = [-np.log(_softmax(left * one)[np.arange(len(right)), right] + 1e-9).mean() for one in tried]
    return round(float(tried[int(np.argmin(losses))]), 3)


def _rounded(values: Array) -> list[float]:
    return [round(float(value), 5) for value in values]


def _rows(matrix: Array) -> list[list[float]]:
    return [_rounded(row) for row in matrix]


def _packed(weights: Array) -> dict[str, Any]:
    """Weights as one signed byte each, with a scale for each label."""
    scales = np.abs(weights).max(axis=0) / 127.0 + 1e-12
    small = np.round(weights / scales).astype(np.int8)
    return {
        "scales": [float(f"{scale:.4g}") for scale in scales],
        "weights": base64.b64encode(small.tobytes()).decode(),
    }


def digest(paths: Sequence[Path]) -> str:
    """Changes with what was learned from."""
    sums = hashlib.blake2b(digest_size=12)
    for path in paths:
        sums.update(path.name.encode() + b"\0" + path.read_bytes())
    return sums.hexdigest()


def write(path: Path, heads: Mapping[str, Head], kinship: Mapping[str, Any], **facts: str) -> None:
    """The file that ``nlu.learned`` reads."""
    whole = {"spec": 1, **facts, "kin": kinship, "heads": {name: head.body for name, head in heads.items()}}
    path.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
