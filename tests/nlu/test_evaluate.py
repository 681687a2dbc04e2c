"""The measures, on rows whose figures can be counted by hand."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dialog.detection import AnswerMatch, Detection, Gate, GateKind, IntentMatch, Mood
from nlu.evaluate import Judged, Measured, Row, RowError, Shipped, evaluate, read_rows
from nlu.figures import auc, coverage, held_out_alarms, interval, macro_f1, threshold_at
from nlu.moments_gold import Said, right_date, right_time
from nlu.thresholds import Thresholds


class Known:
    """A detector that reads its result from the text: ``score``, ``!`` for a gate, or ``name confidence``."""

    def detect(self, text: str, now: datetime | None = None) -> Detection:
        """``0.4`` is a mood, ``!`` a gate, ``hours 0.9`` an intent and an answer."""
        if text == "!":
            return Detection(text=text, gate=Gate(kind=GateKind.HUMAN, words=("!",)))
        name, _, confidence = text.partition(" ")
        if confidence:
            sure = float(confidence)
            answer = AnswerMatch(key=name, confidence=sure, matched=name)
            return Detection(text=text, intents=(IntentMatch(name=name, confidence=sure),), answers=(answer,))
        return Detection(text=text, mood=Mood(score=float(text)))


SHIPPED = Shipped(hand_over=0.7, answer=0.62)


def measured(task: str, rows: Sequence[Row], outside: Sequence[Row] = (), ordinary: Sequence[Row] = ()) -> Measured:
    """The task measured with the detector that is known."""
    judged = Judged(
        rows=rows, detector=Known(), cpu=time.thread_time, shipped=SHIPPED, outside=outside, ordinary=ordinary
    )
    return evaluate(task, judged)


def test_upset() -> None:
    pool: list[Row] = [{"text": f"{number / 1000}", "upset": 0, "handoff": 0, "tags": ["trap"]} for number in range(98)]
    ordinary: list[Row] = [{"text": "0.098"}, {"text": "0.7"}]
    upset: list[Row] = [{"text": text, "upset": 1, "handoff": 1} for text in ("0.0975", "0.0985", "0.5", "!")]
    asked: list[Row] = [{"text": "!", "upset": 0, "handoff": 1}, {"text": "0.01", "upset": 0, "handoff": 1}]
    result = measured("upset", pool + upset + asked, ordinary=ordinary)
    assert result.n == 104
    assert result.counts["false_alarm_shipped"] == 100
    assert result.figures["recall_at_fa_2"] == 1.0
    assert result.figures["recall_shipped"] == 0.25
    assert result.figures["false_alarm_shipped"] == 0.01
    assert result.figures["traps_false_alarm"] == 0.0
    assert result.figures["auc"] == pytest.approx(0.99)
    assert [line.split()[-1] for line in result.wrong["not_handed_over"]] == ["0.01"]
    low, high = result.interval("recall_shipped") or (0.0, 0.0)
    assert (round(low, 3), round(high, 3)) == (0.046, 0.699)
    assert result.interval("auc") is None


def test_intent() -> None:
    rows: list[Row] = [
        {"text": "book 0.9", "intent": "book"},
        {"text": "0.1", "intent": "other"},
        {"text": "hi 0.9", "intent": "bye"},
    ]
    result = measured("intent", rows)
    assert result.figures["accuracy"] == pytest.approx(2 / 3)
    assert result.figures["macro_f1"] == pytest.approx(2 / 3)
    assert result.wrong["wrong"] == ("bye → hi: hi 0.9",)
    assert result.wrong["confusions"] == ("1 × bye → hi",)


def test_faq() -> None:
    rows: list[Row] = [
        {"text": "hours 0.9", "gold": "hours"},
        {"text": "hours 0.8", "gold": None},
        {"text": "hours 0.3", "gold": "address"},
        {"text": "0.1", "gold": "address"},
    ]
    result = measured("faq", rows, outside=[{"text": "0.3"}])
    assert result.figures["top1"] == pytest.approx(1 / 3)
    assert result.figures["coverage_at_p95"] == pytest.approx(1 / 3)
    assert result.figures["oos_rejected"] == 0.5
    assert result.as_dict()["oos_rejected"] == 0.5
    assert math.isnan(measured("faq", rows[2:]).figures["oos_rejected"])
    assert measured("faq", rows[2:]).as_dict()["oos_rejected"] is None


def test_contacts() -> None:
    rows: list[Row] = [
        {"text": "book 0.9", "name": "Анна", "phone": None},
        {"text": "0.1", "name": None, "phone": None},
    ]
    assert measured("contacts", rows).as_dict() | {"cpu_ms_p50": 0, "cpu_ms_p95": 0} == {
        "task": "contacts", "n": 2, "cpu_ms_p50": 0, "cpu_ms_p95": 0, "phone": 1.0, "name": 0.5,
    }  # fmt: skip


def test_datetime() -> None:
    rows: list[Row] = [
        {"text": "завтра", "now": "2026-11-18T11:00:00", "date": "2026-11-19", "time": None},
        {"text": "утром", "now": "2026-11-18T11:00:00", "date": "2026-11-19", "time": "15:00"},
        {"text": "нет", "now": "2026-11-18T11:00:00", "date": None, "time": None},
    ]
    judged = Judged(
        rows=rows, detector=Known(), cpu=time.thread_time, shipped=SHIPPED,
        moment=lambda text, now: Said(date=(now + timedelta(days=1)).date().isoformat()),
    )  # fmt: skip
    result = evaluate("datetime", judged)
    assert result.figures["strict"] == pytest.approx(1 / 3)
    assert result.figures["date_only"] == pytest.approx(2 / 3)
    assert result.figures["false_dates"] == 1.0
    with pytest.raises(RowError, match="does not read dates"):
        measured("datetime", rows)


@pytest.mark.parametrize(
    ("said", "gold", "right"),
    [
        (None, None, True), (None, "15:00", False), ("15:00", None, False), ("15:00", "15:00", True),
        ("14:00-16:00", "15:00", False), (">18:00", ">18:00", True), ("<18:00", ">18:00", False),
        ("19:00", ">18:00", True), ("17:00", ">18:00", False), ("13:30", "<14:00", True),
        ("18:00-22:00", "17:00-22:00", True), ("12:00-15:00", "17:00-22:00", False),
    ],
)  # fmt: skip
def test_times(said: str | None, gold: str | None, right: bool) -> None:
    assert right_time(Said(time=said), gold) is right


@pytest.mark.parametrize(
    ("said", "gold", "right"),
    [
        ("2026-11-19", "2026-11-19", True), ("2026-11-19", "2026-11-19/2026-11-20", True), (None, "2026-11-19", False),
        ("2026-11-19", None, False), ("2026-11-21", "2026-11-20..2026-11-22", True),
        ("2026-11-20..2026-11-23", "2026-11-20..2026-11-22", False), ("2026-11-19/2026-11-21", "2026-11-19", False),
    ],
)  # fmt: skip
def test_dates(said: str | None, gold: str | None, right: bool) -> None:
    assert right_date(Said(date=said), gold) is right


@pytest.mark.parametrize(
    ("task", "row", "reason"),
    [("mood", {"text": ""}, "not one of"), ("upset", {"text": "0.1", "upset": 1}, "handoff missing")],
)
def test_rows_that_do_not_fit(task: str, row: Row, reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        measured(task, [row])


@pytest.mark.parametrize(
    ("line", "reason"), [("{", "not JSON"), ("[]", "expected an object"), ('{"gold": 1}', '"text"')]
)
def test_bad_files(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "fine"}\n\n' + line, "utf-8")
    with pytest.raises(RowError, match=rf"rows.jsonl:3: .*{reason}"):
        read_rows(path)


def test_small_measures() -> None:
    assert auc([0.5], [0.5]) == 0.5
    assert threshold_at(0.0, [0.1, 0.3]) == 0.3
    assert coverage([(0.9, True), (0.9, False), (0.5, True)], 0.95) == (1.0, 0)
    assert interval(0.5, 0) == (0.0, 1.0)
    assert macro_f1([("a", "a"), ("b", "a")]) == pytest.approx(1 / 3)
    assert held_out_alarms(0.0, [0.1, 0.2, 0.3, 0.4, 0.9]) == 0.2


def test_thresholds() -> None:
    table = Thresholds.load()
    assert table.score_for(0.02) < table.score_for(0.005) <= table.score_for(0.002) == 0.97
    assert table.score_for(0.0) == 1.0
