"""Dictionary forms of Russian words: pymorphy3 behind a cache that threads may share."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import pymorphy3

CACHED_WORDS: Final = 60_000
"""Words kept by each cache: about 15 MB when full."""

LONGEST_WORD: Final = 40
"""A longer "word" is noise: it is its own lemma and nobody's dictionary entry."""

_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]+(?:-[\u0400-\u04ff]+)*")
"""Only such words are looked up: the analyser raises on letters without a Unicode name."""

_LEAST_SHARE: Final = 0.03
_MOST_LEMMAS: Final = 4
_LIKELY: Final = 0.15


ONE, MANY = "one", "many"
"""What ``past`` says: one person did it, or several."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the dictionary says of a word."""

    lemmas: tuple[str, ...]
    noun: bool = False
    verb: bool = False
    name: bool = False
    past: str = ""


Fold: TypeAlias = Callable[[str], str]


def _nothing(_: str) -> None:
    return None


def _past(tag: Any) -> str:
    if tag.POS != "VERB" or tag.tense != "past":
        return ""
    return MANY if tag.number == "plur" else ONE


class Lemmas:
    """Lemmas of words. One instance serves every thread; the answers depend on the word alone.

    Words come lower case with the letter yo written as ye; so do the lemmas.
    """

    def __init__(self, fold: Fold, looked_up: Callable[[str], Reading | None] = _nothing) -> None:
        """``fold`` is applied to what the dictionary returns, so that lemmas look like words.

        ``looked_up`` is asked before the dictionary, and knows some of its answers.
        """
        self._fold = fold
        self._looked_up = looked_up
        self._analyser = pymorphy3.MorphAnalyzer()
        self._lock = threading.Lock()
        self._read: Callable[[str], Reading] = lru_cache(CACHED_WORDS)(self._parsed)
        self.known: Callable[[str], bool] = lru_cache(CACHED_WORDS)(self._known)

    def _parsed(self, word: str) -> Reading:
        if len(word) > LONGEST_WORD or not _CYRILLIC.fullmatch(word):
            return Reading((word,))
        if (known := self._looked_up(word)) is not None:
            return known
        with self._lock:
            parses = self._analyser.parse(word)
        found: dict[str, None] = {}
        for parse in parses:
            if parse.score >= _LEAST_SHARE or not found:
                found[self._fold(parse.normal_form)] = None
        part = parses[0].tag.POS if parses else None
        name = any("Name" in parse.tag and parse.tag.case == "nomn" for parse in parses[:_MOST_LEMMAS])
        return Reading(
            lemmas=tuple(found)[:_MOST_LEMMAS] or (word,),
            noun=part == "NOUN",
            verb=part in ("VERB", "INFN"),
            name=name,
            past=next((_past(parse.tag) for parse in parses if parse.score >= _LIKELY and _past(parse.tag)), ""),
        )

    def _known(self, word: str) -> bool:
        if len(word) > LONGEST_WORD or not _CYRILLIC.fullmatch(word):
            return False
        with self._lock:
            return bool(self._analyser.word_is_known(word))

    def of(self, word: str) -> tuple[str, ...]:
        """The lemmas of ``word``, the likeliest first; the word itself when it has none."""
        return self._read(word).lemmas

    def is_noun(self, word: str) -> bool:
        """Whether ``word`` is likeliest a noun."""
        return self._read(word).noun

    def is_verb(self, word: str) -> bool:
        """Whether ``word`` is likeliest a verb."""
        return self._read(word).verb

    def is_name(self, word: str) -> bool:
        """Whether ``word`` may be a given name in the nominative."""
        return self._read(word).name

    def past(self, word: str) -> str:
        """``many`` for a verb in the plural of the past ("they did"), ``one`` for the singular, else empty."""
        return self._read(word).past
