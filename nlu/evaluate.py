"""How well messages are understood: measures over labelled rows, for `zabota nlu eval` and the tests.

A row is a mapping as in a JSONL file. ``upset`` reads ``text``, ``upset``, ``handoff`` (0/1) and ``tags``; ``intent``
reads ``text`` and ``intent``; ``faq`` reads ``text`` and ``gold`` (a key, or null for a message that no answer covers)
and needs a detector that has the answers; ``datetime`` reads ``text``, ``now``, ``date`` and ``time``; ``contacts``
reads ``text``, ``name`` and ``phone``.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dialog.detection import Detection, Detector
from nlu.figures import (
    auc,
    coverage,
    interval,
    macro_f1,
    quantile,
    share_above,
    share_of,
    threshold_at,
)
from nlu.moments_gold import Said, right_date, right_time

FALSE_ALARMS: Final = (0.02, 0.05)
PRECISION: Final = 0.95
_OTHER: Final = "other"
_WORST: Final = 40

Row = Mapping[str, Any]
Cpu = Callable[[], float]
"""Seconds of CPU used so far."""


class RowError(ValueError):
    """A row lacks what the task needs. ``str()`` says which row and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What the product decides by when nobody changed its settings."""

    hand_over: float
    """The score of the mood from which a person is called."""
    answer: float
    """The confidence from which the bot answers."""
    clarify: float = 0.0
    """The confidence from which the bot offers an answer as a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is measured, and with what."""

    rows: Sequence[Row]
    detector: Detector
    cpu: Cpu
    shipped: Shipped
    ordinary: Sequence[Row] = ()
    """More messages of people who are not upset."""
    outside: Sequence[Row] = ()
    """Messages that no answer covers."""
    moment: Callable[[str, datetime], Said] | None = None
    """Reads date and time of a text, given the salon's local time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Name -> figure, name -> how many messages stand behind it; ``wrong`` names the mistakes by kind."""

    task: str
    n: int
    figures: Mapping[str, float]
    counts: Mapping[str, int]
    wrong: Mapping[str, tuple[str, ...]]

    def as_dict(self) -> dict[str, Any]:
        """One flat object for JSON; a figure that nothing was measured for is null."""
        figures = {name: None if math.isnan(value) else round(value, 4) for name, value in self.figures.items()}
        return {"task": self.task, "n": self.n, **figures}

    def interval(self, name: str) -> tuple[float, float] | None:
        """The 95 % interval of a figure that is a share."""
        return interval(self.figures[name], self.counts[name]) if name in self.counts else None


_Result = tuple[dict[str, float], dict[str, int], dict[str, list[str]]]


