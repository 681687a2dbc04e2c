"""Button tokens: 96 bits that mean nothing outside the conversation they were made for."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import blake2b

TOKEN_LENGTH = 16
MORE = "+"
"""Before the token of a choice: show the choices from this one on."""


def token(seed: str, index: int) -> str:
    """The token of button ``index`` of the prompt made with ``seed``: 16 URL-safe characters."""
    digest = blake2b(index.to_bytes(2, "big"), digest_size=12, key=seed.encode()).digest()
    return urlsafe_b64encode(digest).decode()


def prompt_seed(turn_seed: str, number: int) -> str:
    """The seed of the ``number``-th prompt of a turn: as unguessable as the turn's own seed."""
    return blake2b(number.to_bytes(2, "big"), digest_size=16, key=turn_seed.encode()).hexdigest()


def find(pressed: str, seed: str, count: int) -> int | None:
    """Which of ``count`` buttons made with ``seed`` has this token, compared in constant time."""
    if len(pressed) != TOKEN_LENGTH or not pressed.isascii():
        return None
    for index in range(count):
        if hmac.compare_digest(token(seed, index), pressed):
            return index
    return None


def visit_uid(turn_seed: str, number: int) -> str:
    """A name for a visit that a turn books: 22 URL-safe characters, as unguessable as the turn's seed."""
    digest = blake2b(b"visit" + number.to_bytes(2, "big"), digest_size=16, key=turn_seed.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def more(first: str) -> str:
    """The token of a button that shows the choices from the one with token ``first`` on."""
    return MORE + first
