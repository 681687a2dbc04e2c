"""How well messages are understood: measures over labelled rows, for `zabota nlu eval` and the tests.

A row is a mapping as in a JSONL file. ``upset`` reads ``text``, ``upset``, ``handoff`` (0/1) and ``tags``; ``intent``
reads ``text`` and ``intent``; ``faq`` reads ``text`` and ``gold`` (a key, or null for a message that no answer covers)
and needs the answers. Every figure comes with the number of messages it was measured on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dialog.detection import Detection, Detector

TASKS: Final = ("upset", "intent", "faq")
FALSE_ALARMS: Final = (0.02, 0.05)
PRECISION: Final = 0.95
SURE: Final = 0.62
"""The confidence from which the bot answers unless the salon sets another."""
_OTHER: Final = "other"

Row = Mapping[str, Any]
Cpu = Callable[[], float]
"""Seconds of CPU used so far."""


class RowError(ValueError):
    """A row lacks what the task needs. ``str()`` says which row and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Name -> figure, and name -> how many messages stand behind it; ``wrong`` shows the worst mistakes."""

    task: str
    figures: Mapping[str, float]
    counts: Mapping[str, int]
    wrong: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "task": self.task,
            "figures": dict(self.figures),
            "counts": dict(self.counts),
            "wrong": list(self.wrong),
        }


def read_rows(path: Path) -> list[Row]:
    """Rows of a JSONL file. Raises ``RowError`` with file and line."""
    rows: list[Row] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise RowError(f"{path.name}:{number}: not JSON: {error}") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise RowError(f'{path.name}:{number}: expected an object with "text"')
        rows.append(row)
    return rows


def evaluate(task: str, rows: Sequence[Row], detector: Detector, cpu: Cpu) -> Measured:
    """Measure ``task`` over ``rows``. Raises ``RowError`` for rows that do not fit the task."""
    if task not in TASKS:
        raise RowError(f"task {task!r} is not one of: {', '.join(TASKS)}")
    needed = {"upset": ("text", "upset", "handoff"), "intent": ("text", "intent"), "faq": ("text", "gold")}[task]
    for number, row in enumerate(rows, 1):
        missing = [name for name in needed if name not in row]
        if missing:
            raise RowError(f"row {number}: {', '.join(missing)} missing, {task} needs {', '.join(needed)}")
    spent: list[float] = []
    seen = list(_detected(rows, detector, cpu, spent))
    measure = {"upset": _upset, "intent": _intent, "faq": _faq}[task]
    figures, counts, wrong = measure(rows, seen)
    figures |= {"cpu_ms_p50": quantile(spent, 0.5) * 1e3, "cpu_ms_p95": quantile(spent, 0.95) * 1e3}
    counts["messages"] = len(rows)
    return Measured(task=task, figures=figures, counts=counts, wrong=tuple(wrong))


def _detected(rows: Iterable[Row], detector: Detector, cpu: Cpu, spent: list[float]) -> Iterator[Detection]:
    for row in rows:
        before = cpu()
        detection = detector.detect(str(row["text"]))
        spent.append(cpu() - before)
        yield detection


_Figures = tuple[dict[str, float], dict[str, int], list[str]]


def alarm(detection: Detection) -> float:
    """How strongly a message calls for a person: the mood's score; a gate that fired is above every score."""
    return 2.0 if detection.gate else detection.mood.score


