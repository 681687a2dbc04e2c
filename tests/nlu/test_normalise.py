"""The normal form of a message."""

from __future__ import annotations

import pytest

from nlu.normalise import Normaliser
from nlu.tokens import Kind


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("pfgbcfnmcz", "записаться"),
        ("Pfgbcfnmcz yf vfybr.h pfdnhf", "записаться на маникюр завтра"),
        ("lj,hsq ltym", "добрый день"),
        ("skolko stoit manikur", "сколько стоит маникюр"),
        ("mozhno zapisatsya na strizhku vecherom", "можно записаться на стрижку вечером"),
        ("vse ploho vernite dengi", "все плохо верните деньги"),
        ("ужааас", "ужас"),
        ("оооочень плооохо", "очень плохо"),
        ("Ёлки, ещё", "елки , еще"),
        ("мен\u200bед\u2060жер", "менеджер"),
        ("за\u0301мок", "замок"),
        ("cпacибo", "спасибо"),
        ("скоко", "сколько"),
        ("непонравилось", "не понравилось"),
        ("ужастно зделали", "ужасно сделали"),
        ("непанравилось", "не понравилось"),
        ("вирните денги", "верните деньги"),
        ("хочу записаца", "хочу записаться"),
        ("педекюр", "педикюр"),
        ("перенисти запсь", "перенести запись"),
        ("айгерим рустам", "айгерим рустам"),
        ("ьутг", "menu"),
        ("хочу shellac", "хочу шеллак"),
    ],
)
def test_text(normaliser: Normaliser, typed: str, text: str) -> None:
    assert normaliser.normal(typed).text == text


@pytest.mark.parametrize(
    "text", ["i want to book a manicure for tomorrow", "everything is terrible", "Hello", "refund"]
)
def test_english(normaliser: Normaliser, text: str) -> None:
    normal = normaliser.normal(text)
    assert (normal.language, normal.text) == ("en", text.lower())


@pytest.mark.parametrize("text", ["privet", "kak vas nayti", "pfgbcfnmcz", "нет", "😡", "", "89161234567"])
def test_not_english(normaliser: Normaliser, text: str) -> None:
    assert normaliser.normal(text).language == "ru"


def test_own_words_are_kept(normaliser: Normaliser) -> None:
    tokens = normaliser.normal("УЖАААС, Pfgbcfnmcz").words
    assert [(token.own, token.word) for token in tokens] == [("УЖАААС", "ужас"), ("Pfgbcfnmcz", "записаться")]


def test_pictures_and_smiles_are_tokens(normaliser: Normaliser) -> None:
    tokens = normaliser.normal("ну вот 😡👍🏽 (((").tokens
    assert [token.word for token in tokens if token.kind is Kind.EMOJI] == ["😡", "👍"]
    assert [token.word for token in tokens if token.kind is Kind.SMILE] == ["((("]


def test_capitals_are_counted_on_the_original(normaliser: Normaliser) -> None:
    assert normaliser.normal("ВЕРНИТЕ мне").caps == pytest.approx(0.7)
    assert normaliser.normal("верните").caps == 0.0
    assert normaliser.normal("ДА").caps == 0.0
