"""What the managers' bot says, from its data file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bots.yaml_files import read_yaml
from dialog.template import Template

LANGUAGE = "ru"


@cache
def _loaded() -> Any:
    return read_yaml(Path(__file__).with_name(f"words.{LANGUAGE}.yaml"))


@cache
def _lines() -> Mapping[str, Template]:
    return {key: Template.compile(text, LANGUAGE) for key, text in _loaded()["lines"].items()}


def line(key: str, **values: str | int) -> str:
    """One line with its values."""
    return _lines()[key].render(values)


def named(kind: str, key: str) -> str:
    """A label, reason, answer or channel by the name that people know; one without a name keeps its key."""
    return str(_loaded()[kind].get(key, key))


def commands() -> Mapping[str, str]:
    """The bot's commands and what each is for."""
    return dict(_loaded()["commands"])


def pauses() -> Mapping[int, str]:
    """For how many minutes a conversation may be put off, and how that is said."""
    return {int(minutes): str(said) for minutes, said in _loaded()["pauses"].items()}


def returns() -> Mapping[str, str]:
    """Where the bot may go on, and how that is said."""
    return dict(_loaded()["returns"])
