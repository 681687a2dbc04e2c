"""The measures, on rows whose figures can be counted by hand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dialog.detection import AnswerMatch, Detection, Gate, GateKind, IntentMatch, Mood
from nlu.evaluate import Row, RowError, auc, coverage, evaluate, held_out_alarms, read_rows, threshold_at
from nlu.thresholds import Thresholds


class Known:
    """A detector that reads its result from the text: ``score``, ``!`` for a gate, or ``name confidence``."""

    def detect(self, text: str) -> Detection:
        """``0.4`` is a mood, ``!`` a gate, ``hours 0.9`` an intent and an answer."""
        if text == "!":
            return Detection(text=text, gate=Gate(kind=GateKind.HUMAN, words=("!",)))
        name, _, confidence = text.partition(" ")
        if confidence:
            sure = float(confidence)
            answer = AnswerMatch(key=name, confidence=sure, matched=name)
            return Detection(text=text, intents=(IntentMatch(name=name, confidence=sure),), answers=(answer,))
        return Detection(text=text, mood=Mood(score=float(text)))


def test_upset() -> None:
    pool: list[Row] = [
        {"text": f"{number / 1000}", "upset": 0, "handoff": 0, "tags": ["trap"]} for number in range(100)
    ]
    upset: list[Row] = [{"text": text, "upset": 1, "handoff": 1} for text in ("0.0975", "0.0985", "0.5", "!")]
    asked: list[Row] = [{"text": "!", "upset": 0, "handoff": 1}, {"text": "0.01", "upset": 0, "handoff": 1}]
    measured = evaluate("upset", pool + upset + asked, Known(), time.thread_time)
    assert measured.counts == {"upset": 4, "pool": 100, "handoff only": 2, "traps": 100, "messages": 106}
    assert measured.figures["threshold at 2%"] == 0.097
    assert measured.figures["recall at 2%"] == 1.0
    assert measured.figures["handoff recall at 2%"] == 0.5
    assert measured.figures["trap alarms at 5%"] == 0.05
    assert measured.figures["auc"] == pytest.approx(0.9925)


def test_intent() -> None:
    rows: list[Row] = [
        {"text": "book 0.9", "intent": "book"},
        {"text": "0.1", "intent": "other"},
        {"text": "hi 0.9", "intent": "bye"},
    ]
    measured = evaluate("intent", rows, Known(), time.thread_time)
    assert measured.figures["top 1"] == pytest.approx(2 / 3)
    assert measured.wrong == ("bye -> hi: hi 0.9",)


def test_faq() -> None:
    rows: list[Row] = [
        {"text": "hours 0.9", "gold": "hours"},
        {"text": "hours 0.8", "gold": None},
        {"text": "hours 0.3", "gold": "address"},
        {"text": "0.1", "gold": "address"},
    ]
    measured = evaluate("faq", rows, Known(), time.thread_time)
    assert measured.figures["top 1"] == pytest.approx(1 / 3)
    assert measured.figures["confidence at 95%"] == 0.9
    assert measured.figures["coverage at 95%"] == pytest.approx(1 / 3)
    assert measured.figures["precision from 0.62"] == 0.5
    assert measured.as_dict()["counts"] == {"inside": 3, "out of scope": 1, "messages": 4}


@pytest.mark.parametrize(
    ("task", "row", "reason"),
    [("mood", {"text": ""}, "not one of"), ("upset", {"text": "0.1", "upset": 1}, "handoff missing")],
)
def test_rows_that_do_not_fit(task: str, row: Row, reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        evaluate(task, [row], Known(), time.thread_time)


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
    assert held_out_alarms(0.0, [0.1, 0.2, 0.3, 0.4, 0.9]) == 0.2


def test_thresholds() -> None:
    table = Thresholds.load()
    assert table.score_for(0.02) < table.score_for(0.005) <= table.score_for(0.002) == 0.70
    assert table.score_for(0.0) == 1.0
