"""The outbox worker: sends what messengers carry, and shows on our own screens what had to wait."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from dialog.bus import EVENTS, OUTBOX, Bus, conversation_topic
from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.journal import Journal
from dialog.outbox import Outbox, Outgoing, Settled, Settlement
from dialog.rest import rest_until

GLANCE = timedelta(milliseconds=20)


class Sender(Protocol):
    """One attempt to hand a line to a messenger. Never raises for what the messenger answers."""

    async def send(self, outgoing: Outgoing) -> Settlement:
        """Send once and say what is known of the outcome."""
        ...


class Dispatch:
    """Runs until it is stopped. Any number of these may work on one PostgreSQL database."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        bus: Bus,
        clock: Clock,
        senders: Mapping[str, Sender],
        journal: Journal,
        batch: int = 128,
        poll_seconds: float = 1.0,
        sweep_seconds: float = 10.0,
    ) -> None:
        self._outbox = outbox
        self._bus = bus
        self._clock = clock
        self._senders = senders
        self._journal = journal
        self._batch = batch
        self._poll = poll_seconds
        self._sweep = sweep_seconds
        self._swept = float("-inf")
        self._flying: dict[str, set[asyncio.Task[None]]] = {}
        self._stopping = False

    def stop(self) -> None:
        """Finish what is in hand, then return from ``run``."""
        self._stopping = True

    async def run(self) -> None:
        """Dispatch until stopped. A database that cannot write is waited for, not died of."""
        async with self._bus.subscribe(OUTBOX) as signals:
            while not self._stopping:
                try:
                    await self._sweep_sometimes()
                    if await self._round():
                        continue
                    await rest_until(signals, [await self._due()], self._clock, self._poll)
                except StoreBusy as busy:
                    self._journal.warning("store_busy", reason=str(busy))
                    await asyncio.sleep(min(busy.retry_after, self._poll))
        await self._landed()

    async def _due(self) -> datetime | None:
        """When to look again. A line that is due and was not taken just now is nobody's yet: no hurry."""
        due = await self._outbox.next_due()
        return max(due, self._clock.now() + GLANCE) if due is not None else None

    async def once(self) -> int:
        """One round over all channels, to its end. Returns how many lines went out."""
        gone = await self._round()
        await self._landed()
        return gone

    async def _round(self) -> int:
        """Show what is published, and let go of what messengers carry: a slow one keeps nobody else waiting."""
        shown = await self._outbox.publish(self._clock.now(), self._batch)
        if shown:
            await self._bus.publish(EVENTS, *(conversation_topic(c) for c in shown))
        sent = [await self._send(channel, sender) for channel, sender in self._senders.items()]
        return len(shown) + sum(sent)

    async def _landed(self) -> None:
        """Wait for every attempt that is under way."""
        await asyncio.gather(*(task for flying in self._flying.values() for task in flying))

    async def _send(self, channel: str, sender: Sender) -> int:
        flying = self._flying.setdefault(channel, set())
        free = self._batch - len(flying)
        rows = await self._outbox.claim_send(channel, self._clock.now(), free) if free > 0 else ()
        for row in rows:
            task = asyncio.create_task(self._attempt(sender, row))
            flying.add(task)
            task.add_done_callback(flying.discard)
        return len(rows)

    async def _attempt(self, sender: Sender, row: Outgoing) -> None:
        try:
            settlement = await sender.send(row)
        except Exception:
            # A bug in an adapter leaves the outcome open: the unknown policy decides, not a blind retry.
            self._journal.error("sender_failed", outbox=row.id, error=traceback.format_exc())
            settlement = Settlement(outcome=Settled.UNKNOWN, error="sender failed")
        while True:
            try:
                await self._outbox.settle(row, settlement, self._clock.now())
                break
            except StoreBusy as busy:
                # What is known of this attempt is known nowhere else: it is not let go.
                self._journal.warning("store_busy", reason=str(busy))
                await asyncio.sleep(min(busy.retry_after, self._poll))
        await self._bus.publish(EVENTS, conversation_topic(row.conversation_id))

    async def _sweep_sometimes(self) -> None:
        now = self._clock.now()
        if now.timestamp() - self._swept >= self._sweep:
            self._swept = now.timestamp()
            await self._outbox.sweep(now)
