"""Whole messages that are commands: menu, human, cancel, back, restart, skip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from nlu.datafile import BUILT_IN, Entry, read
from nlu.normalise import Normal, Normaliser
from nlu.tokens import Kind

NAMES: Final = ("menu", "human", "cancel", "back", "restart", "skip")
LONGEST_COMMAND: Final = 64
"""Characters: a longer message is no command."""

_LEAST_RATIO: Final = 88
_LEAST_LETTERS: Final = 5
_MOST_LETTERS_OFF: Final = 3
_MOST_WORDS: Final = 8


class Commands:
    """Knows the commands of every language. Immutable and thread safe."""

    def __init__(self, normaliser: Normaliser, path: Path = BUILT_IN / "commands.yaml") -> None:
        """Raises ``DataError`` when the file is not right."""
        self._normaliser = normaliser
        root = read(path).fields(("spec", "polite", "commands"))
        self._exact: dict[str, str] = {}
        for name, place in root["commands"].pairs():
            if name not in NAMES:
                raise place.refuse(f"{name!r} is not one of: {', '.join(NAMES)}")
            self._learn(name, place)
        self._polite = sorted(self._polite_words(root["polite"]), key=len, reverse=True)
        self._by_size = _by_size(self._exact)

    def _learn(self, name: str, place: Entry) -> None:
        for _, wordings in place.pairs():
            for wording in wordings.items():
                key = self._key(wording.text())
                if self._exact.setdefault(key, name) != name:
                    raise wording.refuse(f"{wording.text()!r} is also the command {self._exact[key]!r}")

    def _polite_words(self, place: Entry) -> Iterable[str]:
        return [self._key(text) for _, words in place.pairs() for text in words.texts()]

    def _key(self, text: str) -> str:
        return self.words(self._normaliser.normal(text))

    @staticmethod
    def words(normal: Normal) -> str:
        """The words of a message in one line, without signs and pictures."""
        return " ".join(token.word for token in normal.words)

    def command(self, normal: Normal) -> str | None:
        """The command that the whole message is, else ``None``."""
        if len(normal.original) > LONGEST_COMMAND or not 0 < len(normal.words) <= _MOST_WORDS:
            return None
        if any(token.kind is Kind.NUMBER for token in normal.words):
            return None
        text = self.words(normal)
        return self._named(text) or self._named(self._without_polite(text))

    def is_command(self, text: str) -> bool:
        """Whether ``text`` is a command: cheap enough to ask at a channel's edge of every message."""
        if len(text) > LONGEST_COMMAND:
            return False
        return self.command(self._normaliser.normal(text)) is not None

    def _named(self, text: str) -> str | None:
        if text in self._exact:
            return self._exact[text]
        if not text:
            return None
        size = text.count(" ")
        for wording in self._by_size.get(size, ()):
            if abs(len(wording) - len(text)) <= _MOST_LETTERS_OFF and _same_words(text.split(), wording.split()):
                return self._exact[wording]
        return None

    def _without_polite(self, text: str) -> str:
        """The text without polite words at its ends; whole when nothing else would be left."""
        for _ in range(_MOST_WORDS):
            shorter = self._shorter(text)
            if shorter == text:
                break
            text = shorter
        return text

    def _shorter(self, text: str) -> str:
        for word in self._polite:
            if text.startswith(word + " "):
                return text[len(word) + 1 :]
            if text.endswith(" " + word):
                return text[: -len(word) - 1]
        return text


def _same_words(said: list[str], wording: list[str]) -> bool:
    """The same words, long ones with a typo at most; at least one word is long."""
    if any(a != b and min(len(a), len(b)) < _LEAST_LETTERS for a, b in zip(said, wording, strict=True)):
        return False
    return all(a == b or fuzz.ratio(a, b) >= _LEAST_RATIO for a, b in zip(said, wording, strict=True))


def _by_size(exact: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
    sizes: dict[int, list[str]] = {}
    for wording in exact:
        sizes.setdefault(wording.count(" "), []).append(wording)
    return {size: tuple(wordings) for size, wordings in sizes.items()}
