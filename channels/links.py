"""Links that lead a client from one channel to another and let him stay the same person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from channels.connection import Connection
from channels.directory import Directory
from channels.guide import guide
from channels.port import Messenger
from dialog.clock import Clock, Dice
from dialog.joining import Joining
from dialog.message import Address

LIFE = timedelta(minutes=30)


class Codes(Protocol):
    """Where codes are kept until they are used, and what came of them."""

    async def make_code(self, code: str, address: Address, expires_at: datetime, now: datetime) -> bool:
        """Remember a code of whoever is behind ``address``; False when nobody is there yet."""
        ...

    async def joinings(self, address: Address) -> Sequence[Joining]:
        """Every joining of the person behind ``address`` that still holds."""
        ...

    async def unjoin(self, joining_id: int, user_id: int | None, now: datetime) -> bool:
        """Take one back. False when that was done."""
        ...


class Links:
    """Makes links into the messengers that are connected. The site's chat has it as its channels.port.Onward."""

    def __init__(
        self,
        codes: Codes,
        directory: Directory,
        messengers: Callable[[], Mapping[str, Messenger]],
        clock: Clock,
        dice: Dice,
    ) -> None:
        self._codes = codes
        self._directory = directory
        self._messengers = messengers
        self._clock = clock
        self._dice = dice

    def title(self, language: str) -> str:
        """See Onward."""
        way = self._way()
        return guide(way[0].channel, language).title if way is not None else ""

    async def link(self, address: Address) -> str | None:
        """See Onward. Good for half an hour."""
        way = self._way()
        if way is None:
            return None
        connection, way_in = way
        code, now = self._dice.public_id(), self._clock.now()
        if not await self._codes.make_code(code, address, now + LIFE, now):
            return None
        return way_in(connection, code)

    async def joined(self, address: Address) -> bool:
        """See Onward."""
        return bool(await self._codes.joinings(address))

    async def part(self, address: Address) -> None:
        """See Onward."""
        for joining in await self._codes.joinings(address):
            await self._codes.unjoin(joining.id, None, self._clock.now())

    def _way(self) -> tuple[Connection, Callable[[Connection, str], str]] | None:
        """The first account that is on and can be opened by a link."""
        messengers = self._messengers()
        for one in self._directory.all():
            messenger = messengers.get(one.channel)
            if one.enabled and messenger is not None and messenger.way_in is not None:
                return one, messenger.way_in
        return None
