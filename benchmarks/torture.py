"""Texts and bodies that have broken other programs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

HUGE = 2**20 + 2**16
LEVELS = 100_000

_PIECES = (
    "\u0000",
    "\ud800",
    "\udfff",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\ufffe",
    "\u0301" * 40,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f1f7\U0001f1fa",
    "\u0660\u0661\u0662",
    "\uff11\uff12",
    "и\u0306",
    "й",
    "ё",
    "\u0133",
    "\u1e9e",
    "\x1b[31m",
    "\r\n",
    "\u2028",
    "{name}",
    "{c.__init__.__globals__}",
    "%s%n",
    "<script>alert(1)</script>",
    "'; DROP TABLE inbox; --",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "a" * 5000,
)


def texts() -> Iterator[str]:
    """Every piece alone, in a word, and beside every third other."""
    for number, piece in enumerate(_PIECES):
        yield piece
        yield f"до {piece} после"
        for other in _PIECES[number % 3 :: 3]:
            yield (piece + other)[:4100]


def bodies(chance: random.Random, count: int) -> Iterator[tuple[bytes, int | None]]:
    """``count`` bodies for ``/chat/send`` that must be refused, and the status where only one is right."""
    for number in range(count):
        match number % 8:
            case 0:
                # Reading a megabyte takes time: a few are enough.
                yield (b'{"type":"message","text":"' + b"x" * HUGE + b'"}', 413) if number < 80 else (b"[]", 400)
            case 1:
                yield b"[" * (LEVELS if number < 80 else 40) + b"]", None
            case 2:
                yield b'{"type":"older","before":' + b"9" * chance.randint(20, 5000) + b"}", None
            case 3:
                yield chance.randbytes(chance.randint(0, 300)), None
            case 4:
                yield json.dumps({"type": chance.choice(["", "hello", "x" * 100, None, 7, [], {}])}).encode(), None
            case 5:
                yield json.dumps({"type": "message", "client_id": "short", "text": "x"}).encode(), None
            case 6:
                yield '{"type":"message","client_id":"abcdefgh12","text":"x"}'.encode("utf-16"), None
            case _:
                text: object = chance.choice([None, 1, [], {}, ""])
                yield json.dumps({"type": "message", "client_id": "abcdefgh12", "text": text}).encode(), None
