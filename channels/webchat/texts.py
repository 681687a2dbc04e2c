"""The channel's own words, read once from the two data files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from channels.webchat.protocol import LANGUAGES


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, object]]:
    path = Path(__file__).with_name(f"texts.{language}.yaml")
    loaded: Mapping[str, Mapping[str, object]] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def error_text(code: str, language: str) -> str:
    """What the visitor reads for an error code."""
    return str(_texts(language)["errors"][code])


def photo_texts() -> dict[str, Mapping[str, object]]:
    """The words of the part that sends photos, by language."""
    return {language: _texts(language)["photo"] for language in LANGUAGES}


def onward_texts() -> dict[str, Mapping[str, object]]:
    """The words of the part that leads on into a messenger, by language."""
    return {language: _texts(language)["onward"] for language in LANGUAGES}


def widget_texts() -> dict[str, Mapping[str, object]]:
    """The widget's own texts by language."""
    return {language: _texts(language)["widget"] for language in LANGUAGES}
