"""Values inside a message: phone, name, words about the time, and keys of the services, masters, branches named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from nlu.clean import cleaned
from nlu.datafile import BUILT_IN, read
from nlu.named import Named, Names
from nlu.normalise import Normal, Normaliser
from nlu.phone import in_digits, phone
from nlu.tokens import Kind, Token
from nlu.whom import Services

_FEW_WORDS: Final = 5
_DAY_DIGITS: Final = 2
_LEAST_NUMERALS: Final = 3


class Slots:
    """Finds the values inside a message. Immutable and thread safe."""

    def __init__(
        self, normaliser: Normaliser, things: Mapping[str, Sequence[Named]], path: Path = BUILT_IN / "slots.yaml"
    ) -> None:
        """``things`` maps ``service``, ``staff`` and ``branch`` to the salon's names. Raises ``DataError``."""
        root = read(path).fields(
            (
                "spec",
                "name_after",
                "name_before",
                "name_opens",
                "name_maybe_after",
                "not_names",
                "before_others",
                "numerals",
                "time_words",
            )
        )
        self._lemmas = normaliser.lemmas
        self._name_before = frozenset(root["name_before"].texts())
        self._name_opens = frozenset(root["name_opens"].texts())
        self._name_after = normaliser.phrases(root["name_after"].items())
        self._maybe_after = normaliser.phrases(root["name_maybe_after"].items())
        self._time_words = normaliser.phrases(root["time_words"].items())
        self._not_names = frozenset(root["not_names"].texts())
        self._before_others = frozenset(root["before_others"].texts())
        self._numerals = {word: int(place.number(0, 999)) for word, place in root["numerals"].pairs()}
        names = {slot: Names(named, normaliser) for slot, named in things.items()}
        self._services = Services(names.pop("service", Names((), normaliser)))
        self._names = names

    def find(self, normal: Normal) -> dict[str, str]:
        """Slot -> value; slots without a value are absent."""
        found: dict[str, str] = {}
        number = phone(cleaned(normal.original)) or self._spoken_phone(normal)
        if number:
            found["phone"] = number
        introduced = self._introduced(normal)
        name = introduced or self._alone(normal, bool(number))
        if name:
            found["name"] = name
        words = normal.words
        if name and (introduced or number):
            # Surely the client's own name: no master is spoken of by it.
            own = set(name.lower().split())
            words = tuple(token for token in words if token.own.lower() not in own)
        wanted = self._services.find(words)
        if wanted:
            found["service"], *extra = wanted
            if extra:
                found["extra"] = ",".join(extra)
        for slot, names in self._names.items():
            keys = names.all(words)
            if len(keys) == 1:
                found[slot] = keys[0]
            elif keys and slot == "staff":
                found["namesakes"] = ",".join(keys)
        when = "" if number else self._when(normal)
        if when:
            found["when"] = when
        return found

    def _when(self, normal: Normal) -> str:
        """All that the message says of the time, as it was typed; what stands between two mentions is left out."""
        tokens = normal.line.tokens
        said = {at for one in self._time_words.find(normal.line) for at in range(one.start, one.end)}
        return " ".join(tokens[at].own for at in sorted(said))

    def _spoken_phone(self, normal: Normal) -> str | None:
        words = [token.word for token in normal.words]
        if sum(word in self._numerals for word in words) < _LEAST_NUMERALS:
            return None
        return phone(in_digits(words, self._numerals))

    def _introduced(self, normal: Normal) -> str | None:
        """The word after an introduction; after a loose one ("it is") only a word known as a name."""
        tokens = normal.line.tokens
        for phrases, any_word in ((self._name_after, True), (self._maybe_after, False)):
            for introduction in phrases.find(normal.line):
                rest = tokens[introduction.end : introduction.end + 2]
                if rest and self._may_be_name(rest[0]) and (any_word or self._lemmas.is_name(rest[0].word)):
                    return _spelled(rest, self._not_names)
        return self._enclosed(tokens)

    def _enclosed(self, tokens: Sequence[Token]) -> str | None:
        """A name between the two words of an introduction."""
        for opens, name, closes in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if opens.word in self._name_opens and closes.word in self._name_before and self._may_be_name(name):
                return _capital(name.own)
        return None

    def _alone(self, normal: Normal, with_phone: bool) -> str | None:
        """The name in a message of a few words that says nothing else, or of one word beside a phone."""
        words = [token for token in normal.words if token.kind is Kind.WORD]
        before = {id(token): other for other, token in pairwise(normal.words)}
        if not 0 < len(words) <= _FEW_WORDS or any(self._lemmas.is_verb(token.word) for token in words):
            return None
        names = [
            (at, token)
            for at, token in enumerate(words)
            if self._lemmas.is_name(token.word) and self._may_be_name(token)
            and not self._is_no_introduction(before.get(id(token)))
        ]  # fmt: skip
        if names and (with_phone or len(words) <= 2 or names[0][0] == 0):
            return _capital(names[0][1].own)
        if with_phone and len(words) == 1 and self._may_be_name(words[0]) and words[0].own[:1].isupper():
            return _capital(words[0].own)
        return None

    def _is_no_introduction(self, before: Token | None) -> bool:
        """What follows "to" or "with" is somebody else; what follows the number of a day is a month."""
        if before is None:
            return False
        return before.word in self._before_others or (before.kind is Kind.NUMBER and len(before.word) <= _DAY_DIGITS)

    def _may_be_name(self, token: Token) -> bool:
        return token.kind is Kind.WORD and len(token.word) > 1 and token.word not in self._not_names


def _spelled(words: Sequence[Token], not_names: frozenset[str]) -> str:
    """The name as a name is written, with the surname when both are written so."""
    first = _capital(words[0].own)
    both = len(words) == 2 and words[1].kind is Kind.WORD and words[1].word not in not_names
    if both and words[0].own[:1].isupper() and words[1].own[:1].isupper():
        return f"{first} {words[1].own}"
    return first


def _capital(own: str) -> str:
    own = own.strip(",.;:!")
    return own[:1].upper() + own[1:]
