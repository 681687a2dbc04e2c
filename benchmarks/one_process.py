"""The product's worker inside the harness's own process: store, loops, traffic's other end."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

from benchmarks.crash_life import Rules
from benchmarks.echo import EchoAnswerer, EchoUnderstanding
from benchmarks.opened_store import opened, reopened
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from dialog.dispatch import Dispatch
from dialog.drain import Drain
from dialog.local_bus import LocalBus
from dialog.rulebook import Rulebook
from storage.open_store import TransactionParts
from storage.store import Store
from storage.store_settings import StoreSettings


class OneProcess:
    """Opens a store and keeps drain and dispatch running on it; ``async with``."""

    def __init__(
        self,
        place: str,
        rulebook: Rulebook,
        settings: StoreSettings,
        parts: TransactionParts | None = None,
        *,
        migrated: bool = False,
    ) -> None:
        self._place = place
        self._rulebook = rulebook
        self._settings = settings
        self._parts = parts or TransactionParts()
        self._open = reopened if migrated else opened
        self._loops: list[asyncio.Task[None]] = []
        self.clock = RealClock()
        self.journal = QuietJournal()

    async def __aenter__(self) -> Self:
        bus, dice = LocalBus(), SeededDice(3)
        self.store: Store = await self._open(
            self._place, clock=self.clock, dice=dice, bus=bus, settings=self._settings, parts=self._parts
        )
        common: dict[str, Any] = {"bus": bus, "clock": self.clock, "journal": self.journal, "poll_seconds": 0.2}
        self._drain = Drain(
            inbox=self.store.inbox,
            timers=self.store.timers,
            dice=dice,
            rules=Rules(self._rulebook),
            understanding=EchoUnderstanding(),
            answerer=EchoAnswerer(),
            **common,
        )
        self._dispatch = Dispatch(outbox=self.store.outbox, senders={}, **common)
        self._loops = [asyncio.create_task(loop.run()) for loop in (self._drain, self._dispatch)]
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._drain.stop()
        self._dispatch.stop()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self.store.close()

    @property
    def dead_loops(self) -> list[str]:
        """Loops that ended although nobody asked them to."""
        return [repr(loop.exception()) for loop in self._loops if loop.done()]
