"""What helps to answer well: ready replies by feeling, a first line for each class, words that make things worse."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialog.template import Template

FOLDER = Path(__file__).parent
LANGUAGE = "ru"
"""The desk writes to clients in the salon's own language."""
VARIABLES = frozenset({"name", "me", "salon"})
_ADDRESS = re.compile(r"^\{name\}(?:,\s*|\s+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyReply:
    """One ready reply; ``text`` still holds its variables."""

    key: str
    group: str
    title: str
    text: str
    fits: frozenset[str]
    """Classes of hand-over for which it is offered first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """Words that are not said to clients, why, and what to say. A star stands for any ending."""

    words: tuple[str, ...]
    why: str
    better: str


@cache
def ready_replies() -> Sequence[ReadyReply]:
    """All of them, in the order of the file."""
    return tuple(
        ReadyReply(
            key=str(reply["key"]),
            group=str(group["title"]),
            title=str(reply["title"]),
            text=str(reply["text"]),
            fits=frozenset(group["fits"]),
        )
        for group in _read("replies").values()
        for reply in group["replies"]
    )


@cache
def first_lines() -> Mapping[str, str]:
    """How to begin, by class of hand-over."""
    return {str(label): str(text) for label, text in _read("first_lines").items()}


@cache
def avoided() -> Sequence[Avoided]:
    """What is not said."""
    return tuple(
        Avoided(words=tuple(one["words"]), why=str(one["why"]), better=str(one["better"])) for one in _read("avoid")
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its variables; a client whose name nobody knows is not addressed by one."""
    if not values.get("name"):
        bare = _ADDRESS.sub("", text)
        text = bare[:1].upper() + bare[1:]
    return Template.compile(text, LANGUAGE).render(values)


def promises_something(line: str) -> bool:
    """Whether a manager's line holds a word of promise; the date is found by whoever reads dates."""
    return bool(_promising().search(line.lower()))


@cache
def _promising() -> re.Pattern[str]:
    stems = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in _read("given_words"))
    return re.compile(rf"(?<!\w)(?:{stems})(?!\w)")


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.{LANGUAGE}.yaml").read_text(encoding="utf-8"))
