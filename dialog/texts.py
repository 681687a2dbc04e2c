"""Texts by language and key, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Rendered(Protocol):
    """A compiled text."""

    @property
    def variables(self) -> frozenset[str]:
        """Names of the variables that the text shows."""
        ...

    def render(self, values: Mapping[str, str | int]) -> str:
        """The text with its variables filled in."""
        ...


class Texts:
    """Compiled texts by language; a missing language falls back to the default one."""

    __slots__ = ("_books", "_default")

    def __init__(self, books: Mapping[str, Mapping[str, Rendered]], default: str) -> None:
        self._books = books
        self._default = default

    def find(self, key: str, language: str) -> Rendered | None:
        """The text of ``key`` in ``language``, else in the default language, else None."""
        book = self._books.get(language)
        found = book.get(key) if book else None
        return found or self._books[self._default].get(key)

    def render(self, key: str, language: str, values: Mapping[str, str | int]) -> str:
        """The finished text. Raises KeyError for a key that no language has: keys are checked when texts are loaded."""
        found = self.find(key, language)
        if found is None:
            raise KeyError(key)
        return found.render(values)
