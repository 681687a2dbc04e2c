"""Phrases as data: a small pattern language over lemmas, compiled once, matched in one pass.

A phrase is words separated by spaces::

    word        any form of the word (its lemma)
    =word       exactly this form
    stem*       any word that begins so (three letters or more)
    a|b|=c      one of several
    a|b_c       ... of which one is two words in a row
    word?       may be left out
    ...         up to three words of the same sentence
    _  _?       exactly one word, at most one word
    <n>         a number
    <did>       a verb in the plural of the past: what they did
    <past>      any verb in the past
    !word       the neighbour is not this word (takes no word itself)
    ^  $        the message begins, ends here

Phrases do not cross the end of a sentence; commas do not break them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nlu.lemmas import MANY, ONE
from nlu.tokens import Kind, Token

_LONGEST_GAP: Final = 3
_NUMBER: Final = "<n>"
_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {_NUMBER: (), "<did>": (MANY,), "<past>": (ONE, MANY)}
_LEAST_STEM: Final = 3
_MOST_VARIANTS: Final = 32
_READ: Final = frozenset({Kind.WORD, Kind.NUMBER, Kind.EMOJI, Kind.SMILE})


class PhraseError(ValueError):
    """The phrase is not written in the language of this module."""


@dataclass(frozen=True, slots=True)
class _Step:
    exact: frozenset[str] = frozenset()
    lemmas: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    number: bool = False
    pasts: frozenset[str] = frozenset()
    anything: bool = False
    least: int = 1
    most: int = 1
    absent: bool = False
    begins: bool = False
    ends: bool = False

    def fits(self, token: Token) -> bool:
        if self.anything:
            return True
        if token.word in self.exact or (self.number and token.kind is Kind.NUMBER):
            return True
        if self.pasts and token.past in self.pasts:
            return True
        if self.lemmas and not self.lemmas.isdisjoint(token.lemmas):
            return True
        return bool(self.stems) and token.word.startswith(self.stems)


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found: its number in the set and the tokens from ``start`` to ``end`` (not included).

    ``named`` is how many of its words the phrase names: gaps and any-words are not counted.
    """

    phrase: int
    start: int
    end: int
    named: int


class Line:
    """The tokens that phrases are matched on: words, numbers, pictures and smiles; with what finding looks up."""

    __slots__ = ("keys", "present", "stems", "tokens")

    def __init__(self, tokens: Iterable[Token]) -> None:
        """Any tokens; signs are left out."""
        self.tokens: Sequence[Token] = [token for token in tokens if token.kind in _READ]
        self.keys = [frozenset((token.word, *token.lemmas)) for token in self.tokens]
        self.present = frozenset(key for keys in self.keys for key in keys)
        self.stems = frozenset(token.word[:_LEAST_STEM] for token in self.tokens)


class Phrases:
    """A compiled set of phrases. Immutable and thread safe."""

    def __init__(self, phrases: Iterable[str], lemmas: Callable[[str], tuple[str, ...]]) -> None:
        """``lemmas`` gives the lemmas of a word. Raises ``PhraseError`` for a phrase that cannot be read."""
        self._by_word: dict[str, list[int]] = {}
        self._by_stem: dict[str, list[int]] = {}
        self._by_past: dict[str, list[int]] = {}
        self._anywhere: list[int] = []
        self._needs: list[frozenset[str]] = []
        self._variants: list[tuple[int, tuple[_Step, ...]]] = []
        for number, text in enumerate(phrases):
            for variant in _variants(text):
                self._variants.append((number, _compiled(text, variant, lemmas)))
                self._needs.append(_needed(self._variants[-1][1]))
                self._index(len(self._variants) - 1)

        self._firsts = frozenset(self._by_word)

    def _index(self, number: int) -> None:
        for step in self._variants[number][1]:
            if step.absent or step.begins:
                continue
            for word in step.exact | step.lemmas:
                self._by_word.setdefault(word, []).append(number)
            for stem in step.stems:
                self._by_stem.setdefault(stem[:_LEAST_STEM], []).append(number)
            for past in step.pasts:
                self._by_past.setdefault(past, []).append(number)
            if step.number or step.anything:
                self._anywhere.append(number)
            if step.least:
                return

    def find(self, line: Line) -> list[Found]:
        """Every phrase that begins at any token, the longest match of each."""
        found: list[Found] = []
        if not (self._anywhere or self._by_past or self._firsts & line.present or self._by_stem.keys() & line.stems):
            return found
        for at, token in enumerate(line.tokens):
            ends: dict[int, Found] = {}
            for number in self._candidates(line.keys[at], token):
                needs = self._needs[number]
                if needs and needs.isdisjoint(line.present):
                    continue
                phrase, steps = self._variants[number]
                end = self._match(steps, 0, line.tokens, at, at)
                if end > at and (phrase not in ends or end > ends[phrase].end):
                    ends[phrase] = Found(phrase, at, end, _named(steps))
            found.extend(ends.values())
        return found

    def _candidates(self, keys: Iterable[str], token: Token) -> Iterable[int]:
        stem = token.word[:_LEAST_STEM]
        lists = [self._by_word[key] for key in keys if key in self._by_word]
        if stem in self._by_stem:
            lists.append(self._by_stem[stem])
        if token.past in self._by_past:
            lists.append(self._by_past[token.past])
        if self._anywhere:
            lists.append(self._anywhere)
        if len(lists) < 2:
            return lists[0] if lists else ()
        return {number for numbers in lists for number in numbers}

    def _match(self, steps: tuple[_Step, ...], number: int, tokens: Sequence[Token], start: int, at: int) -> int:
        """The end of the longest match of the steps from ``number`` at ``at``; -1 when there is none."""
        if number == len(steps):
            return at
        step = steps[number]
        if step.begins or step.ends or step.absent:
            return self._match(steps, number + 1, tokens, start, at) if _holds(step, number, tokens, at) else -1
        best = self._match(steps, number + 1, tokens, start, at) if not step.least else -1
        for size in range(1, step.most + 1):
            here = at + size - 1
            if here >= len(tokens) or tokens[here].sentence != tokens[start].sentence or not step.fits(tokens[here]):
                break
            best = max(best, self._match(steps, number + 1, tokens, start, here + 1))
        return best


