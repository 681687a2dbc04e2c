"""The sentences by which bad data are refused and changes are told, kept in messages.ru.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from dialog.template import Template, Value

_FILE = Path(__file__).with_name("messages.ru.yaml")
_SHOWN = 60


@cache
def _templates() -> Mapping[str, Template]:
    texts = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {key: Template.compile(text, "ru") for key, text in texts.items()}


def say(key: str, values: Mapping[str, Value] | None = None, /, **more: Value) -> str:
    """The sentence ``key`` with its values. Raises KeyError for a key that the file has not."""
    return _templates()[key].render({**(values or {}), **more})


def got(value: object) -> str:
    """A found value in a few words, for the end of "expected ..., got ..."."""
    if value is None:
        return say("got_nothing")
    if isinstance(value, Mapping):
        return say("got_mapping")
    if isinstance(value, list | tuple):
        return say("got_list")
    if isinstance(value, bool):
        return say("got_true" if value else "got_false")
    text = str(value)
    return f'"{text}"' if len(text) <= _SHOWN else f'"{text[:_SHOWN]}\N{HORIZONTAL ELLIPSIS}"'


def has(key: str) -> bool:
    """Whether there is a sentence ``key``."""
    return key in _templates()
