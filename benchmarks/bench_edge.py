"""What a messenger's call costs at the door, its commit and all, beside a bare application; how fast lines go out.

./run bench edge [--quick] [--seeded-bug one-at-a-time]

Costs are compared in processor time, which a busy machine stretches for both alike.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass

from benchmarks.hook_costs import Calls, bare, called, hook_costs
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report, percentile, say, table
from dialog.dispatch import Dispatch
from dialog.local_bus import LocalBus
from dialog.outbox import Outgoing, Settled, Settlement
from storage.store import Store
from storage.store_settings import StoreSettings
from tests.storage.world import says, send, turn_of

AT_ONCE = 32
ANSWERED_IN = 0.002
MOST_TIMES = 20.0
"""A call that is stored may cost so many times the processor time of one that is forgotten, on a machine shared."""
SETTINGS = StoreSettings(burst_wait=0.0, burst_most=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured."""

    calls: int
    lines: int


QUICK, FULL = Size(calls=800, lines=300), Size(calls=10_000, lines=5_000)


class Answering:
    """A messenger that answers after two milliseconds; ``most`` attempts were under way at once."""

    def __init__(self, *, one_at_a_time: bool) -> None:
        self._turn = asyncio.Semaphore(1 if one_at_a_time else 1_000)
        self._flying = self.most = self.taken = 0

    async def send(self, outgoing: Outgoing) -> Settlement:
        """See dialog.dispatch.Sender."""
        async with self._turn:
            self._flying += 1
            self.most = max(self.most, self._flying)
            await asyncio.sleep(ANSWERED_IN)
            self._flying -= 1
        self.taken += 1
        return Settlement(outcome=Settled.ACCEPTED, provider_id=f"m{outgoing.id}", parts_sent=1)


def main() -> int:
    """The command."""
    parser = command_line("The door and the way out, measured.", ("one-at-a-time",))
    asked = parser.parse_args()
    report = Report("bench edge", seed_of(asked.seed))
    size = QUICK if asked.quick else FULL
    asyncio.run(measure(report, size, one_at_a_time=asked.seeded_bug == "one-at-a-time"))
    return report.finish(as_json=asked.json)


async def measure(report: Report, size: Size, *, one_at_a_time: bool) -> None:
    """Both ways."""
    with tempfile.TemporaryDirectory() as folder:
        store = await opened(folder, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)
        await inwards(store, report, size.calls)
        await outwards(store, report, size.lines, one_at_a_time=one_at_a_time)
        await store.close()


async def inwards(store: Store, report: Report, calls: int) -> None:
    """The floor before and after: the machine may have changed in between."""
    before = await called(bare(), calls=calls, at_once=AT_ONCE)
    found = await hook_costs(store, calls=calls, at_once=AT_ONCE)
    after = await called(bare(), calls=calls, at_once=AT_ONCE)
    say(f"\n{calls:,} calls, {AT_ONCE} at once")
    heads = ("", "CPU us", "calls a second and core", "p50 ms", "p99 ms")
    rows = {"bare application": before, "believed, committed, answered": found, "bare application again": after}
    table(heads, [_row(name, one) for name, one in rows.items()])
    floor = min(before.cost.cpu_us, after.cost.cpu_us)
    times = found.cost.cpu_us / floor
    report.figure("a call with its commit: CPU us", found.cost.cpu_us)
    report.figure("a call with its commit: calls a second and core", 1e6 / found.cost.cpu_us)
    report.figure("a call with its commit: p50 ms", percentile(found.latencies, 0.5) * 1e3)
    report.figure("a call with its commit: p99 ms", percentile(found.latencies, 0.99) * 1e3)
    report.figure("times the bare application", times)
    lost = f"calls: {found.refused} refused, {found.stored} stored of {calls}"
    report.must(found.refused == 0 and found.stored == calls, lost)
    report.must(times <= MOST_TIMES, f"door: {times:.1f} times the bare application")


async def outwards(store: Store, report: Report, lines: int, *, one_at_a_time: bool) -> None:
    """One line to each of so many clients, as fast as they go."""
    clock, sender = RealClock(), Answering(one_at_a_time=one_at_a_time)
    heard = [says(cuts=True, channel="telegram", peer=f"p{number}") for number in range(lines)]
    await store.inbox.accept(heard, clock.now())
    while works := await store.inbox.claim(clock.now(), 100):
        await store.inbox.commit([turn_of(work, send("hello")) for work in works], clock.now())
    dispatch = Dispatch(
        outbox=store.outbox, bus=LocalBus(), clock=clock, senders={"telegram": sender}, journal=QuietJournal()
    )
    wall, cpu = time.perf_counter(), time.process_time()
    while await dispatch.once():
        pass
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    report.figure("lines out: a second", lines / wall)
    report.figure("lines out: CPU us", cpu / lines * 1e6)
    report.figure("lines out: most under way at once", sender.most)
    report.must(sender.taken == lines, f"lines: {sender.taken} taken of {lines}")
    report.must(sender.most > 1, "one at a time: a messenger that answers slowly keeps everybody waiting")


def _row(name: str, found: Calls) -> tuple[object, ...]:
    p50, p99 = (percentile(found.latencies, share) * 1e3 for share in (0.5, 0.99))
    return name, found.cost.cpu_us, 1e6 / found.cost.cpu_us, p50, p99


if __name__ == "__main__":
    sys.exit(main())