def _needed(steps: Iterable[_Step]) -> frozenset[str]:
    """Words of which a message must have one for the last named step to fit; empty when that cannot be told."""
    last = [step for step in steps if step.least and not (step.anything or step.absent or step.begins or step.ends)]
    if not last or last[-1].stems or last[-1].number or last[-1].pasts:
        return frozenset()
    return last[-1].exact | last[-1].lemmas


def _named(steps: Iterable[_Step]) -> int:
    return sum(not (step.anything or step.absent or step.begins or step.ends) for step in steps)


def _holds(step: _Step, number: int, tokens: Sequence[Token], at: int) -> bool:
    if step.begins:
        return at == 0
    if step.ends:
        return at == len(tokens)
    beside, near = (at - 1, at) if number == 0 else (at, at - 1)
    if not (0 <= beside < len(tokens) and 0 <= near < len(tokens)):
        return True
    return tokens[beside].sentence != tokens[near].sentence or not step.fits(tokens[beside])


def _variants(text: str) -> list[list[str]]:
    """The parts of a phrase; once more for every alternative that is several words."""
    variants: list[list[str]] = [[]]
    for part in text.split():
        several = [word.split("_") for word in part.split("|") if "_" in word.strip("_?") and word != "_"]
        single = "|".join(word for word in part.split("|") if "_" not in word) if several else part
        choices = [*([[single]] if single else []), *several]
        variants = [[*variant, *choice] for variant in variants for choice in choices]
    if len(variants) > _MOST_VARIANTS:
        raise PhraseError(f"phrase {text!r} has more than {_MOST_VARIANTS} variants")
    return variants


def _compiled(text: str, parts: Iterable[str], lemmas: Callable[[str], tuple[str, ...]]) -> tuple[_Step, ...]:
    steps = tuple(_step(part, lemmas) for part in parts)
    if not any(
        step.exact or step.lemmas or step.stems or step.number or step.pasts for step in steps if not step.absent
    ):
        raise PhraseError(f"phrase {text!r} names no word")
    if any(step.begins for step in steps[1:]) or any(step.ends for step in steps[:-1]):
        raise PhraseError(f"phrase {text!r}: ^ stands first and $ last")
    first = next(step for step in steps if not (step.absent or step.begins))
    if first.anything and not steps[0].begins:
        raise PhraseError(f"phrase {text!r} begins with a gap")
    if steps[-1].anything and not steps[-1].least:
        raise PhraseError(f"phrase {text!r} ends with a gap")
    return steps


def _step(part: str, lemmas: Callable[[str], tuple[str, ...]]) -> _Step:
    if part == "^":
        return _Step(begins=True)
    if part == "$":
        return _Step(ends=True)
    if part == "...":
        return _Step(anything=True, least=0, most=_LONGEST_GAP)
    if part in ("_", "_?"):
        return _Step(anything=True, least=2 - len(part))
    if part.startswith("!"):
        return replace(_alternatives(part[1:], lemmas), absent=True)
    found = _alternatives(part.rstrip("?"), lemmas)
    return replace(found, least=0) if part.endswith("?") else found


def _alternatives(part: str, lemmas: Callable[[str], tuple[str, ...]]) -> _Step:
    exact: set[str] = set()
    found: set[str] = set()
    stems: list[str] = []
    classes: set[str] = set()
    for word in part.split("|"):
        if word in _CLASSES:
            classes.add(word)
        elif word.startswith("="):
            exact.add(_plain(word[1:], word))
        elif word.endswith("*"):
            if len(word) <= _LEAST_STEM:
                raise PhraseError(f"stem {word!r} is shorter than {_LEAST_STEM} letters")
            stems.append(_plain(word[:-1], word))
        else:
            exact.add(_plain(word, word))
            forms = lemmas(word)
            found.update([word] if word in forms else forms[:1])
    pasts = frozenset(past for name in classes for past in _CLASSES[name])
    return _Step(frozenset(exact), frozenset(found), tuple(stems), _NUMBER in classes, pasts)


def _plain(word: str, written: str) -> str:
    if not word or any(char.isspace() or char in "?!^$_#<>" for char in word):
        raise PhraseError(f"{written!r} is not a word")
    return word
