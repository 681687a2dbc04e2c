"""What was learned from our own lines: linear heads that give each label a probability."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nlu.datafile import BUILT_IN, DataError
from nlu.features import Features
from nlu.kin import Kin

_SPEC: Final = 1
LEARNED: Final = BUILT_IN / "learned.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One linear head: label -> probability."""

    labels: tuple[str, ...]
    warmth: float
    bias: tuple[float, ...]
    scales: tuple[float, ...]
    places: Mapping[str, int]
    """Where a feature's weights begin."""
    weights: memoryview
    rules: tuple[tuple[float, ...], ...]
    vectors: tuple[tuple[float, ...], ...]

    def scores(self, features: Features, rules: Sequence[float], vector: Sequence[float] = ()) -> list[float]:
        """A score for each label; higher is likelier."""
        width = len(self.labels)
        words = [0.0] * width
        for name, weight in features.items():
            place = self.places.get(name)
            if place is not None:
                row = self.weights[place : place + width]
                words = [score + weight * one for score, one in zip(words, row, strict=True)]
        scores = [bias + score * scale for bias, score, scale in zip(self.bias, words, self.scales, strict=True)]
        for table, values in ((self.rules, rules), (self.vectors, vector)):
            for value, weights in zip(values, table, strict=False):
                if value:
                    scores = [score + value * one for score, one in zip(scores, weights, strict=True)]
        return scores

    def probabilities(
        self, features: Features, rules: Sequence[float], vector: Sequence[float] = ()
    ) -> dict[str, float]:
        """Label -> probability; all together 1."""
        scores = self.scores(features, rules, vector)
        highest = max(scores)
        raised = [math.exp((score - highest) * self.warmth) for score in scores]
        whole = sum(raised)
        return {label: one / whole for label, one in zip(self.labels, raised, strict=True)}

    def pull(self, features: Features, label: str) -> float:
        """How much these features alone speak for ``label``."""
        at = self.labels.index(label)
        pulled = (
            weight * self.weights[self.places[name] + at] for name, weight in features.items() if name in self.places
        )
        return sum(pulled) * self.scales[at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Every head of the file, by name."""

    source: str
    """The digest of the lines that were learned from."""
    model: str
    """The sentence vectors that the heads with vectors were learned over."""
    heads: Mapping[str, Head]
    kin: Kin | None = None
    """How sentence vectors are seen for their topic."""

    @staticmethod
    def load(path: Path = LEARNED) -> Learned:
        """Raises ``DataError`` when the file is not right."""
        try:
            read = json.loads(path.read_text("utf-8"))
            if read["spec"] != _SPEC:
                raise ValueError(f"spec {read['spec']} is not {_SPEC}")
            heads = {name: _head(body) for name, body in read["heads"].items()}
            kin = Kin.read(read["kin"])
            return Learned(source=str(read["source"]), model=str(read["model"]), heads=heads, kin=kin)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(path.name, 0, f"not a file of learned weights: {error!r}") from error


def _head(body: Mapping[str, Any]) -> Head:
    labels = tuple(map(str, body["labels"]))
    weights = memoryview(base64.b64decode(body["weights"])).cast("b")
    if len(weights) != len(labels) * len(body["features"]):
        raise ValueError("weights do not fit features and labels")
    return Head(
        labels=labels,
        warmth=float(body["warmth"]),
        bias=tuple(body["bias"]),
        scales=tuple(body["scales"]),
        places={name: at * len(labels) for at, name in enumerate(body["features"])},
        weights=weights,
        rules=tuple(map(tuple, body["rules"])),
        vectors=tuple(map(tuple, body["vectors"])),
    )
