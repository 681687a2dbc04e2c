"""A key in Latin letters made of what people call a thing."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache
from itertools import count
from pathlib import Path

import yaml

LONGEST = 32
"""Shorter than a key may be, so that a number fits behind it."""
_OTHER = re.compile(r"[^a-z0-9]+")


@cache
def _letters() -> Mapping[int, str]:
    letters = yaml.safe_load(Path(__file__).with_name("latin.yaml").read_text(encoding="utf-8"))
    return str.maketrans(letters)


def latin_key(name: str, taken: Container[str]) -> str:
    """A key that ``booking.declared.long_key`` takes and that is not ``taken`` yet."""
    plain = _OTHER.sub("_", name.lower().translate(_letters())).strip("_")[:LONGEST].strip("_")
    start = plain if plain[:1].isalpha() else f"answer_{plain}".strip("_")
    if start not in taken:
        return start
    return next(key for number in count(2) if (key := f"{start}_{number}") not in taken)
