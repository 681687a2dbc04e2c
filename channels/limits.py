"""Every channel's limits in one table. Over a text limit is clipped with a note, over a body limit is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

JSON_DEPTH = 32
"""Deepest nesting of objects and lists that is parsed at all, on every channel."""

JSON_DIGITS = 19
"""Longest number that is parsed: what fits a signed 64-bit column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``text_accepted`` and ``text_shown`` in code points, the others in bytes.

    ``media_bytes``: a file that is sent to us; ``fetched_bytes``: one that we fetch from the messenger.
    """

    text_accepted: int = 4_096
    text_shown: int = 4_096
    body_bytes: int = 1_048_576
    media_bytes: int = 8 * 1_048_576
    fetched_bytes: int = 20 * 1_048_576


LIMITS: Mapping[str, Limits] = {
    "webchat": Limits(text_accepted=4_000, text_shown=4_000),
    "telegram": Limits(),
    "whatsapp": Limits(body_bytes=3 * 1_048_576),
    "vk": Limits(),
    "max": Limits(text_shown=4_000),
}


def limits_of(channel: str) -> Limits:
    """The limits of a channel; the common ones for a channel that has no line of its own."""
    return LIMITS.get(channel, Limits())
