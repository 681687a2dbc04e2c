"""What the command line says, from its data file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bots.yaml_files import read_yaml
from dialog.template import Template


@cache
def _texts() -> dict[str, Template]:
    path = Path(__file__).with_name("messages.ru.yaml")
    loaded: dict[str, str] = read_yaml(path)
    return {key: Template.compile(text, "ru") for key, text in loaded.items()}


def message(key: str, **values: str | int) -> str:
    """The message ``key`` with its values."""
    return _texts()[key].render(values)
