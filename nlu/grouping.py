"""Questions that mean the same are put together, whatever words they use."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from nlu.knowledge import Knowledge

SAME = 0.4
"""Questions whose words and concepts are as near as that mean the same: by eye on forty questions that were missed."""


def alike(questions: Sequence[str], knowledge: Knowledge) -> list[list[int]]:
    """Groups of positions, in the order in which their first questions come. Deterministic.

    A question joins the group whose first question is nearest: a chain of small steps does not glue strangers together.
    """
    groups: dict[int, list[int]] = {}
    firsts: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, question in enumerate(questions):
        vector = _unit(knowledge.asked(question))
        near: defaultdict[int, float] = defaultdict(float)
        for term, weight in vector.items():
            for first, other in firsts[term]:
                near[first] += weight * other
        best = max(near, key=lambda first: (near[first], -first), default=-1)
        if best >= 0 and near[best] >= SAME:
            groups[best].append(number)
            continue
        groups[number] = [number]
        for term, weight in vector.items():
            firsts[term].append((number, weight))
    return list(groups.values())


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.hypot(*weights.values()) or 1.0
    return {term: weight / length for term, weight in weights.items()}
