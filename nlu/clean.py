"""Unicode made plain: one form of each letter, nothing invisible, a bounded length."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST_TEXT: Final = 10_000
"""Characters that are understood; what follows is not looked at."""

_PIECE: Final = 1_000
_NUMERO: Final = "\u2116"
_SPACE: Final = " "


def cleaned(text: str) -> str:
    """``text`` in NFKC without invisible characters, stray marks and lone surrogates; case is kept."""
    text = text[:LONGEST_TEXT]
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_plain, _composed(text.replace(_NUMERO, "#"))))


def _composed(text: str) -> str:
    """NFKC of ``text`` in short pieces: one character may unfold into eighteen, so the result is cut on the way."""
    parts: list[str] = []
    size = 0
    for start in range(0, len(text), _PIECE):
        parts.append(unicodedata.normalize("NFKC", text[start : start + _PIECE]))
        size += len(parts[-1])
        if size >= LONGEST_TEXT:
            break
    return "".join(parts)[:LONGEST_TEXT]


def _plain(char: str) -> str:
    if char.isalnum() or char == _SPACE:
        return char
    category = unicodedata.category(char)
    if category[0] == "Z" or category == "Cc":
        return "\n" if char == "\n" else _SPACE
    if category in ("Cf", "Cs", "Co", "Cn", "Mn", "Me"):
        return ""
    return _skin_tone_off(char)


def _skin_tone_off(char: str) -> str:
    return "" if "\U0001f3fb" <= char <= "\U0001f3ff" else char


def is_emoji(char: str) -> bool:
    """A picture character: emoji, dingbat, heart."""
    return (char >= "\u2190" and unicodedata.category(char) == "So") or "\U0001f1e6" <= char <= "\U0001faff"
