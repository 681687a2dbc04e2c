"""Text at the edge: whatever comes in, what goes on is stored by every database and shown by every screen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.clean_text import clean_text, isolated
from tests.channels.torture import torture_corpus

ANY = st.text(st.characters(codec=None), max_size=300)


def check(raw: str, most: int) -> None:
    cleaned = clean_text(raw, most)
    text = cleaned.text
    text.encode("utf-8")
    assert len(text) <= most
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text)
    assert clean_text(text, most) == type(cleaned)(text=text, clipped=False)


def test_the_corpus_has_500_strings() -> None:
    assert len(torture_corpus()) == 500


@pytest.mark.parametrize("most", [3, 50, 4_000])
def test_torture_corpus(most: int) -> None:
    for raw in torture_corpus():
        check(raw, most)


@given(ANY, st.integers(1, 60))
def test_any_text(raw: str, most: int) -> None:
    check(raw, most)


DRAWN_AS_NOTHING = "\u115f\u1160\u2800\u3164\uffa0"


@given(st.text(st.characters(categories=("L", "N", "Zs", "P", "S"), exclude_characters=DRAWN_AS_NOTHING), max_size=200))
@example("\u115fa")
def test_ordinary_text_stays_as_it_is(raw: str) -> None:
    assert clean_text(raw, 4_000).text == unicodedata.normalize("NFC", raw).strip()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\0b", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ("и\u0306", "й"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\x1b[31mкрасный", "[31mкрасный"),
        ("\u202eтам", "\u202eтам"),
        ("  края  \n", "края"),
    ],
)
def test_cases(raw: str, text: str) -> None:
    assert clean_text(raw, 100).text == text


def test_clipping_says_so_and_spares_a_letter_with_its_marks() -> None:
    family = "👨\u200d👩\u200d👧"
    assert clean_text("ab" + family, 4) == clean_text("ab" + family, 4)
    assert clean_text("ab" + family, 4).text == "ab"
    assert clean_text("ab" + family, 4).clipped
    assert not clean_text("abcd", 4).clipped
    assert clean_text("а" * 5_000, 4_000).text == "а" * 4_000


def test_a_flood_of_control_characters_costs_little_and_is_called_clipped() -> None:
    assert clean_text("\x01" * 10_000_000 + "хвост", 4_000).clipped


@given(ANY)
def test_isolated_text_closes_what_it_opens(raw: str) -> None:
    shown = isolated(raw)
    depth = 0
    for at, letter in enumerate(shown):
        depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
        assert depth > 0 or at == len(shown) - 1
    assert depth == 0


@pytest.mark.parametrize(
    "raw", ["\u200b\u200b", "\u200d", "\u2060 \ufeff", "\u3164", "\u2800\u2800", "\u202e", "\u0301", " \n\t"]
)
def test_what_nobody_could_see_is_no_text(raw: str) -> None:
    assert clean_text(raw, 4_000).text == ""


@pytest.mark.parametrize("raw", [".", "?", "👍", "1", "\u200bда", "☹", "م"])
def test_a_sign_or_a_picture_is_text(raw: str) -> None:
    assert clean_text(raw, 4_000).text
