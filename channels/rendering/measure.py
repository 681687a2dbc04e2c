"""The length of a text as a messenger counts it, and cutting to it."""

from __future__ import annotations

from channels.graphemes import signs
from channels.rendering.capabilities import Unit

ELLIPSIS = "…"


def length(text: str, unit: Unit) -> int:
    """In code points, or in UTF-16 units (an emoji is two)."""
    if unit is Unit.POINTS or text.isascii():
        return len(text)
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def head(text: str, most: int, unit: Unit) -> str:
    """The longest beginning of whole signs within ``most``. A first sign that is too long itself is cut."""
    if length(text, unit) <= most:
        return text
    kept, used = [], 0
    for sign in signs(text):
        used += length(sign, unit)
        if used > most:
            break
        kept.append(sign)
    return "".join(kept) or _torn(text, most, unit)


def _torn(text: str, most: int, unit: Unit) -> str:
    end = most
    while length(text[:end], unit) > most:
        end -= 1
    return text[: max(end, 1)]


def shorten(text: str, most: int, unit: Unit = Unit.POINTS) -> str:
    """``text`` within ``most``, with an ellipsis where it was cut."""
    if length(text, unit) <= most:
        return text
    if most <= 1:
        return head(text, most, unit)
    return head(text, most - 1, unit).rstrip() + ELLIPSIS
