"""Links that lead a client from one channel to another and let him stay the same person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from channels.directory import Directory
from dialog.clock import Clock, Dice
from dialog.message import Address

LIFE = timedelta(minutes=30)
_WAYS = {"telegram": "https://t.me/{name}?start=l_{code}"}


class Codes(Protocol):
    """Where codes are kept until they are used."""

    async def make_code(self, code: str, address: Address, expires_at: datetime, now: datetime) -> bool:
        """Remember a code of whoever is behind ``address``; False when nobody is there yet."""
        ...


class Links:
    """Makes links into the messengers that are connected."""

    def __init__(self, codes: Codes, directory: Directory, clock: Clock, dice: Dice) -> None:
        self._codes = codes
        self._directory = directory
        self._clock = clock
        self._dice = dice

    async def make(self, address: Address) -> str | None:
        """A link for whoever is behind ``address``, good once and for half an hour; None when there is nowhere to go,
        or nobody is there yet."""
        way = next((one for one in self._directory.all() if one.channel in _WAYS and one.enabled), None)
        if way is None or not way.title.startswith("@"):
            return None
        code, now = self._dice.public_id(), self._clock.now()
        if not await self._codes.make_code(code, address, now + LIFE, now):
            return None
        return _WAYS[way.channel].replace("{name}", way.title[1:]).replace("{code}", code)
