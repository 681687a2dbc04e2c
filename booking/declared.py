"""Keys that the salon's data declare, and what a key may look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from booking.fault import Faults, Place

_SHORT = re.compile(r"[a-z][a-z0-9_]{0,19}")
_LONG = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What other data may refer to. ``offered`` is staff key -> keys of services, as written."""

    branches: tuple[str, ...]
    categories: tuple[str, ...]
    services: tuple[str, ...]
    staff: tuple[str, ...]
    answers: tuple[str, ...]
    offered: Mapping[str, frozenset[str]]


def short_key(key: str, place: Place, faults: Faults) -> None:
    """A key that becomes a part of a variable's name: at most 20 characters, and not ``list``."""
    if not _SHORT.fullmatch(key):
        faults.add(place, "key_short", got=key)
    elif key == "list" or key.startswith("list_"):
        faults.add(place, "key_reserved", got=key)


def long_key(key: str, place: Place, faults: Faults) -> None:
    """A key of its own: at most 40 characters."""
    if not _LONG.fullmatch(key):
        faults.add(place, "key_long", got=key)