def _upset(rows: Sequence[Row], seen: Sequence[Detection]) -> _Figures:
    """Recall of upset clients at given shares of false alarms; the pool is upset = 0 and handoff = 0."""
    scored = [(alarm(one), one.mood.score, row) for one, row in zip(seen, rows, strict=True)]
    pool = [(score, row) for score, _, row in scored if not row["upset"] and not row["handoff"]]
    upset = [(score, row) for score, _, row in scored if row["upset"]]
    asked = [score for score, _, row in scored if row["handoff"] and not row["upset"]]
    traps = [score for score, row in pool if "trap" in row.get("tags", ())]
    figures: dict[str, float] = {"auc": auc([score for score, _ in upset], [score for score, _ in pool])}
    for share in FALSE_ALARMS:
        threshold = threshold_at(share, [score for score, _ in pool])
        name = f"{share:.0%}"
        figures[f"threshold at {name}"] = threshold
        figures[f"recall at {name}"] = share_above(threshold, [score for score, _ in upset])
        figures[f"held-out alarms at {name}"] = held_out_alarms(share, [score for score, _ in pool])
        figures[f"handoff recall at {name}"] = share_above(threshold, asked)
        figures[f"trap alarms at {name}"] = share_above(threshold, traps)
    worst = [f"missed {score:.2f}: {row['text']}" for score, row in sorted(upset, key=_score_of)[:10]]
    worst += [f"alarm {score:.2f}: {row['text']}" for score, row in sorted(pool, key=_score_of)[::-1][:10]]
    counts = {"upset": len(upset), "pool": len(pool), "handoff only": len(asked), "traps": len(traps)}
    return figures, counts, worst


def _score_of(scored: tuple[float, Row]) -> float:
    return scored[0]


def _intent(rows: Sequence[Row], seen: Sequence[Detection]) -> _Figures:
    said = [one.intents[0].name if one.intents else _OTHER for one in seen]
    right = [name == row["intent"] for name, row in zip(said, rows, strict=True)]
    top3 = [
        row["intent"] in [match.name for match in one.intents[:3]] or (not one.intents and row["intent"] == _OTHER)
        for one, row in zip(seen, rows, strict=True)
    ]
    wrong = [
        f"{row['intent']} -> {name}: {row['text']}"
        for name, row, fine in zip(said, rows, right, strict=True)
        if not fine
    ]
    figures = {"top 1": share_of(right, bool), "top 3": share_of(top3, bool)}
    return figures, {"labels": len({row["intent"] for row in rows})}, wrong


def _faq(rows: Sequence[Row], seen: Sequence[Detection]) -> _Figures:
    pairs = list(zip(seen, rows, strict=True))
    inside = [(one, row) for one, row in pairs if row["gold"] is not None]
    figures = {
        "top 1": share_of(inside, lambda pair: _keys(pair[0], 1) == [pair[1]["gold"]]),
        "top 3": share_of(inside, lambda pair: pair[1]["gold"] in _keys(pair[0], 3)),
    }
    best = [(one.answers[0].confidence, one.answers[0].key == row["gold"], row) for one, row in pairs if one.answers]
    threshold, answered = coverage(((confidence, right) for confidence, right, _ in best), PRECISION)
    figures[f"confidence at {PRECISION:.0%}"] = threshold
    figures[f"coverage at {PRECISION:.0%}"] = answered / len(inside) if inside else 0.0
    sure = [right for confidence, right, _ in best if confidence >= SURE]
    figures[f"precision from {SURE}"] = share_of(sure, bool)
    figures[f"answered from {SURE}"] = sum(sure) / len(inside) if inside else 0.0
    figures["calibration error"] = calibration_error([(confidence, right) for confidence, right, _ in best])
    wrong = [
        f"{confidence:.2f} {one.answers[0].key} for {row['gold']}: {row['text']}"
        for one, row in sorted(pairs, key=lambda pair: -(pair[0].answers[0].confidence if pair[0].answers else 0.0))
        if one.answers and one.answers[0].key != row["gold"]
        for confidence in (one.answers[0].confidence,)
    ]
    return figures, {"inside": len(inside), "out of scope": len(pairs) - len(inside)}, wrong


def _keys(one: Detection, most: int) -> list[str]:
    return [match.key for match in one.answers[:most]]


def share_of(items: Sequence[Any], holds: Callable[[Any], bool]) -> float:
    """The share of items for which ``holds``; not a number for none."""
    return sum(map(holds, items)) / len(items) if items else math.nan


def share_above(threshold: float, scores: Sequence[float]) -> float:
    """The share of scores above ``threshold``; not a number for none."""
    return share_of(scores, lambda score: bool(score > threshold))


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


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed; 0 for none."""
    ranked = sorted(values)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)] if ranked else 0.0
