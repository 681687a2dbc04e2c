"""The few words that rendering adds of its own, from its data files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

_FALLBACK = "ru"


@cache
def words(language: str) -> Mapping[str, str]:
    """By name; Russian for a language that has none."""
    path = Path(__file__).with_name(f"words.{language}.yaml")
    if not path.exists():
        return words(_FALLBACK)
    loaded: Mapping[str, str] = yaml.safe_load(path.read_text("utf-8"))
    return loaded
