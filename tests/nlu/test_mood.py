"""The mood: traps with their explanations, evidence, classes, and the whole set of own examples."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dialog.detection import MoodClass
from nlu.detector import RussianDetector
from nlu.evaluate import Judged, Shipped, evaluate, read_rows

EXAMPLES = Path(__file__).parent / "data" / "mood.jsonl"
TRAPS = EXAMPLES.with_name("traps.jsonl")
HAND_OVER = 0.70
SOFT = 0.45


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("всё плохо", "bad", ("всё", "плохо")),
        ("Мне не понравилось", "clear", ("не", "понравилось")),
        ("мне совсем не понравилось", "clear", ("не", "понравилось")),
        ("vse uzhasno", "awful", ("uzhasno",)),
        ("😡😡", "angry_pictures", ("😡",)),
        ("лак слез на второй день", "quality", ("лак", "слез")),
        ("очень «качественный» маникюр, всё отвалилось", "irony", ("качественный",)),
        ("это п****ц, а не стрижка", "hard_words", ("п****ц",)),
    ],
)
def test_upset_shows_why(detector: RussianDetector, text: str, rule: str, words: tuple[str, ...]) -> None:
    mood = detector.detect(text).mood
    assert mood.label is MoodClass.UPSET
    assert mood.score >= HAND_OVER
    assert (rule, words) in [(reason.rule, reason.words) for reason in mood.evidence]


@pytest.mark.parametrize(
    ("text", "rule", "label"),
    [
        ("ужасно понравилось", "delight", MoodClass.GRATEFUL),
        ("страшно рада", "delight", MoodClass.GRATEFUL),
        ("не могу не похвалить", "delight", MoodClass.GRATEFUL),
        ("без претензий", "traps", MoodClass.NEUTRAL),
        ("вернёте деньги, если не подойдёт?", "traps", MoodClass.NEUTRAL),
        ("вернёте деньги если не понравится?", "traps", MoodClass.NEUTRAL),
        ("а если мне не понравится, переделаете?", "traps", MoodClass.NEUTRAL),
        ("никаких жалоб, спасибо", "traps", MoodClass.GRATEFUL),
        ("ужас как хочу к вам", "traps", MoodClass.NEUTRAL),
        ("пробки жуткие, опоздаю", "traps", MoodClass.NEUTRAL),
    ],
)
def test_traps_stay_calm_and_say_why(detector: RussianDetector, text: str, rule: str, label: MoodClass) -> None:
    mood = detector.detect(text).mood
    assert mood.score < SOFT
    assert mood.label is label
    assert not mood.evidence
    assert rule in [reason.rule for reason in mood.reasons]


def test_what_may_happen_weighs_less_than_what_happened(detector: RussianDetector) -> None:
    happened = detector.detect("лак слез через день").mood.score
    may_happen = detector.detect("а если лак слезет через день?").mood.score
    elsewhere = detector.detect("в прошлом салоне лак слез через день").mood.score
    assert happened >= HAND_OVER
    assert max(may_happen, elsewhere) < SOFT


def test_emphasis_raises_the_score(detector: RussianDetector) -> None:
    plain, loud = detector.detect("ужасно сделали").mood.score, detector.detect("УЖАСНО СДЕЛАЛИ!!!").mood.score
    assert plain < loud < 1.0


def test_sad_smiles_alone_are_not_a_complaint(detector: RussianDetector) -> None:
    plain, sad = detector.detect("хочу записаться").mood.score, detector.detect("хочу записаться (((").mood.score
    assert plain < sad < SOFT


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("верните деньги", MoodClass.CLAIM),
        ("подам в суд", MoodClass.CLAIM),
        ("срочно нужна стрижка", MoodClass.URGENT),
        ("не знаю, какой цвет мне подойдёт", MoodClass.DOUBTING),
        ("спасибо, очень красиво", MoodClass.GRATEFUL),
        ("запишите на среду", MoodClass.NEUTRAL),
        ("terrible service, i am so disappointed", MoodClass.UPSET),
        ("thank you, lovely haircut", MoodClass.GRATEFUL),
    ],
)
def test_classes(detector: RussianDetector, text: str, label: MoodClass) -> None:
    assert detector.detect(text).mood.label is label


def test_english_goes_to_vader_as_it_is(detector: RussianDetector) -> None:
    reasons = detector.detect("horrible, i hate it").mood.reasons
    assert [reason.rule for reason in reasons] == ["vader.english"]


def test_the_public_vader_module_keeps_its_own_tables(detector: RussianDetector) -> None:
    from vaderSentiment import vaderSentiment

    detector.detect("всё плохо")
    assert "very" in vaderSentiment.BOOSTER_DICT
    assert "never" in vaderSentiment.NEGATE
    assert "not" not in vaderSentiment.BOOSTER_DICT
    assert vaderSentiment.SentimentIntensityAnalyzer().polarity_scores("not good")["compound"] < 0


def test_own_examples(detector: RussianDetector) -> None:
    """Seen when the lexicon was written: a guard against breaking it, not a measure of understanding."""
    shipped = Shipped(hand_over=HAND_OVER, answer=0.62)
    judged = Judged(rows=read_rows(EXAMPLES), detector=detector, cpu=time.thread_time, shipped=shipped)
    measured = evaluate("upset", judged)
    assert measured.counts["recall_at_fa_5"] >= 75
    assert measured.counts["traps_false_alarm"] >= 55
    assert measured.figures["recall_at_fa_5"] >= 0.95
    assert measured.figures["traps_false_alarm"] <= 0.02
    assert measured.wrong["not_handed_over"] == ()


def test_questions_and_denials_of_bad_things_stay_calm(detector: RussianDetector) -> None:
    """70 lines that only sound bad and 20 complaints worded like them, seen when the phrases were written: a guard."""
    shipped = Shipped(hand_over=0.76, answer=0.62)
    rows = read_rows(TRAPS)
    judged = Judged(rows=rows, detector=detector, cpu=time.thread_time, shipped=shipped)
    measured = evaluate("upset", judged)
    assert measured.counts["traps_false_alarm"] == 70
    assert measured.figures["traps_false_alarm"] <= 0.07
    assert measured.figures["recall_shipped"] >= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "не могу сказать ничего хорошего, ужасная работа",
        "у вас плохие отзывы не зря, мне испортили брови",
        "есть недовольные клиенты, и я одна из них: стрижка кривая",
        "плохо себя чувствую после вашего пилинга, лицо горит",
    ],
)
def test_a_complaint_worded_like_a_trap_is_heard(detector: RussianDetector, text: str) -> None:
    detection = detector.detect(text)
    assert detection.gate is not None or detection.mood.score >= HAND_OVER
