"""Words typed in a wrong layout, in translit or with stretched letters, read back by what the dictionary knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from nlu.datafile import BUILT_IN, Entry, read
from nlu.vocabulary import Vocabulary

_BEAM: Final = 40
"""Readings of one translit word that are tried at most."""
_LONGEST_LATIN: Final = 24
_LEAST_TYPO: Final = 5
_NOT_WORDS: Final = frozenset({"normalise.yaml", "commands.yaml", "thresholds.yaml"})
_RUSSIAN: Final = re.compile(r"(?<![\u0400-\u04ff-])[\u0430-\u044f\u0451]{5,}(?![\u0400-\u04ff*-])")
_RUN: Final = re.compile(r"([^\W\d_])\1{2,}")
_PAIR: Final = re.compile(r"([^\W\d_])\1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What ``normalise.yaml`` holds."""

    fold: dict[int, str]
    lookalikes: dict[int, str]
    keyboard: dict[str, str]
    translit: Mapping[str, tuple[str, ...]]
    translit_words: Mapping[str, str]
    short: Mapping[str, str]
    endings: Mapping[str, str]
    """How endings are spelled by ear, and how they are written."""
    negation: str
    """The particle that is often run together with the next word."""
    english: frozenset[str]

    @staticmethod
    def load(path: Path = BUILT_IN / "normalise.yaml") -> Tables:
        """Raises ``DataError``."""
        names = (
            "spec",
            "fold",
            "lookalikes",
            "keyboard",
            "translit",
            "translit_words",
            "short",
            "endings",
            "negation",
            "english",
        )
        root = read(path).fields(names)
        return Tables(
            fold=str.maketrans(_words(root["fold"])),
            lookalikes=str.maketrans(_words(root["lookalikes"])),
            keyboard=_words(root["keyboard"]),
            translit={key: place.texts() for key, place in root["translit"].pairs()},
            translit_words=_words(root["translit_words"]),
            short=_changing(root["short"]),
            endings=_words(root["endings"]),
            negation=root["negation"].text(),
            english=frozenset(root["english"].texts()),
        )


def _words(place: Entry) -> dict[str, str]:
    return {key: value.text() for key, value in place.pairs()}


def _changing(place: Entry) -> dict[str, str]:
    for key, value in place.pairs():
        if key == value.text():
            raise value.refuse(f"{key!r} stands for itself")
    return _words(place)


def words_of_the_trade(folder: Path = BUILT_IN) -> frozenset[str]:
    """Every Russian word that the data files use: what clients of a salon write about."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.yaml")) if path.name not in _NOT_WORDS]
    return frozenset(_RUSSIAN.findall("\n".join(texts)))


def _by_cost(reading: tuple[int, str]) -> int:
    return reading[0]


class Spelling:
    """Repairs one word at a time. Pure and thread safe; every method is bounded in time."""

    def __init__(self, tables: Tables, known: Callable[[str], bool]) -> None:
        self._tables = tables
        self._known = known
        self._trade = Vocabulary({self.fold(word) for word in words_of_the_trade()} - tables.short.keys())
        self._longest = max(map(len, tables.translit))
        self._to_latin = {cyrillic: latin for latin, cyrillic in tables.keyboard.items() if latin.isalpha()}
        self.from_layout = lru_cache(8_192)(self._from_layout)
        self.from_translit = lru_cache(8_192)(self._from_translit)

    def corrected(self, word: str) -> str:
        """An unknown word replaced by the word of the trade that it is, mistyped. A "not" grown to a word stays."""
        if len(word) < _LEAST_TYPO or self._is_word(word):
            return word
        for ending, proper in self._tables.endings.items():
            if word.endswith(ending) and self._known(word.removesuffix(ending) + proper):
                return word.removesuffix(ending) + proper
        nearest = self._trade.nearest(word)
        if word.startswith(self._tables.negation):
            if nearest and nearest.startswith(self._tables.negation):
                return nearest
            rest = word.removeprefix(self._tables.negation)
            whole = rest if self._known(rest) else self._trade.nearest(rest)
            return f"{self._tables.negation} {whole}" if whole else word
        return nearest or word

    def fold(self, word: str) -> str:
        """Lower case with letters that count as one made one."""
        return word.lower().translate(self._tables.fold)

    def is_english(self, word: str) -> bool:
        """A common English word."""
        return word in self._tables.english

    def short(self, word: str) -> str:
        """The word that a short or spoken form stands for, else the word."""
        return self._tables.short.get(word, word)

    def in_one_script(self, word: str) -> str:
        """Latin lookalikes inside a Cyrillic word made Cyrillic."""
        return word.translate(self._tables.lookalikes)

    def _from_layout(self, chunk: str) -> str | None:
        """The Russian text of a lower-case chunk typed in the Latin layout, if the dictionary knows it."""
        if len(chunk) > _LONGEST_LATIN:
            return None
        for cut in (len(chunk), len(chunk.rstrip(",.;'!?"))):
            head, tail = chunk[:cut], chunk[cut:]
            word = "".join(self._tables.keyboard.get(char, char) for char in head)
            if len(word) >= 2 and word.isalpha() and (self._known(word) or self.short(word) != word):
                return word + tail
        return None

    def to_english(self, word: str) -> str | None:
        """The English word whose keys were pressed in the Russian layout, if it is a common one."""
        typed = "".join(self._to_latin.get(char, char) for char in word)
        return typed if len(typed) > 2 and typed in self._tables.english else None

    def usual_translit(self, word: str) -> str | None:
        """The Russian word of a usual translit spelling."""
        return self._tables.translit_words.get(word)

    def _from_translit(self, word: str) -> str | None:
        """The Russian word behind lower-case Latin letters, if the dictionary knows one."""
        if not 3 <= len(word) <= _LONGEST_LATIN:
            return None
        return next((reading for reading in self._readings(word) if self._is_word(reading)), None)

    def _is_word(self, word: str) -> bool:
        return word in self._tables.short or self._known(word)

    def _readings(self, word: str) -> Iterable[str]:
        """Readings of a translit word, the likeliest first: fewest unusual readings of a letter."""
        table = self._tables.translit
        beams: list[list[tuple[int, str]]] = [[] for _ in range(len(word) + 1)]
        beams[0] = [(0, "")]
        for at in range(len(word)):
            heads = sorted(beams[at], key=_by_cost)[:_BEAM]
            for size in range(1, min(self._longest, len(word) - at) + 1):
                for rank, reading in enumerate(table.get(word[at : at + size], ())):
                    beams[at + size].extend((cost + rank, head + reading) for cost, head in heads)
        last = sorted(beams[len(word)], key=_by_cost)[:_BEAM]
        return dict.fromkeys(reading for _, reading in last)

    def unstretched(self, word: str) -> str:
        """The word without letters repeated for feeling: one letter for three, for two where that gives a word."""
        if _RUN.search(word):
            once = _RUN.sub(r"\1", word)
            twice = _RUN.sub(r"\1\1", word)
            return twice if not self._is_word(once) and self._is_word(twice) else self._single(once)
        return self._single(word) if _PAIR.search(word) else word

    def _single(self, word: str) -> str:
        if self._is_word(word):
            return word
        once = _PAIR.sub(r"\1", word)
        return once if once != word and self._is_word(once) else word
