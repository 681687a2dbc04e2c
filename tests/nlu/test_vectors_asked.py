"""Sentence vectors are dear: they are asked only where they can change what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from benchmarks import bench_nlu
from benchmarks.report import Report
from nlu.detector import Parts, RussianDetector
from nlu.learned import Learned

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
LEARNED = Learned.load()


@pytest.fixture(scope="module")
def counted() -> bench_nlu.CountedVectors:
    """A model that counts how often it is asked."""
    return bench_nlu.CountedVectors(LEARNED.model)


@pytest.fixture(scope="module")
def counting(counted: bench_nlu.CountedVectors) -> Parts:
    """The built-in data over the counting model."""
    return Parts.load(lambda: counted)


@pytest.mark.parametrize(
    "text",
    [
        "+7 916 123-45-67",
        "89161234567",
        "Иванова Мария, 8 916 123 45 67",
        "меня зовут Анна",
        "Анна",
        "да",
        "нет",
        "ага",
        "да, всё верно",
        "спасибо",
        "привет",
        "завтра",
        "завтра в 15",
        "в субботу после шести",
        "пн или вт",
        "25 мая",
        "25.05 в 14:30",
        "отмена",
        "оператор",
        "позовите человека",
        "верните деньги",
        "😡",
        "всё очень плохо, я так расстроена, верните деньги за испорченную стрижку и позовите директора",
    ],
)
def test_is_not_asked(counting: Parts, counted: bench_nlu.CountedVectors, text: str) -> None:
    detector = RussianDetector(
        services=[("manicure", ["маникюр"])], staff=[("anna", ["Анна"])], zone=UTC, data=counting
    )
    before = counted.asked
    detector.detect(text, NOW)
    assert counted.asked == before


def test_is_asked_where_words_leave_doubt(counting: Parts, counted: bench_nlu.CountedVectors) -> None:
    before = counted.asked
    RussianDetector(data=counting).detect("думала выйдет иначе")
    assert counted.asked == before + 1


def test_a_judgement_that_always_asks_is_found_out(counting: Parts, counted: bench_nlu.CountedVectors) -> None:
    report = Report("bench nlu", 1)
    assert bench_nlu.vectors_asked(report, counting, counted) <= bench_nlu.GOAL_ASKED
    eager = replace(counting, judgement=bench_nlu.EagerJudgement(LEARNED, lambda: counted))
    assert bench_nlu.vectors_asked(report, eager, counted) >= 1


def test_lemmas_that_forget_are_found_out(counting: Parts) -> None:
    normaliser = counting.normaliser
    kept = normaliser.lemmas
    try:
        for kind, forgets in ((bench_nlu.CountedLemmas, False), (bench_nlu.ForgetfulLemmas, True)):
            normaliser.lemmas = lemmas = kind(normaliser.spelling.fold)
            assert (bench_nlu.asked_again(counting, lemmas) > 0) is forgets
    finally:
        normaliser.lemmas = kept
