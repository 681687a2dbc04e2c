"""The services of one message: several in one visit, and the one for a child or a man where it is for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from nlu.datafile import BUILT_IN, read
from nlu.named import Found, Names
from nlu.tokens import Kind, Token

_OLDEST: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """``said``: words that mean such a person; ``named``: words by which services for them are named."""

    said: frozenset[str]
    named: frozenset[str]


class Services:
    """Finds the services that a message wants. Immutable and thread safe."""

    def __init__(self, names: Names, path: Path = BUILT_IN / "whom.yaml") -> None:
        """Raises ``DataError`` when the file is not right."""
        root = read(path).fields(("spec", "joins", "own", "refused", "child_until", "persons", "years"))
        self._names = names
        self._joins = frozenset(root["joins"].texts())
        self._own = frozenset(root["own"].texts())
        self._refused = frozenset(root["refused"].texts())
        self._years = frozenset(root["years"].texts())
        self._child_until = int(root["child_until"].number(1, 17))
        self._persons: Mapping[str, _Person] = {
            name: _Person(
                **{field: frozenset(texts.texts()) for field, texts in place.fields(("said", "named")).items()}
            )
            for name, place in root["persons"].fields(("child", "man")).items()
        }

    def find(self, words: Sequence[Token]) -> tuple[str, ...]:
        """Keys of the services wanted, in their order; empty when none is named, or it is not plain which."""
        found = self._wanted(words)
        age = self._age(words)
        if age is not None and age > self._child_until:
            return ()
        said = [
            person
            for name, person in self._persons.items()
            if self._is_said(person, words) or (name == "child" and age is not None)
        ]
        keys = (key for one in found for key in self._fitted(one, said, words, alone=len(found) == 1))
        return tuple(dict.fromkeys(keys))

    def _wanted(self, words: Sequence[Token]) -> tuple[Found, ...]:
        """What is named and not refused in the same breath."""
        found = self._names.several(words, self._joins)
        if not found:
            key = self._names.find(words)
            return (Found(key=key, start=0, end=len(words)),) if key is not None else ()
        return tuple(one for one in found if not (one.start and words[one.start - 1].word in self._refused))

    def _fitted(self, one: Found, said: Sequence[_Person], words: Sequence[Token], *, alone: bool) -> tuple[str, ...]:
        """The service as it is for the persons spoken of; besides the client's own where that is said, too.

        ``alone``: no other is named, so that any word of the message may be about it.
        """
        named = words[one.start : one.end]
        theirs = [
            one.key
            if any(_is_one_of(token, person.said - person.named) for token in named)
            else self._names.alike(named, person.named) or (self._names.alike(words, person.named) if alone else "")
            for person in said
        ]
        own = any(_is_one_of(token, self._own) for token in words)
        return ((one.key,) if own else ()) + tuple(filter(None, theirs)) or (one.key,)

    def _is_said(self, person: _Person, words: Sequence[Token]) -> bool:
        """Whether such a person is spoken of, and is not the one who did something."""
        for at, token in enumerate(words):
            after = words[at + 1] if at + 1 < len(words) else None
            if _is_one_of(token, person.said) and not (after is not None and after.past):
                return True
        return False

    def _age(self, words: Sequence[Token]) -> int | None:
        for number, unit in pairwise(words):
            counted = _is_one_of(unit, self._years)
            if number.kind is Kind.NUMBER and number.word.isdecimal() and counted and int(number.word) < _OLDEST:
                spoken = any(self._is_said(person, words) for person in self._persons.values())
                return int(number.word) if spoken else None
        return None


def _is_one_of(token: Token, words: frozenset[str]) -> bool:
    return not words.isdisjoint((token.word, *token.lemmas))
