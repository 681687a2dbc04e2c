"""The accounts that the salon has on messengers, as they are now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from channels.connection import Connection, Connections
from dialog.bus import CONNECTIONS, Bus
from dialog.errors import StoreBusy
from dialog.journal import Journal


class Directory:
    """Read at the start and whenever something has changed; ``version`` grows with every reading that differed."""

    def __init__(self, connections: Connections, bus: Bus, journal: Journal, poll_seconds: float = 10.0) -> None:
        self._connections = connections
        self._bus = bus
        self._journal = journal
        self._poll = poll_seconds
        self._known: tuple[Connection, ...] = ()
        self._changed = asyncio.Event()
        self.version = 0

    def all(self) -> Sequence[Connection]:
        """Every account."""
        return self._known

    def by_path(self, channel: str, path: str) -> Connection | None:
        """The account whose web address ends with ``path``, if it is switched on."""
        found = (one for one in self._known if one.channel == channel and one.path == path and one.enabled)
        return next(found, None)

    async def read(self) -> None:
        """Read anew. Raises StoreBusy."""
        known = tuple(await self._connections.all())
        if known != self._known:
            self._known = known
            self.version += 1
            self._changed.set()

    async def follow(self) -> None:
        """Read whenever something has changed, until cancelled."""
        async with self._bus.subscribe(CONNECTIONS) as signals:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll):
                        await anext(signals)
                try:
                    await self.read()
                except StoreBusy as busy:
                    self._journal.warning("connections_not_read", reason=str(busy))

    async def changed(self, seconds: float) -> None:
        """Return when something has changed since the last call, or after ``seconds``."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()
