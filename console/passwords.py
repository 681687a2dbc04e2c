"""Passwords: argon2id off the event loop, and which ones are too easy to guess."""

from __future__ import annotations

import asyncio
import itertools
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.refusals import N_
from console.settings import HashCost

LEAST = 10
_OWN_THOUGHT = 6
"""So much must be left of a password without the person's own name."""
_COMMON = Path(__file__).parent / "common_passwords.txt"
_AT_ONCE = 2
"""Hashing costs 64 MiB and a core each: a flood of logins must queue, not eat the machine."""


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


def weakness(password: str, *own: str) -> str:
    """Why ``password`` is refused, as a msgid; empty when it is good. ``own``: the person's name and login."""
    if len(password) < LEAST:
        return N_("At least 10 characters, please: a short phrase is easier to remember than signs.")
    plain = password.casefold()
    if plain in _common() or len(set(plain)) < 4 or _is_run(plain):
        return N_("This password is among the first that are guessed. Think of another one.")
    if any(word and len(plain.replace(word.casefold(), "")) < _OWN_THOUGHT for word in own):
        return N_("The password must not be made of your name or login.")
    return ""


def _is_run(plain: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(plain)}
    return len(steps) == 1


class Passwords:
    """Hashes and tests passwords, a few at a time, in threads."""

    def __init__(self, cost: HashCost) -> None:
        self._hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes)
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._nobody = ""

    async def hash(self, password: str) -> str:
        """The string to store."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, stored: str, password: str) -> bool:
        """Whether ``password`` is the stored one. ``stored`` empty costs the same time and says no."""
        if not stored and not self._nobody:
            self._nobody = await self.hash("nobody has this one")
        async with self._gate:
            right = await asyncio.to_thread(self._test, stored or self._nobody, password)
        return right and bool(stored)

    def _test(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
