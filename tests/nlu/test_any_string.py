"""Whatever a client sends: no error, bounded time, the same answer every time and from every thread."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog.detection import Detection, Detector
from nlu.clean import LONGEST_TEXT
from nlu.detector import Parts, RussianDetector
from nlu.normalise import MOST_TOKENS, Normaliser


def a_detector(parts: Parts) -> RussianDetector:
    """A salon with a little of everything."""
    return RussianDetector(
        answers=[("hours", ["до скольки работаете"]), ("address", ["где вы находитесь"])],
        services=[("manicure", ["маникюр"])],
        staff=[("anna", ["Анна"])],
        data=parts,
    )


PARTS = Parts.load()
DETECTOR: Detector = a_detector(PARTS)

LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяABCxyz0123456789 .,!?()«»\"'*-_#@\n\t\u200b\ud800\u0301😡❤️🏽"
WORDS = [
    "всё",
    "плохо",
    "не",
    "верните",
    "деньги",
    "спасибо",
    "оператор",
    "8",
    "((",
    "!!!",
    "pfgbcfnmcz",
    "skolko",
    "not",
]
ANY = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=LETTERS, max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY)
def test_any_string_is_understood(text: str) -> None:
    detection = DETECTOR.detect(text)
    assert detection == DETECTOR.detect(text)
    assert detection.language in {"ru", "en"}
    assert 0.0 <= detection.mood.score <= 1.0
    assert all(0.0 <= match.confidence <= 1.0 for match in detection.answers)
    assert all(0.0 <= match.confidence <= 1.0 for match in detection.intents)
    detection.text.encode("utf-8")
    for reason in detection.mood.reasons:
        "".join(reason.words).encode("utf-8")


@pytest.mark.parametrize("text", ["\U00017000", "\U00030000а", "ſt", "а\U000323af", "\U0001f1f7\U0001f1fa", "ǅ"])
def test_letters_without_a_name(text: str) -> None:
    assert DETECTOR.detect(text).gate is None


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_normal_form_is_stable(text: str) -> None:
    normaliser = PARTS.normaliser
    once = normaliser.normal(text)
    assert len(once.tokens) <= 2 * MOST_TOKENS
    again = normaliser.normal(once.text)
    plain = not any(char == "*" or (char.isascii() and char.isalpha()) for char in text)
    if once.language == "ru" and again.language == "ru" and plain:
        assert [token.word for token in again.words] == [token.word for token in once.words]


LONG = {
    "one letter": "а" * LONGEST_TEXT,
    "brackets": "(" * LONGEST_TEXT,
    "nothing": "\u200b" * LONGEST_TEXT,
    "surrogates": "\ud800" * LONGEST_TEXT,
    "unfolding": "\ufdfa" * LONGEST_TEXT,
    "marks": "е\u0301\u0302" * (LONGEST_TEXT // 3),
    "pictures": "😡" * LONGEST_TEXT,
    "words": "всё плохо верните деньги " * (LONGEST_TEXT // 25),
    "latin": " ".join(f"zq{number:x}wk" for number in range(1_500)).translate(
        str.maketrans("0123456789", "ghijklmnop")
    ),
    "layout": "pfgbcfnmcz " * (LONGEST_TEXT // 11),
    "not": "не " * (LONGEST_TEXT // 3),
    "questions": "?! " * (LONGEST_TEXT // 3),
    "digits": "8916 " * (LONGEST_TEXT // 5),
    "far too long": "плохо " * 200_000,
}


def best_of(times: int, text: str, normaliser: Normaliser | None = None) -> float:
    """Milliseconds of the fastest run: a shared machine must not fail a bound on work."""
    work = normaliser.normal if normaliser else DETECTOR.detect
    spent: list[float] = []
    for _ in range(times):
        before = time.thread_time()
        work(text)
        spent.append(time.thread_time() - before)
    return min(spent) * 1e3


@pytest.mark.parametrize("name", sorted(LONG))
def test_time_is_bounded(name: str) -> None:
    assert best_of(3, LONG[name], PARTS.normaliser) < 20.0
    assert best_of(3, LONG[name]) < 60.0


def test_threads_agree() -> None:
    texts = [f"{word} {number} {other}" for number, word in enumerate(WORDS * 8) for other in WORDS[:3]]
    alone = [DETECTOR.detect(text) for text in texts]
    fresh = a_detector(Parts.load())
    with ThreadPoolExecutor(8) as pool:
        together: list[Detection] = list(pool.map(fresh.detect, texts))
    assert together == alone
