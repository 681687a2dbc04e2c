"""500 strings that break software: surrogates, marks, directions, digits, emoji, markup, control characters."""

from __future__ import annotations

import random

_HAND_MADE = [
    "",
    " ",
    "\0",
    "а\0б",
    "\ud800",
    "\udfff",
    "\ud83d\ude00",
    "\ude00\ud83d",
    "a\ud83d",
    "й",
    "й",
    "ё",
    "Ё" * 5,
    "Z" + "\u0300" * 400,
    "👨‍👩‍👧‍👦" * 50,
    "👍🏽",
    "🇷🇺" * 40,
    "1️⃣2️⃣",
    "\u202eтекст",
    "\u2066изолят",
    "\u2069\u2069\u202c",
    "مرحبا abc",
    "שלום 123",
    "\u200b\u200c\u200d\ufeff",
    "\u2028\u2029",
    "a\r\nb\rc\vd\fe",
    "\x1b[31mred",
    "\x7f\x80\x9f\x85",
    "①②③ ٣٤٥ ３４５",
    "раураl",
    "ﷺ" * 20,
    "ﬁ ligature",
    "\U0001f469\u200d\U0001f52c",
    "\ufffe\uffff\U0010ffff",
    "\u0958\u0344",
    "<script>alert(1)</script>",
    "{name} {0.__class__} %s %(x)s {{7*7}}",
    "'; DROP TABLE inbox; --",
    "\\u0000 \\ud800",
    "../../etc/passwd",
    "=1+1",
    "\ud83d" * 3 + "\ude00" * 3,
]

_PIECES = [
    "а", "я", "ё", "е\u0308", "\u0301", "\u200d", "\ufe0f", "\U0001f3fd", "👩", "🇷", "🇺", "\0", "\x07", "\ud800",
    "\udc00", "\u202e", "\u2067", "\u2069", "\n", "\r", "\t", " ", "\u00a0", "\ufeff", "<", "&", '"', "\\", "漢", "ا",
    "0", "٣",
]  # fmt: skip


def torture_corpus(size: int = 500) -> list[str]:
    """The same strings every time."""
    dice = random.Random(500)
    made = ["".join(dice.choices(_PIECES, k=dice.randint(1, 40))) for _ in range(size - len(_HAND_MADE))]
    return _HAND_MADE + made
