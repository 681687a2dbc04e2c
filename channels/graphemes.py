"""What a reader takes for one sign: a letter with its marks, a flag, a family of emoji. Never cut inside one."""

from __future__ import annotations

import unicodedata

_ZWJ = "\u200d"
_MARKS = frozenset({"Mn", "Mc", "Me"})
_LONGEST = 64
"""A sign of more code points than this is nobody's: it may be cut."""


def continues(before: str, letter: str) -> bool:
    """Whether ``letter`` belongs to the sign that ends with ``before``. Two halves of a flag do: see ``signs``."""
    flag = _is_half_flag(before) and _is_half_flag(letter)
    joined = before == _ZWJ or letter in (_ZWJ, "\u200c") or (before == "\r" and letter == "\n")
    return flag or joined or _is_mark(letter)


def _is_mark(letter: str) -> bool:
    skin = "\U0001f3fb" <= letter <= "\U0001f3ff"
    tag = "\U000e0020" <= letter <= "\U000e007f"
    return skin or tag or unicodedata.category(letter) in _MARKS


def _is_half_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def signs(text: str) -> list[str]:
    """``text`` as its signs, in order; joined they are the text again."""
    found: list[str] = []
    for letter in text:
        if found and len(found[-1]) < _LONGEST and _belongs(found[-1], letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _belongs(sign: str, letter: str) -> bool:
    if _is_half_flag(letter):
        return (len(sign) == 1 and _is_half_flag(sign)) or sign[-1] == _ZWJ
    return continues(sign[-1], letter)
