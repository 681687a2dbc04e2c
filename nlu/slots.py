"""Values inside a message: phone, name, and the keys of services, masters and branches that the client names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import phonenumbers
from rapidfuzz import fuzz

from nlu.clean import cleaned
from nlu.datafile import BUILT_IN, read
from nlu.normalise import Normal, Normaliser
from nlu.phrase import readable
from nlu.tokens import Kind, Token

REGION: Final = "RU"
_LEAST_DIGITS: Final = 10
_LEAST_RATIO: Final = 84
_LEAST_LETTERS: Final = 5
_LONGEST_PHONE_TEXT: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something of the salon that has names: a service, a master, a branch."""

    key: str
    names: tuple[str, ...]
    """The title first, then aliases and short forms as clients say them."""


def phone(text: str) -> str | None:
    """The first Russian or international phone number in E.164, else ``None``."""
    text = text[:_LONGEST_PHONE_TEXT]
    if sum(map(str.isdigit, text)) < _LEAST_DIGITS:
        return None
    for match in phonenumbers.PhoneNumberMatcher(text, REGION, leniency=phonenumbers.Leniency.VALID):
        return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return _run_of_digits(text)


def _run_of_digits(text: str) -> str | None:
    """A Russian mobile number typed without a plus, or with spaces in unusual places."""
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) == _LEAST_DIGITS and digits[0] == "9":
        return "+7" + digits
    if len(digits) == _LEAST_DIGITS + 1 and digits[0] in "78" and digits[1] in "3489":
        return "+7" + digits[1:]
    return None


class Names:
    """Finds which of the salon's named things a message names. Immutable and thread safe."""

    def __init__(self, named: Sequence[Named], normaliser: Normaliser) -> None:
        """A name that two things share finds neither of them alone."""
        self._wordings: list[tuple[str, tuple[Token, ...]]] = []
        for thing in named:
            for name in dict.fromkeys(thing.names):
                words = normaliser.normal(name).words
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
        best: dict[int, set[str]] = {}
        for at, token in enumerate(words):
            for number in self._starting(token):
                key, wording = self._wordings[number]
                if _stands(words, at, wording):
                    best.setdefault(sum(len(word.word) for word in wording), set()).add(key)
        keys = best[max(best)] if best else set()
        return next(iter(keys)) if len(keys) == 1 else None

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


class Slots:
    """Finds the values inside a message. Immutable and thread safe."""

    def __init__(
        self, normaliser: Normaliser, things: Mapping[str, Sequence[Named]], path: Path = BUILT_IN / "slots.yaml"
    ) -> None:
        """``things`` maps ``service``, ``staff`` and ``branch`` to the salon's names. Raises ``DataError``."""
        root = read(path).fields(("spec", "name_after", "not_names"))
        self._name_after = normaliser.phrases(root["name_after"].items())
        self._not_names = frozenset(root["not_names"].texts())
        self._names = {slot: Names(named, normaliser) for slot, named in things.items()}

    def find(self, normal: Normal) -> dict[str, str]:
        """Slot -> value; slots without a value are absent."""
        found: dict[str, str] = {}
        number = phone(cleaned(normal.original))
        if number:
            found["phone"] = number
        name = self._name(normal)
        if name:
            found["name"] = name
        for slot, names in self._names.items():
            key = names.find(normal.words)
            if key:
                found[slot] = key
        return found

    def _name(self, normal: Normal) -> str | None:
        """The word after an introduction, with the surname when both are written as names are."""
        tokens = readable(normal.tokens)
        for introduction in self._name_after.find(tokens):
            rest = tokens[introduction.end : introduction.end + 2]
            taken = [token.own for token in rest if token.kind is Kind.WORD and token.word not in self._not_names]
            if not rest or not taken or taken[0] != rest[0].own:
                continue
            first = taken[0][:1].upper() + taken[0][1:]
            with_surname = len(taken) == 2 and taken[0][:1].isupper() and taken[1][:1].isupper()
            return f"{first} {taken[1]}" if with_surname else first
        return None
