"""The pattern language of the data files."""

from __future__ import annotations

import pytest

from nlu.normalise import Normaliser
from nlu.phrase import PhraseError, Phrases


def found(normaliser: Normaliser, phrase: str, text: str) -> list[str]:
    """The places of ``text`` that the phrase covers, as understood words."""
    line = normaliser.normal(text).line
    phrases = Phrases([phrase], normaliser.lemmas.of)
    return [" ".join(token.word for token in line.tokens[one.start : one.end]) for one in phrases.find(line)]


@pytest.mark.parametrize(
    ("phrase", "text", "places"),
    [
        ("запись", "про мою запись и записи", ["запись", "записи"]),
        ("=запись", "запись и записи", ["запись"]),
        ("роспотреб*", "в роспотребнадзор", ["роспотребнадзор"]),
        ("вернуть|отдать деньги", "отдайте деньги", ["отдайте деньги"]),
        ("вернуть ... деньги", "верните мне все мои деньги", ["верните мне все мои деньги"]),
        ("вернуть ... деньги", "верните мне все эти мои деньги", []),
        ("вернуть ... деньги", "верните. деньги есть", []),
        ("ждать <n> минута", "жду 40 минут", ["жду 40 минут"]),
        ("очень? плохо", "плохо и очень плохо", ["плохо", "очень плохо", "плохо"]),
        ("не _ плохо", "не так плохо", ["не так плохо"]),
        ("!не хотеть", "хочу, не хочу", ["хочу"]),
        ("спасибо !за", "спасибо за всё. спасибо", ["спасибо"]),
        ("^ да $", "да", ["да"]),
        ("^ да $", "да нет", []),
        ("^ ... спасибо $", "ну ладно, спасибо", ["ну ладно спасибо"]),
        ("на|к_моему мастер", "к моему мастеру", ["к моему мастеру"]),
        ("не <did>", "не пришли, не приду, не пришла", ["не пришли"]),
        ("мастер <past>", "мастер пришёл, мастер придёт", ["мастер пришел"]),
        ("<did>", "сделали и сделал", ["сделали"]),
        ("=***", "это х***я", ["***"]),
    ],
)
def test_finds(normaliser: Normaliser, phrase: str, text: str, places: list[str]) -> None:
    assert found(normaliser, phrase, text) == places


@pytest.mark.parametrize(
    "phrase", ["", "...", "^ $", "да ^", "$ да", "... да", "да ...", "аб*", "да|", "!нет", "# да", "a?b"]
)
def test_refuses(normaliser: Normaliser, phrase: str) -> None:
    with pytest.raises(PhraseError):
        Phrases([phrase], normaliser.lemmas.of)


def test_names_how_much_is_named(normaliser: Normaliser) -> None:
    line = normaliser.normal("верните мне деньги").line
    one, two = Phrases(["вернуть ... деньги", "вернуть мне деньги"], normaliser.lemmas.of).find(line)
    assert (one.named, two.named) == (2, 3)
