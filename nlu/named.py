"""Which of the salon's named things a message names: services, masters, branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from nlu.normalise import Normaliser
from nlu.tokens import Token

_LEAST_RATIO: Final = 84
_LEAST_LETTERS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something of the salon that has names: a service, a master, a branch."""

    key: str
    names: tuple[str, ...]
    """The title first, then aliases and short forms as clients say them."""


class Names:
    """Finds which of the salon's named things a message names. Immutable and thread safe."""

    def __init__(self, named: Sequence[Named], normaliser: Normaliser) -> None:
        """A name that two things share finds neither of them alone."""
        self._wordings: list[tuple[str, tuple[Token, ...]]] = []
        for thing in named:
            for name in dict.fromkeys(thing.names):
                # A Latin name may stand in a Russian message, read as Russian, and in an English one.
                languages = ("", "en") if name.isascii() else ("",)
                for words in {normaliser.normal(name, language).words: None for language in languages}:
                    if words:
                        self._wordings.append((thing.key, words))
        self._by_lemma: dict[str, list[int]] = {}
        for number, (_, words) in enumerate(self._wordings):
            for lemma in (*words[0].lemmas, words[0].word):
                numbers = self._by_lemma.setdefault(lemma, [])
                if number not in numbers:
                    numbers.append(number)
        self._firsts = tuple(self._by_lemma)

    def find(self, words: Sequence[Token]) -> str | None:
        """The key of the thing whose longest name stands in ``words``; ``None`` when none or two are as long."""
        found = self.all(words)
        return found[0] if len(found) == 1 else None

    def all(self, words: Sequence[Token]) -> tuple[str, ...]:
        """The keys of all things whose longest name stands in ``words``, sorted: several share it, or are named."""
        best: dict[int, set[str]] = {}
        for at, token in enumerate(words):
            for number in self._starting(token):
                key, wording = self._wordings[number]
                if _stands(words, at, wording):
                    best.setdefault(sum(len(word.word) for word in wording), set()).add(key)
        return tuple(sorted(best[max(best)])) if best else ()

    def _starting(self, token: Token) -> list[int]:
        numbers: dict[int, None] = {}
        for lemma in (token.word, *token.lemmas):
            numbers.update(dict.fromkeys(self._by_lemma.get(lemma, ())))
        if not numbers and len(token.word) >= _LEAST_LETTERS:
            for first in self._firsts:
                if len(first) >= _LEAST_LETTERS and fuzz.ratio(first, token.word) >= _LEAST_RATIO:
                    numbers.update(dict.fromkeys(self._by_lemma[first]))
        return list(numbers)


def _stands(words: Sequence[Token], at: int, wording: Sequence[Token]) -> bool:
    """The words of a name stand from ``at`` on, in their order, at most one other word between two of them."""
    for word in wording:
        for skip in (0, 1):
            if at + skip < len(words) and _same(words[at + skip], word):
                at += skip + 1
                break
        else:
            return False
    return True


def _same(said: Token, name: Token) -> bool:
    if said.word == name.word or not set(said.lemmas).isdisjoint(name.lemmas):
        return True
    shorter = min(len(said.word), len(name.word))
    return shorter >= _LEAST_LETTERS and any(
        fuzz.ratio(a, b) >= _LEAST_RATIO for a in (said.word, *said.lemmas) for b in (name.word, *name.lemmas)
    )
