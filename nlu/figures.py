"""Small measures over scores: shares with their intervals, AUC, coverage, F1. Nothing here knows of messages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

_Z: Final = 1.96


def share_of(items: Sequence[Any], holds: Callable[[Any], bool]) -> float:
    """The share of items for which ``holds``; not a number for none."""
    return sum(map(holds, items)) / len(items) if items else math.nan


def share_above(threshold: float, scores: Sequence[float]) -> float:
    """The share of scores above ``threshold``; not a number for none."""
    return share_of(scores, lambda score: bool(score > threshold))


def interval(share: float, number: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``number`` observations; 0..1 for none."""
    if number == 0 or math.isnan(share):
        return 0.0, 1.0
    spread = _Z * math.sqrt(share * (1 - share) / number + _Z * _Z / (4 * number * number))
    middle, scale = share + _Z * _Z / (2 * number), 1 + _Z * _Z / number
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def threshold_at(share: float, pool: Sequence[float]) -> float:
    """The score that at most ``share`` of the pool exceeds."""
    ranked = sorted(pool, reverse=True)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)] if ranked else 1.0


def held_out_alarms(share: float, pool: Sequence[float], folds: int = 5) -> float:
    """The share of alarms on each fold of the pool at the threshold that the other folds give, all folds together."""
    alarms = 0
    for fold in range(folds):
        rest = [score for at, score in enumerate(pool) if at % folds != fold]
        alarms += sum(score > threshold_at(share, rest) for score in pool[fold::folds])
    return alarms / len(pool) if pool else math.nan


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative one; ties count half."""
    if not positive or not negative:
        return math.nan
    wins = sum((one > other) + 0.5 * (one == other) for one in positive for other in negative)
    return wins / (len(positive) * len(negative))


def coverage(scored: Iterable[tuple[float, bool]], precision: float) -> tuple[float, int]:
    """The lowest confidence from which answers are right at ``precision``, and how many are right there."""
    ranked = sorted(scored, key=lambda one: -one[0])
    best, right = (1.0, 0), 0
    for number, (confidence, fine) in enumerate(ranked, 1):
        right += fine
        last_of_tie = number == len(ranked) or ranked[number][0] < confidence
        if last_of_tie and right / number >= precision:
            best = (confidence, right)
    return best


def calibration_error(scored: Sequence[tuple[float, bool]], bins: int = 5) -> float:
    """The mean distance of confidence and the share that is right, over bins of confidence."""
    total = 0.0
    for number in range(bins):
        inside = [one for one in scored if min(int(one[0] * bins), bins - 1) == number]
        if inside:
            mean = sum(confidence for confidence, _ in inside) / len(inside)
            total += len(inside) * abs(mean - sum(right for _, right in inside) / len(inside))
    return total / len(scored) if scored else math.nan


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean F1 over the labels that the gold has; pairs are (gold, said)."""
    labels = sorted({gold for gold, _ in pairs})
    scores: list[float] = []
    for label in labels:
        hit = sum(gold == said == label for gold, said in pairs)
        said_so = sum(said == label for _, said in pairs)
        is_so = sum(gold == label for gold, _ in pairs)
        scores.append(2 * hit / (said_so + is_so))
    return sum(scores) / len(scores) if scores else math.nan


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed; 0 for none."""
    ranked = sorted(values)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)] if ranked else 0.0
