"""Reads what messengers brought: raw events become messages, receipts and closed doors, in the order they came.

Every step may be repeated: a message has the messenger's own key, the rest says how things are. So a worker that
dies in the middle is followed by one that does the same again, and nothing happens twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from channels.clients import Clients
from channels.file_jobs import FileJobs
from channels.heard import Courtesy, Heard, Moved, Parser, Reach, Receipt, Said, Unreadable
from channels.hook import Hook, Hooks
from channels.port import WayIn
from dialog.bus import HOOKS, Bus
from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.journal import Journal
from dialog.outbox import Mark, SendStatus
from dialog.rest import rest_until
from dialog.transcript import Transcript

TYPING = "typing"
"""The courtesy that is a lie unless the bot is going to answer."""


class Receipts(Protocol):
    """The part of the outbox that hears what became of lines."""

    async def receipt(
        self,
        channel: str,
        account: str,
        provider_id: str,
        status: SendStatus,
        now: datetime,
        *,
        mark: Mark | None = None,
        error: str = "",
    ) -> bool: ...


class Kind(Protocol):
    """Whoever carries out courtesies."""

    async def be_kind(self, courtesy: Courtesy) -> None: ...


class EarlyReceipt(Exception):
    """It came before the answer to the line that it is about: it waits."""


class Intake:
    """Runs until it is stopped. Several may work on one database: they do the same, and the database keeps one."""

    def __init__(
        self,
        *,
        hooks: Hooks,
        inbox: WayIn,
        clients: Clients,
        receipts: Receipts,
        files: FileJobs,
        transcript: Transcript,
        parsers: Callable[[], Mapping[str, Parser]],
        kind: Callable[[], Mapping[str, Kind]],
        bus: Bus,
        clock: Clock,
        journal: Journal,
        batch: int = 64,
        poll_seconds: float = 1.0,
    ) -> None:
        self._hooks = hooks
        self._inbox = inbox
        self._clients = clients
        self._receipts = receipts
        self._files = files
        self._transcript = transcript
        self._parsers = parsers
        self._kind = kind
        self._bus = bus
        self._clock = clock
        self._journal = journal
        self._batch = batch
        self._poll = poll_seconds
        self._courtesies: set[asyncio.Task[None]] = set()
        self._stopping = False

    def stop(self) -> None:
        """Finish what is in hand, then return from ``run``."""
        self._stopping = True

    async def run(self) -> None:
        """Read until stopped. A database that cannot write is waited for, not died of."""
        async with self._bus.subscribe(HOOKS) as signals:
            while not self._stopping:
                try:
                    if await self.once():
                        continue
                    await rest_until(signals, (), self._clock, self._poll)
                except StoreBusy as busy:
                    self._journal.warning("store_busy", reason=str(busy))
                    await asyncio.sleep(min(busy.retry_after, self._poll))
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def once(self) -> int:
        """One round. Returns how many events were read."""
        parsers = self._parsers()
        hooks = await self._hooks.waiting(tuple(parsers), self._clock.now(), self._batch) if parsers else ()
        done: list[int] = []
        for hook in hooks:
            try:
                await self._take(parsers[hook.event.channel](hook.event))
                done.append(hook.id)
            except StoreBusy:
                raise
            except EarlyReceipt:
                if await self._hooks.early(hook, self._clock.now()):
                    self._journal.warning("receipt_of_nothing", hook=hook.id)
            except Exception as error:
                await self._put_off(hook, error)
        if done:
            await self._hooks.done(done)
        return len(done)

    async def _put_off(self, hook: Hook, error: Exception) -> None:
        """What cannot be read does not hold up what comes after it: nobody's chat stands still because of it."""
        what = str(error) if isinstance(error, Unreadable) else repr(type(error).__name__)
        if await self._hooks.failed(hook, what, self._clock.now()):
            self._journal.error("event_quarantined", hook=hook.id, channel=hook.event.channel, error=what)

    async def _take(self, heard: Sequence[Heard]) -> None:
        fresh = True
        for one in heard:
            match one:
                case Said():
                    fresh = await self._said(one)
                case Reach(address=address, open=True):
                    await self._clients.open([address])
                case Reach(address=address):
                    await self._clients.shut(address, self._clock.now())
                case Moved(address=address, to=to):
                    await self._clients.moved(address, to)
                case Receipt():
                    await self._receipt(one)
                case Courtesy() if fresh:
                    self._be_kind(one, heard)

    async def _said(self, said: Said) -> bool:
        now = self._clock.now()
        address = said.message.address
        accepted = (await self._inbox.accept([said.message], now))[0]
        await self._clients.open([address])
        if said.phone:
            await self._clients.proved(address, said.phone, now)
        if said.file is not None:
            await self._files.add([said.file], now)
        return accepted.fresh

    async def _receipt(self, receipt: Receipt) -> None:
        known = await self._receipts.receipt(
            receipt.channel,
            receipt.account,
            receipt.provider_id,
            receipt.status,
            self._clock.now(),
            mark=receipt.mark,
            error=receipt.error,
        )
        if not known:
            raise EarlyReceipt

    def _be_kind(self, courtesy: Courtesy, heard: Sequence[Heard]) -> None:
        """Beside the loop: a slow messenger keeps nobody's message waiting."""
        kind = self._kind().get(courtesy.channel)
        if kind is not None:
            task = asyncio.create_task(self._kindly(kind, courtesy, heard))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)

    async def _kindly(self, kind: Kind, courtesy: Courtesy, heard: Sequence[Heard]) -> None:
        if courtesy.kind == TYPING:
            said = next(one.message for one in heard if isinstance(one, Said))
            head = await self._transcript.head(said.address)
            if head is None or head.owner != "bot":
                return
        await kind.be_kind(courtesy)
