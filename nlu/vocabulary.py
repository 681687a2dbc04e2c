"""The words of an index, and which of them a mistyped word means: shared trigrams first, then rapidfuzz."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz

_LEAST_LETTERS: Final = 5
_LEAST_RATIO: Final = 82.0
_TRIED: Final = 12


class Vocabulary:
    """A set of words that finds the nearest one. Immutable and thread safe."""

    def __init__(self, words: Iterable[str]) -> None:
        """Words shorter than five letters are nobody's correction."""
        self._words = sorted({word for word in words if len(word) >= _LEAST_LETTERS})
        self._by_trigram: dict[str, list[int]] = {}
        for number, word in enumerate(self._words):
            for trigram in trigrams(word):
                self._by_trigram.setdefault(trigram, []).append(number)

    def nearest(self, word: str) -> str | None:
        """The nearest word, if it is near enough to be the same word mistyped."""
        if len(word) < _LEAST_LETTERS:
            return None
        shared: dict[int, int] = {}
        for trigram in trigrams(word):
            for number in self._by_trigram.get(trigram, ()):
                shared[number] = shared.get(number, 0) + 1
        tried = sorted(shared, key=lambda number: (-shared[number], number))[:_TRIED]
        scored = [(fuzz.ratio(word, self._words[number]), -number) for number in tried]
        ratio, number = max(scored, default=(0.0, 0))
        return self._words[-number] if ratio >= _LEAST_RATIO else None


def trigrams(word: str) -> frozenset[str]:
    """Runs of three letters, the word's ends marked."""
    padded = f" {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
