"""Labels within a limit that can still be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from channels.graphemes import signs
from channels.rendering.capabilities import Unit
from channels.rendering.measure import ELLIPSIS, head, length, shorten


def one_line(label: str) -> str:
    """A label without line ends and doubled blanks; never empty."""
    return " ".join(label.split()) or ELLIPSIS


def fitted(labels: Sequence[str], most: int, unit: Unit = Unit.POINTS) -> tuple[str, ...]:
    """Each of ``labels`` within ``most`` (6 or more), no two alike.

    A label is cut at its end; where that makes two alike, in the middle, for they may differ in their last words;
    what is alike even then gets a number.
    """
    whole = [one_line(label) for label in labels]
    cut = [shorten(label, most, unit) for label in whole]
    alike = _alike(cut)
    cut = [
        _without_middle(label, most, unit) if short in alike else short for label, short in zip(whole, cut, strict=True)
    ]
    return _numbered(cut, most, unit)


def _alike(labels: Sequence[str]) -> set[str]:
    return {label for label, count in Counter(labels).items() if count > 1}


def _without_middle(label: str, most: int, unit: Unit) -> str:
    if length(label, unit) <= most:
        return label
    half = (most - 1) // 2
    tail = ""
    for sign in reversed(signs(label)):
        if length(sign + tail, unit) > half:
            break
        tail = sign + tail
    start = head(label, most - 1 - length(tail, unit), unit).rstrip()
    return start + ELLIPSIS + tail.lstrip()


def _numbered(labels: Sequence[str], most: int, unit: Unit) -> tuple[str, ...]:
    taken: set[str] = set()
    found: list[str] = []
    for label in labels:
        number, fresh = 1, label
        while fresh in taken:
            number += 1
            mark = f" {number}"
            fresh = shorten(label, most - len(mark), unit) + mark
        taken.add(fresh)
        found.append(fresh)
    return tuple(found)
