"""The FAQ matcher: traps, honesty of the confidence, and a small salon's questions in other words."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from nlu.detector import Parts, RussianDetector
from nlu.evaluate import Judged, Shipped, evaluate, read_rows

DATA = Path(__file__).parent / "data"
SURE = 0.62


@pytest.fixture(scope="module")
def salon(parts: Parts) -> RussianDetector:
    """A salon with 29 answers of two or three wordings each."""
    lines = (DATA / "faq_answers.jsonl").read_text("utf-8").splitlines()
    answers = [(row["key"], row["wordings"]) for row in map(json.loads, lines)]
    return RussianDetector(answers=answers, data=parts)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("вы где", "address"),
        ("почём ноготочки", "manicure_price"),
        ("почем ноготочьки", "manicure_price"),
        ("до скольки работаете", "hours"),
        ("skolko stoit manikur", "manicure_price"),
        ("ghbybvftnt rfhns", "payment"),
        ("какой у вас адресс?", "address"),
        ("сколько стоит стришка", "haircut_price"),
        ("как отменить запись", "cancel_rules"),
        ("баллы сгорают?", "bonus"),
    ],
)
def test_is_sure_of(salon: RussianDetector, text: str, key: str) -> None:
    best = salon.detect(text).answers[0]
    assert best.key == key
    assert best.confidence >= SURE
    assert best.matched


@pytest.mark.parametrize(
    "text",
    [
        "ногти",
        "волосы",
        "мастер",
        "какая завтра погода",
        "сколько стоит билет в театр",
        "отмените мою запись на субботу",
        "мастер испортила мне волосы, всё плохо",
        "верните деньги за окрашивание",
        "расскажи анекдот",
        "фывапролдж",
        "+7 916 123-45-67",
    ],
)
def test_is_not_sure_of(salon: RussianDetector, text: str) -> None:
    assert all(match.confidence < SURE for match in salon.detect(text).answers)


def test_one_shared_word_is_no_certainty(parts: Parts) -> None:
    detector = RussianDetector(answers=[("pedicure", ["Что входит в педикюр с покрытием"])], data=parts)
    for match in detector.detect("покрытие машины лаком").answers:
        assert match.confidence < SURE
    assert all(match.confidence < 1.0 for match in detector.detect("что входит в педикюр").answers)


def test_each_key_once_and_best_first(salon: RussianDetector) -> None:
    answers = salon.detect("сколько стоит стрижка и маникюр").answers
    keys = [match.key for match in answers]
    confidences = [match.confidence for match in answers]
    assert len(keys) == len(set(keys)) > 1
    assert confidences[0] == max(confidences)
    assert all(0.0 <= confidence <= 1.0 for confidence in confidences)


def test_no_answers_no_matches(detector: RussianDetector) -> None:
    assert detector.detect("сколько стоит маникюр").answers == ()


def test_other_words_of_a_small_salon(salon: RussianDetector) -> None:
    """Seen when the concepts were written: a guard, not a measure of understanding."""
    shipped = Shipped(hand_over=0.7, answer=SURE)
    rows = read_rows(DATA / "faq_questions.jsonl")
    measured = evaluate("faq", Judged(rows=rows, detector=salon, cpu=time.thread_time, shipped=shipped))
    assert measured.counts["top1"] >= 110
    assert measured.counts["oos_rejected"] >= 55
    assert measured.figures["top1"] >= 0.92
    assert measured.figures["top3"] >= 0.95
    assert measured.figures["coverage_at_p95"] >= 0.70
    assert measured.figures["oos_rejected"] >= 0.85