def read_rows(path: Path) -> list[Row]:
    """Rows of a JSONL file. Raises ``RowError`` with file and line."""
    rows: list[Row] = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RowError(f"{path.name}: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise RowError(f"{path.name}:{number}: not JSON: {error}") from None
        if not isinstance(row, dict) or not isinstance(row.get("text", row.get("question")), str):
            raise RowError(f'{path.name}:{number}: expected an object with "text" or "question"')
        rows.append(row)
    return rows


def evaluate(task: str, judged: Judged) -> Measured:
    """Measure ``task``. Raises ``RowError`` for rows that do not fit it."""
    if task not in _TASKS:
        raise RowError(f"task {task!r} is not one of: {', '.join(_TASKS)}")
    needed, measure = _TASKS[task]
    for number, row in enumerate(judged.rows, 1):
        missing = [name for name in needed if name not in row]
        if missing:
            raise RowError(f"row {number}: {', '.join(missing)} missing, {task} needs {', '.join(needed)}")
    spent: list[float] = []
    figures, counts, wrong = measure(judged, spent)
    cpu = {"cpu_ms_p50": quantile(spent, 0.5) * 1e3, "cpu_ms_p95": quantile(spent, 0.95) * 1e3}
    return Measured(
        task=task,
        n=len(judged.rows),
        figures={**cpu, **figures},
        counts=counts,
        wrong={kind: tuple(lines[:_WORST]) for kind, lines in wrong.items()},
    )


def _detected(judged: Judged, rows: Iterable[Row], spent: list[float]) -> list[Detection]:
    seen: list[Detection] = []
    for row in rows:
        before = judged.cpu()
        seen.append(judged.detector.detect(str(row["text"])))
        spent.append(judged.cpu() - before)
    return seen


def alarm(detection: Detection) -> float:
    """How strongly a message calls for a person: the mood's score; a gate or the command is above every score."""
    return 2.0 if detection.gate or detection.command == "human" else detection.mood.score


def _upset(judged: Judged, spent: list[float]) -> _Result:
    """Recall of upset clients at given shares of false alarms; the pool is upset = 0 and handoff = 0."""
    rows = [*judged.rows, *({"upset": 0, "handoff": 0, **row} for row in judged.ordinary)]
    scored = [(alarm(one), row) for one, row in zip(_detected(judged, rows, spent), rows, strict=True)]
    pool = [(score, row) for score, row in scored if not row["upset"] and not row["handoff"]]
    upset = [(score, row) for score, row in scored if row["upset"]]
    traps = [score for score, row in pool if "trap" in (row.get("tags") or ())]
    calm, angry = [score for score, _ in pool], [score for score, _ in upset]
    shipped = judged.shipped.hand_over
    cuts = {share: threshold_at(share, calm) for share in FALSE_ALARMS}
    figures = {
        "recall_at_fa_2": share_above(cuts[0.02], angry),
        "recall_at_fa_5": share_above(cuts[0.05], angry),
        "recall_shipped": share_of(angry, lambda score: score >= shipped),
        "false_alarm_shipped": share_of(calm, lambda score: score >= shipped),
        "auc": auc(angry, calm),
        "traps_false_alarm": share_of(traps, lambda score: score >= shipped),
    }
    counts = dict.fromkeys(("recall_at_fa_2", "recall_at_fa_5", "recall_shipped"), len(angry))
    counts |= {"false_alarm_shipped": len(calm), "traps_false_alarm": len(traps)}
    missed = [_line(score, row) for score, row in sorted(upset, key=_score_of) if score <= cuts[0.02]]
    false = [_line(score, row) for score, row in sorted(pool, key=_score_of)[::-1] if score > cuts[0.05]]
    asked = [_line(score, row) for score, row in scored if row["handoff"] and not row["upset"] and score < shipped]
    return figures, counts, {"missed": missed, "false_alarms": false, "not_handed_over": asked}


def _score_of(scored: tuple[float, Row]) -> float:
    return scored[0]


def _line(score: float, row: Row) -> str:
    return f"{score:.2f}  {row['text']}"


def _intent(judged: Judged, spent: list[float]) -> _Result:
    seen = _detected(judged, judged.rows, spent)
    pairs = [(str(row["intent"]), intent_of(one)) for one, row in zip(seen, judged.rows, strict=True)]
    right = [gold == said for gold, said in pairs]
    figures = {"accuracy": share_of(right, bool), "macro_f1": macro_f1(pairs)}
    labels = Counter(gold for gold, _ in pairs)
    hits = Counter(gold for gold, said in pairs if gold == said)
    by_label = [f"{hits[label] / number:.2f}  {label} ({number})" for label, number in sorted(labels.items())]
    confused = Counter(pair for pair in pairs if pair[0] != pair[1])
    confusions = [f"{number} × {gold} → {said}" for (gold, said), number in confused.most_common()]
    wrong = [
        f"{gold} → {said}: {row['text']}" for (gold, said), row in zip(pairs, judged.rows, strict=True) if gold != said
    ]
    return figures, {"accuracy": len(pairs)}, {"by_label": by_label, "confusions": confusions, "wrong": wrong}


def intent_of(detection: Detection) -> str:
    """The likeliest intent; ``other`` when nothing that the bot knows of is meant."""
    return detection.intents[0].name if detection.intents else _OTHER


def _faq(judged: Judged, spent: list[float]) -> _Result:
    pairs = list(zip(_detected(judged, judged.rows, spent), judged.rows, strict=True))
    inside = [(one, row) for one, row in pairs if row["gold"] is not None]
    outside = [one for one, row in pairs if row["gold"] is None]
    outside += _detected(judged, judged.outside, spent)
    sure = judged.shipped.answer
    best = [(one.answers[0].confidence, one.answers[0].key == row["gold"]) for one, row in pairs if one.answers]
    cut, answered = coverage(best, PRECISION)
    figures = {
        "top1": share_of(inside, lambda pair: bool(_keys(pair[0], 1) == [pair[1]["gold"]])),
        "top3": share_of(inside, lambda pair: pair[1]["gold"] in _keys(pair[0], 3)),
        "coverage_at_p95": answered / len(inside) if inside else math.nan,
        "oos_rejected": share_of(outside, lambda one: not one.answers or one.answers[0].confidence < sure),
    }
    counts = dict.fromkeys(("top1", "top3", "coverage_at_p95"), len(inside)) | {"oos_rejected": len(outside)}
    taken = [right for confidence, right in best if confidence >= sure]
    summary = [
        f"{share_of(taken, bool):.2f}  ({len(taken)}/{len(pairs)}, >= {sure:.2f})",
        f"{PRECISION:.2f}  (>= {cut:.2f})",
    ]
    wrong = [
        f"{match.confidence:.2f} {match.key} ≠ {row['gold']}: {row['text']}"
        for match, row in sorted(((one.answers[0], row) for one, row in pairs if one.answers), key=_least_sure)
        if match.key != row["gold"]
    ]
    return figures, counts, {"precision_shipped": summary, "wrong": wrong}


def _least_sure(pair: tuple[Any, Row]) -> float:
    return -float(pair[0].confidence)


def _keys(one: Detection, most: int) -> list[str]:
    return [match.key for match in one.answers[:most]]


def _datetime(judged: Judged, spent: list[float]) -> _Result:
    if judged.moment is None:
        raise RowError("this detector does not read dates")
    dates: list[bool] = []
    both: list[bool] = []
    false: list[bool] = []
    wrong: list[str] = []
    for row in judged.rows:
        now = _moment_of(row)
        before = judged.cpu()
        said = judged.moment(str(row["text"]), now)
        spent.append(judged.cpu() - before)
        dates.append(right_date(said, row["date"]))
        both.append(dates[-1] and right_time(said, row["time"]))
        if row["date"] is None and row["time"] is None:
            false.append(said.date is not None)
        if not both[-1]:
            wrong.append(f"{row['date']} {row['time']} ≠ {said}: {row['text']}")
    figures = {"strict": share_of(both, bool), "date_only": share_of(dates, bool), "false_dates": share_of(false, bool)}
    return figures, {"strict": len(both), "date_only": len(dates), "false_dates": len(false)}, {"wrong": wrong}


def _moment_of(row: Row) -> datetime:
    try:
        return datetime.fromisoformat(row["now"])
    except (TypeError, ValueError):
        raise RowError(f"{row['text']!r}: now is not a moment: {row['now']!r}") from None


def _contacts(judged: Judged, spent: list[float]) -> _Result:
    seen = _detected(judged, judged.rows, spent)
    names: list[bool] = []
    phones: list[bool] = []
    wrong: list[str] = []
    for one, row in zip(seen, judged.rows, strict=True):
        name, phone = one.slots.get("name"), one.slots.get("phone")
        allowed = [None] if row["name"] is None else [part.casefold() for part in str(row["name"]).split("/")]
        names.append((name.casefold() if name else None) in allowed)
        phones.append(phone == row["phone"])
        if not (names[-1] and phones[-1]):
            wrong.append(f"{row['name']} {row['phone']} ≠ {name} {phone}: {row['text']}")
    counts = {"phone": len(phones), "name": len(names)}
    return {"phone": share_of(phones, bool), "name": share_of(names, bool)}, counts, {"wrong": wrong}


_Measure = Callable[[Judged, list[float]], _Result]
_TASKS: Final[Mapping[str, tuple[tuple[str, ...], _Measure]]] = {
    "upset": (("text", "upset", "handoff"), _upset),
    "intent": (("text", "intent"), _intent),
    "faq": (("text", "gold"), _faq),
    "datetime": (("text", "now", "date", "time"), _datetime),
    "contacts": (("text", "name", "phone"), _contacts),
}
TASKS: Final = tuple(_TASKS)
