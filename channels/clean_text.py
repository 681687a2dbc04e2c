"""Clients' text at the edge: made safe to store, and safe to show in the middle of a line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from channels.graphemes import continues

_DROPPED = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}
_DROPPED[0xFEFF] = None

_LINE_ENDS = str.maketrans({"\r": "\n", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"})

_REPLACEMENT = "\ufffd"

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""

_ISOLATES = frozenset("\u2066\u2067\u2068")
_POP_ISOLATE = "\u2069"
_FIRST_STRONG_ISOLATE = "\u2068"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Text that every database takes; ``clipped`` is True when something was cut off at the end."""

    text: str
    clipped: bool


def clean_text(raw: str, most: int) -> Cleaned:
    """At most ``most`` code points of ``raw``: NFC, no NUL, no control characters but tab and line feed.

    Lone surrogates become the replacement character, split pairs are joined. Direction marks stay: they
    belong to Arabic and Hebrew names; screens isolate them. Text of which nothing would be seen is no text.
    Cleaning twice changes nothing.
    """
    whole = _valid(raw[: most * 4])
    whole = whole.replace("\r\n", "\n").translate(_LINE_ENDS).translate(_DROPPED)
    whole = unicodedata.normalize("NFC", whole).strip()
    clipped = len(raw) > most * 4
    if len(whole) > most:
        whole, clipped = whole[: _boundary(whole, most)].rstrip(), True
    return Cleaned(text=whole if _is_seen(whole) else "", clipped=clipped)


def _is_seen(text: str) -> bool:
    """True when a screen would show anything: a letter, a sign, a picture; not marks, joiners and odd spaces alone."""
    return any(letter not in _BLANK and unicodedata.category(letter)[0] in "LNPS" for letter in text)


def _valid(raw: str) -> str:
    """``raw`` without surrogates: pairs joined, lone ones replaced."""
    if raw.isascii():
        return raw
    paired = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return "".join(_REPLACEMENT if "\ud800" <= letter <= "\udfff" else letter for letter in paired)


def _boundary(text: str, most: int) -> int:
    """The last place at or before ``most`` that does not cut a letter from its marks or an emoji in two."""
    for at in range(most, max(most - 32, 0), -1):
        if not continues(text[at - 1], text[at]):
            return at
    return most


def isolated(text: str) -> str:
    """``text`` for the middle of a line: its direction marks are closed and cannot turn round what follows.

    For places that have no element of their own with ``dir="auto"``: notifications, titles, the terminal.
    The closing mark ends every embedding and override that was opened inside, as the Unicode rules say (X6a).
    """
    open_isolates = 0
    kept: list[str] = []
    for letter in text:
        if letter in _ISOLATES:
            open_isolates += 1
        elif letter == _POP_ISOLATE:
            if not open_isolates:
                continue
            open_isolates -= 1
        kept.append(letter)
    return f"{_FIRST_STRONG_ISOLATE}{''.join(kept)}{_POP_ISOLATE * (open_isolates + 1)}"
