"""The few words that the bot says in MAX outside of any conversation, from the data file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def _texts() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(Path(__file__).with_name("texts.ru.yaml").read_text("utf-8"))
    return loaded


def text(key: str) -> str:
    """One of them."""
    return _texts()[key]
