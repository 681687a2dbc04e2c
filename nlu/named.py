"""Which of the salon's named things a message names: services, masters, branches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A thing that is named in a message, and where: tokens ``start`` up to before ``end``."""

    key: str
    start: int
    end: int


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

    def several(self, words: Sequence[Token], joins: Collection[str]) -> tuple[Found, ...]:
        """All things that are named, in their order, when they are named together: side by side, or joined by a word.

        A name does not reach over one of ``joins``. Empty when one is not plain, or two are named in another way.
        """
        at, found = 0, list[Found]()
        while at < len(words):
            here = self._longest_at(words, at, joins)
            if here is None:
                at += 1
                continue
            between = words[found[-1].end : at] if found else ()
            if not here.key or (between and between[-1].word not in joins):
                return ()
            if all(one.key != here.key for one in found):
                found.append(here)
            at = here.end
        return tuple(found)

    def _longest_at(self, words: Sequence[Token], at: int, joins: Collection[str]) -> Found | None:
        """The thing with the longest name that begins here; its key is empty when two things share that name."""
        best: dict[tuple[int, int], set[str]] = {}
        for number in self._starting(words[at]):
            key, wording = self._wordings[number]
            end = _end(words, at, wording, joins)
            if end:
                best.setdefault((sum(len(word.word) for word in wording), end), set()).add(key)
        if not best:
            return None
        longest = max(best)
        keys = best[longest]
        return Found(key=min(keys) if len(keys) == 1 else "", start=at, end=longest[1])

    def alike(self, said: Sequence[Token], marks: Collection[str]) -> str:
        """The one thing whose name has a word of ``marks`` and one of those ``said``; empty: none or several."""
        spoken = {lemma for token in said for lemma in (token.word, *token.lemmas)}
        marked = {
            thing
            for thing, wording in self._wordings
            for named in [{lemma for word in wording for lemma in (word.word, *word.lemmas)}]
            if not named.isdisjoint(marks) and not named.isdisjoint(spoken - set(marks))
        }
        return min(marked) if len(marked) == 1 else ""

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
    return _end(words, at, wording, ()) > 0


def _end(words: Sequence[Token], at: int, wording: Sequence[Token], joins: Collection[str]) -> int:
    """Where a name ends whose words stand from ``at`` on, in their order, at most one other word (none of ``joins``
    that the name has not itself) between two of them; 0 when they do not."""
    for word in wording:
        for skip in (0, 1):
            if at + skip < len(words) and _same(words[at + skip], word):
                at += skip + 1
                break
            if at + skip < len(words) and words[at + skip].word in joins:
                return 0
        else:
            return 0
    return at


def _same(said: Token, name: Token) -> bool:
    if said.word == name.word or not set(said.lemmas).isdisjoint(name.lemmas):
        return True
    shorter = min(len(said.word), len(name.word))
    return shorter >= _LEAST_LETTERS and any(
        fuzz.ratio(a, b) >= _LEAST_RATIO for a in (said.word, *said.lemmas) for b in (name.word, *name.lemmas)
    )
