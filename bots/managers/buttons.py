"""What a button carries: a verb, the alert's token, at most one more word. Telegram takes 64 bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

TAKE, REPLIES, PICK, SEND = "t", "r", "p", "s"
PAUSE, BACK, CANCEL, SHIFT = "z", "b", "x", "w"
_SHAPE = re.compile(r"([a-z]):([0-9a-f]{32})?(?::([a-z0-9_]{1,24}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A press as it is understood."""

    verb: str
    token: str
    word: str


def data_of(verb: str, token: str = "", word: str = "") -> str:
    """What the button carries."""
    return f"{verb}:{token}:{word}" if word else f"{verb}:{token}"


def wish_of(data: str) -> Wish | None:
    """What was pressed; None for what none of our buttons carries."""
    found = _SHAPE.fullmatch(data)
    return Wish(verb=found[1], token=found[2] or "", word=found[3] or "") if found else None
