"""Long texts in parts: at a paragraph if one ends in time, else at a sentence, a word, and only then in a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from channels.rendering.capabilities import Unit
from channels.rendering.measure import head

_ENDS = (
    re.compile(r"\n[ \t]*\n\s*"),
    re.compile(r"\n\s*"),
    re.compile(r"(?<=[.!?…])[»\")]*\s+"),
    re.compile(r"\s+"),
)
_LEAST_FILLED = 0.5
"""A part ends at a paragraph or a sentence only if it is filled at least so far: else ends are looked for nearer."""


def parts(text: str, most: int, unit: Unit) -> list[str]:
    """``text`` in order, each part within ``most`` and not empty. Only blanks between two parts are left out."""
    return list(_parts(text.strip(), most, unit))


def _parts(rest: str, most: int, unit: Unit) -> Iterator[str]:
    while rest:
        fits = head(rest, most, unit)
        if len(fits) < len(rest):
            fits = rest[: _end(rest, len(fits))]
        yield fits.rstrip()
        rest = rest[len(fits) :].lstrip()


def _end(text: str, most: int) -> int:
    """Where to end a part of at most ``most`` code points."""
    for pattern in _ENDS:
        ends = [found.start() for found in pattern.finditer(text, 0, most + 1) if 0 < found.start() <= most]
        # A quotation mark or bracket after the full stop belongs to the sentence.
        ends = [_after_closing(text, end, most) for end in ends]
        if ends and (pattern is _ENDS[-1] or ends[-1] >= most * _LEAST_FILLED):
            return ends[-1]
    return most


def _after_closing(text: str, end: int, most: int) -> int:
    while end < most and text[end] in '»")':
        end += 1
    return end


def last_within(text: str, most: int, unit: Unit) -> tuple[str, str]:
    """``text`` as a beginning and a last part of at most ``most``; the beginning is empty when all of it fits."""
    found = parts(text, most, unit)
    if len(found) < 2:
        return "", text.strip()
    last = found[-1]
    return text.strip()[: -len(last)].rstrip(), last
