"""The product's worker as benchmarks measure it: real store, real loops, the salon's answers canned."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from benchmarks.demo_rulebook import demo_rulebook
from benchmarks.echo import EchoAnswerer
from benchmarks.opened_store import opened
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.turn_mix import GivenUnderstanding, TurnMix
from booking.refusal import Refusal
from dialog.dispatch import Dispatch
from dialog.drain import Drain
from dialog.ids import ConversationId
from dialog.inbox import Finished, Outcome
from dialog.local_bus import LocalBus
from dialog.rulebook import Rulebook
from storage.store import Store
from storage.store_settings import StoreSettings


class _Rules:
    def __init__(self) -> None:
        self._rulebook = demo_rulebook()

    def current(self) -> Rulebook:
        return self._rulebook


class Arrivals:
    """Tells who waits for an answer that it is on the screen."""

    def __init__(self) -> None:
        self._waiting: dict[ConversationId, asyncio.Future[float]] = {}

    def expect(self, conversation_id: ConversationId) -> asyncio.Future[float]:
        """Resolves to the moment (``perf_counter``) when something was published there."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[conversation_id] = future
        return future

    def published(self, ids: Sequence[ConversationId]) -> None:
        """Something is on these screens."""
        now = time.perf_counter()
        for one in ids:
            future = self._waiting.pop(one, None)
            if future is not None and not future.done():
                future.set_result(now)


@dataclass(frozen=True, slots=True)
class Cost:
    """What some turns cost: seconds of processor time and of the clock."""

    turns: int
    cpu: float
    wall: float

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time a turn."""
        return self.cpu / self.turns * 1e6


class MeasuredEngine:
    """One store with one drain and one dispatch."""

    def __init__(self, store: Store, bus: LocalBus, mark: str) -> None:
        self.store = store
        self.mix = TurnMix(mark)
        self.arrivals = Arrivals()
        self.journal = QuietJournal()
        self.clock = RealClock()
        self.late = 0
        self._noting_arrivals(store)
        self.drain = Drain(
            inbox=store.inbox,
            timers=store.timers,
            bus=bus,
            clock=self.clock,
            dice=SeededDice(1),
            rules=_Rules(),
            understanding=GivenUnderstanding(),
            answerer=EchoAnswerer(),
            journal=self.journal,
        )
        self.dispatch = Dispatch(
            outbox=store.outbox, bus=bus, clock=self.clock, senders={}, journal=self.journal, sweep_seconds=5.0
        )
        self._loops: list[asyncio.Task[None]] = []

    @classmethod
    async def open(cls, place: str, mark: str) -> MeasuredEngine:
        """On the database at ``place``."""
        bus = LocalBus()
        store = await opened(place, clock=RealClock(), dice=SeededDice(2), bus=bus, settings=StoreSettings())
        return cls(store, bus, mark)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.stop()
        await self.store.close()

    def start(self) -> None:
        """Let the loops run, as in the product."""
        self._loops = [asyncio.create_task(self.drain.run()), asyncio.create_task(self.dispatch.run())]

    async def stop(self) -> None:
        """Stop the loops."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._loops = []

    async def batch(self, peers: Sequence[str]) -> None:
        """One message of each peer: stored, answered, shown. For an engine whose loops do not run."""
        now = self.clock.now()
        await asyncio.gather(*(self.store.inbox.accept([self.mix.message(peer)], now) for peer in peers))
        left = len(peers)
        while left > 0:
            left -= await self.drain.once()

    async def one(self, peer: str) -> float:
        """The moment when the answer to one message of ``peer`` was on the screen. For running loops."""
        message = self.mix.message(peer)
        accepted = await self.store.inbox.accept([message], self.clock.now())
        # Nothing can be published for it before this line: the loops run in this very thread.
        return await self.arrivals.expect(accepted[0].conversation_id)

    def _noting_arrivals(self, store: Store) -> None:
        """A turn's lines are shown by its own transaction; what the dispatcher still finds was not (``late``)."""
        commit, publish = store.inbox.commit, store.outbox.publish

        async def committing(turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
            outcomes = await commit(turns, now)
            written = zip(turns, outcomes, strict=True)
            self.arrivals.published([one.work.conversation.id for one, what in written if what is Outcome.COMMITTED])
            return outcomes

        async def publishing(now: datetime, most: int) -> Sequence[ConversationId]:
            shown = await publish(now, most)
            self.late += len(shown)
            return shown

        store.inbox.commit = committing  # type: ignore[method-assign]
        store.outbox.publish = publishing  # type: ignore[method-assign]
