"""Words for whoever connects a messenger: where to click there, what to type here, what is wrong and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_HERE = Path(__file__).parent
_LANGUAGES = ("ru", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWords:
    """A field's label and the small line below it."""

    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """All words of one channel. ``troubles`` by code; every channel knows the common ones."""

    title: str
    lead: str
    steps: tuple[str, ...]
    fields: Mapping[str, FieldWords]
    troubles: Mapping[str, str]

    def trouble(self, code: str) -> str:
        """What is wrong and what to do; empty for no trouble."""
        return self.troubles.get(code, self.troubles["other"]) if code else ""


@cache
def guide(channel: str, language: str = "ru") -> Guide:
    """The channel's words. Raises LookupError for a channel that has none."""
    spoken = language if language in _LANGUAGES else _LANGUAGES[0]
    path = _HERE / channel / f"guide.{spoken}.yaml"
    if not path.exists():
        raise LookupError(channel)
    own = yaml.safe_load(path.read_text("utf-8"))
    return Guide(
        title=own["title"],
        lead=own["lead"],
        steps=tuple(own["steps"]),
        fields={name: FieldWords(**words) for name, words in own["fields"].items()},
        troubles={**_troubles_of_all(spoken, channel), **own["troubles"]},
    )


def _troubles_of_all(language: str, channel: str) -> dict[str, str]:
    return {code: words.replace("{channel}", channel) for code, words in common(language)["troubles"].items()}


@cache
def common(language: str) -> Mapping[str, Mapping[str, str]]:
    """Words that all channels share, and how to be reached from the web."""
    spoken = language if language in _LANGUAGES else _LANGUAGES[0]
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load((_HERE / f"guide.{spoken}.yaml").read_text("utf-8"))
    return loaded
