"""The words of days and times, and a message as the reader of moments sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from nlu.datafile import BUILT_IN, Entry, read
from nlu.normalise import Normal, Normaliser
from nlu.tokens import Kind, Token

_GROUPS: Final = ("weekdays", "months", "near_days", "numbers", "ordinals", "half_hours", "seasons")
"""Numbers with the words that stand for them."""
_LISTS: Final = ("cannot", "counted", "counts", "greeting", "midnight")
_TABLES: Final = ("parts", "halves", "words")
_PHONE_DIGITS: Final = 10
_LONGEST_NUMBER: Final = 10
_MOMENT: Final = re.compile(r"\d{1,2}[.:/]\d{1,2}(?:[./]\d{2,4})?|\d{1,2}[:.]\d\d-\d{1,2}[:.]\d\d")
"""A date or a time by its signs: no part of a phone."""
_WINDOW: Final = re.compile(r"(\d{1,2}[:.]\d\d)-(\d{1,2}[:.]\d\d)")


@dataclass(slots=True)
class Item:
    """A word or a number of the message: what it may stand for, and whether a day or a time has taken it."""

    token: Token
    number: str = ""
    """The digits as typed, with what stands between them; empty for a word."""
    marks: frozenset[str] = frozenset()
    """Names of the lists and tables of when.yaml that the word is in, e.g. ``weekdays``, ``at``, ``pm``."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Name of the group -> what the word stands for there."""
    day_ending: bool = False
    """The word ends as days of the month do."""
    noun: bool = False
    """A noun that says nothing of time."""
    taken: bool = False

    def value(self, group: str) -> int | None:
        """The number that the word stands for in ``group``."""
        found = self.values.get(group)
        return None if found is None else int(found)

    def count(self) -> int | None:
        """The whole number that the item is, written in digits or as a word."""
        if self.number:
            return int(self.number) if self.number.isdecimal() and len(self.number) <= _LONGEST_NUMBER else None
        return self.value("numbers")


class WhenWords:
    """What words mean when people speak of time. Immutable and thread safe."""

    def __init__(self, normaliser: Normaliser, path: Path = BUILT_IN / "when.yaml") -> None:
        """Raises ``DataError``."""
        root = read(path).fields(("spec", "day_endings", *_GROUPS, *_LISTS, *_TABLES))
        fold = normaliser.spelling.fold
        self._is_noun = normaliser.lemmas.is_noun
        self._meanings: dict[str, dict[str, str]] = {}
        self._endings = root["day_endings"].texts()
        for group in _GROUPS:
            for value, place in root[group].pairs():
                self._add(fold, group, value, place)
        for name in _LISTS:
            self._add(fold, name, name, root[name])
        for value, place in root["parts"].pairs():
            self._add(fold, "parts", value, place)
        for table in ("halves", "words"):
            for name, place in root[table].pairs():
                self._add(fold, name, name, place)

    def _add(self, fold: Callable[[str], str], group: str, value: str, place: Entry) -> None:
        for word in place.texts():
            self._meanings.setdefault(fold(word), {})[group] = value

    def items(self, normal: Normal) -> list[Item]:
        """The words and numbers of the message; digits of a phone are left out."""
        tokens = _without_phones(normal.tokens)
        return [self._item(piece) for token in tokens for piece in _apart(token)]

    def _item(self, token: Token) -> Item:
        if token.kind is Kind.NUMBER:
            return Item(token, number=token.word)
        for form in (token.word, token.own.lower(), *token.lemmas):
            found = self._meanings.get(form)
            if found:
                ending = token.word.endswith(self._endings)
                return Item(token, marks=frozenset(found), values=found, day_ending=ending)
        return Item(token, noun=self._is_noun(token.word))


def _apart(token: Token) -> tuple[Token, ...]:
    """A word or a number; a window typed without spaces ("11:30-13:00") as its two times."""
    if token.kind is Kind.WORD:
        return (token,)
    window = _WINDOW.fullmatch(token.word) if token.kind is Kind.NUMBER else None
    if window is not None:
        return tuple(replace(token, word=word) for word in window.groups())
    return (token,) if token.kind is Kind.NUMBER else ()


def _without_phones(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without runs of numbers that have as many digits as a phone."""
    kept: list[Token] = []
    run: list[Token] = []
    for token in tokens:
        if token.kind is Kind.NUMBER and not _MOMENT.fullmatch(token.word):
            run.append(token)
            continue
        kept += _unless_phone(run)
        run = []
        kept.append(token)
    return kept + _unless_phone(run)


def _unless_phone(run: list[Token]) -> list[Token]:
    digits = sum(char.isdigit() for token in run for char in token.word)
    return [] if (digits >= _PHONE_DIGITS and len(run) > 1) or digits > _LONGEST_NUMBER else run
