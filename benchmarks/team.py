"""Worker processes on one PostgreSQL database: born, frozen, thawed, killed and stopped by the harness."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.crash_life import Rules
from benchmarks.echo import EchoAnswerer, EchoUnderstanding
from benchmarks.fork import end_with_parent
from benchmarks.opened_store import opened
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.seeded_bugs import Bug, ThroughInbox
from benchmarks.wire import Line, Lines, packed
from booking.refusal import Refusal
from dialog.bus import Bus
from dialog.dispatch import Dispatch
from dialog.drain import Drain
from dialog.inbox import Finished, Outcome
from dialog.local_bus import LocalBus
from dialog.rulebook import Rulebook
from storage.store_settings import StoreSettings

MakeBus = Callable[[], AbstractAsyncContextManager[Bus]]


@asynccontextmanager
async def local_bus():  # type: ignore[no-untyped-def]
    """A bus that reaches nobody else: workers find their work by looking."""
    yield LocalBus()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker is born with."""

    place: str
    rulebook: Rulebook
    settings: StoreSettings
    bug: Bug = field(default_factory=Bug)
    thinking: float = 0.0
    """Seconds that understanding takes at most."""
    poll_seconds: float = 0.02
    bus: MakeBus = local_bus


class SlowUnderstanding(EchoUnderstanding):
    """Takes up to ``most`` seconds."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._random = random.Random()

    async def detect(self, texts: Sequence[str]):  # type: ignore[no-untyped-def]
        """See EchoUnderstanding."""
        if self._most:
            await asyncio.sleep(self._random.random() * self._most)
        return await super().detect(texts)


class _Counting(ThroughInbox):
    """Counts turns that were refused because the world had moved on."""

    stale = 0

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        outcomes = await self._inner.commit(turns, now)
        self.stale += sum(outcome is Outcome.STALE for outcome in outcomes)
        return outcomes


class Team:
    """The workers. Fork them before this process has threads or connections."""

    def __init__(self, job: Job, size: int) -> None:
        self._job = job
        self._members: dict[int, socket.socket] = {}
        self.counts: Counter[str] = Counter()
        for _ in range(size):
            self.add()

    @property
    def pids(self) -> list[int]:
        """The living ones."""
        return list(self._members)

    def add(self) -> int:
        """One more worker."""
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            for other in self._members.values():
                other.close()
            _be(self._job, theirs)
        theirs.close()
        self._members[child] = ours
        return child

    def freeze(self, pid: int) -> None:
        """SIGSTOP."""
        os.kill(pid, signal.SIGSTOP)

    def thaw(self, pid: int) -> None:
        """SIGCONT."""
        os.kill(pid, signal.SIGCONT)

    def kill(self, pid: int) -> None:
        """SIGKILL, and forget it."""
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._members.pop(pid).close()

    def stop(self) -> list[int]:
        """Ask all of them to finish; their exit codes."""
        codes = []
        for pid, connection in self._members.items():
            os.kill(pid, signal.SIGTERM)
            for line in _rest(connection):
                self.counts.update(line[1])
            _, status = os.waitpid(pid, 0)
            codes.append(os.waitstatus_to_exitcode(status))
            connection.close()
        self._members.clear()
        return codes


def _rest(connection: socket.socket) -> list[Line]:
    lines, found = Lines(), []
    connection.settimeout(30)
    while data := connection.recv(65536):
        found += list(lines.feed(data))
    return found


def _be(job: Job, connection: socket.socket) -> None:
    code = 1
    try:
        end_with_parent()
        counts = asyncio.run(_work(job))
        connection.sendall(packed(["counts", counts]))
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


async def _work(job: Job) -> dict[str, int]:
    clock, dice, journal = RealClock(), SeededDice(random.SystemRandom().getrandbits(48)), QuietJournal()
    async with job.bus() as bus:
        store = await opened(job.place, clock=clock, dice=dice, bus=bus, settings=job.settings)
        job.bug.change_store(store)
        inbox = _Counting(store.inbox)
        common: dict[str, Any] = {"bus": bus, "clock": clock, "journal": journal, "poll_seconds": job.poll_seconds}
        drain = Drain(
            inbox=inbox,
            timers=store.timers,
            dice=dice,
            rules=Rules(job.rulebook),
            understanding=SlowUnderstanding(job.thinking),
            answerer=EchoAnswerer(),
            batch=8,
            **common,
        )
        dispatch = Dispatch(outbox=store.outbox, senders={}, sweep_seconds=0.5, **common)
        loops = [asyncio.create_task(loop.run()) for loop in (drain, dispatch)]
        asked = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
        waiting = asyncio.create_task(asked.wait())
        await asyncio.wait([waiting, *loops], return_when=asyncio.FIRST_COMPLETED)
        drain.stop()
        dispatch.stop()
        await asyncio.gather(*loops)
        await store.close()
    return {**journal.counts, "stale": inbox.stale}
