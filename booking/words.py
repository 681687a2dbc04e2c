"""A text in the languages of the salon: Russian always, English where somebody wrote it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text per language."""

    ru: str
    en: str | None = None

    def said_in(self, language: str) -> str:
        """The text in ``language`` ("en", "en-GB", "ru"...), Russian where it was not translated."""
        if self.en is not None and language[:2] == "en":
            return self.en
        return self.ru

    def language_of(self, language: str) -> str:
        """The language in which ``said_in(language)`` is written: what a template of it is compiled for."""
        return "en" if self.en is not None and language[:2] == "en" else "ru"

    def languages(self) -> tuple[tuple[str, str], ...]:
        """Pairs (language, text) that exist."""
        return (("ru", self.ru),) if self.en is None else (("ru", self.ru), ("en", self.en))
