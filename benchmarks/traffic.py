"""Clients who write to the site's chat and are repeated until they are heard; and what they see in the end."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence

from benchmarks.crash_checks import (
    NO_STORED_FLOWS,
    check_acknowledged,
    check_answers,
    check_inbox_and_turns,
    check_invariants,
    check_transcripts_of,
)
from benchmarks.crash_life import chat_address
from benchmarks.crash_provider import Provider, Shown
from benchmarks.report import Report, percentile
from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.inbox import Inbox
from dialog.message import InboundMessage, Kind
from storage.sql import Script, Sql
from storage.store import Store

_UNDONE = Sql(
    """SELECT (SELECT count(*) FROM inbox WHERE status = 'new')
    + (SELECT count(*) FROM outbox WHERE status IN ('new', 'inflight'))"""
)


class Traffic:
    """A steady stream of numbered texts from ``peers``; each is sent again until it was stored, some even then."""

    def __init__(
        self,
        inbox: Inbox,
        clock: Clock,
        peers: Sequence[str],
        seed: int,
        *,
        heard: Callable[[InboundMessage], None] = lambda _: None,
    ) -> None:
        self._heard = heard
        self.provider = Provider(random.Random(seed))
        self._inbox = inbox
        self._clock = clock
        self._peers = peers
        self._chance = random.Random(seed + 1)
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused = 0
        self.waits: list[float] = []
        self.odd_errors: list[str] = []
        self.longest = 0.0
        """Seconds from the first try of a message until it was stored."""

    async def flow(self, rate: float, until: asyncio.Event, *, together: int = 2, most: int = 10**9) -> None:
        """Write at ``rate`` times a second until told to stop or ``most`` are written, then wait for all to be heard.

        Now and then up to ``together`` messages come at the same moment.
        """
        due = time.perf_counter()
        while not until.is_set() and self.provider.number < most:
            due += self._chance.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            for _ in range(self._chance.randint(2, together) if self._chance.random() < 0.3 else 1):
                task = asyncio.create_task(self._deliver(self._next()))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        await asyncio.gather(*self._tasks)

    def _next(self) -> InboundMessage:
        provider = self.provider
        heard = list(provider.acknowledged.values())[-20:]
        if heard and self._chance.random() < 0.15:
            return self._chance.choice(heard)
        provider.number += 1
        key, text = f"e{provider.number}", f"n{provider.number}"
        address = chat_address(self._chance.choice(self._peers))
        message = InboundMessage(address=address, event_key=key, kind=Kind.TEXT, text=text)
        provider.sent[key] = message
        return message

    async def _deliver(self, message: InboundMessage) -> None:
        started = time.perf_counter()
        while True:
            asked = time.perf_counter()
            try:
                await self._inbox.accept([message], self._clock.now())
            except StoreBusy:
                self.refused += 1
                self.waits.append(time.perf_counter() - asked)
                await asyncio.sleep(0.05 + self._chance.random() * 0.1)
                continue
            except Exception as error:
                self.odd_errors.append(repr(error))
                await asyncio.sleep(0.1)
                continue
            break
        self._heard(message)
        self.provider.acknowledged[message.event_key] = message
        self.provider.deliveries[message.event_key] += 1
        self.waits.append(time.perf_counter() - asked)
        self.longest = max(self.longest, time.perf_counter() - started)


async def quiet(store: Store, seconds: float) -> bool:
    """Wait until every message has its turn and every line is out. False when that takes too long."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await asyncio.sleep(0.05)
        try:
            if await store.database.read(_is_quiet):
                return True
        except StoreBusy:
            continue
    return False


def _is_quiet() -> Script[bool]:
    undone: int = (yield _UNDONE, ())[0][0]
    return undone == 0


async def check_traffic(store: Store, traffic: Traffic, report: Report) -> None:
    """Nothing lost, doubled or out of order, and the store's own rules hold."""
    provider = traffic.provider
    inbox, _ = await check_inbox_and_turns(store.database, report)
    check_acknowledged(provider, inbox, report)
    await check_transcripts_of(store.database, report)
    peers = {message.address.peer for message in provider.acknowledged.values()}
    for peer in sorted(peers):
        provider.screens[peer] = await _screen(store, peer)
        check_answers(peer, provider, report)
    await check_invariants(store.database, report, without=NO_STORED_FLOWS)
    report.must(not traffic.odd_errors, f"error instead of busy: {traffic.odd_errors[:1]}")
    report.figure("refused as busy (503)", traffic.refused)
    if traffic.waits:
        report.figure("accept p50 ms", percentile(traffic.waits, 0.5) * 1e3)
        report.figure("accept p99 ms", percentile(traffic.waits, 0.99) * 1e3)
        report.figure("accept longest ms", max(traffic.waits) * 1e3)


async def _screen(store: Store, peer: str) -> list[Shown]:
    head = await store.transcript.head(chat_address(peer))
    if head is None:
        return []
    lines = await store.transcript.after(head.id, 0, 1_000_000)
    return [Shown(line.seq, line.author, line.text) for line in lines]
