"""MAX's part of the harness: its faults, its forgers, bent updates, and lines whose fate is read back from the chat."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress

from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from channels.connection import Connection
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.max.account import MaxAccount
from channels.max.fake import BOT, TOKEN, FakeMax
from channels.port import Surroundings
from dialog.dispatch import Dispatch
from dialog.local_bus import LocalBus
from dialog.outbox import Outgoing, Settlement
from storage.sql import Script, Sql
from storage.store import Store

LOST: Mapping[str, float] = {
    Fault.DROP_BEFORE: 0.12,
    Fault.DROP_AFTER: 0.12,
    Fault.ERROR_AFTER: 0.06,
    Fault.HTML: 0.06,
    Fault.SLOW: 0.04,
}
UNREAD: Mapping[str, float] = {Fault.DROP_BEFORE: 0.2, Fault.HTML: 0.1}
LOOK_AGAIN = 0.1
LOOKS = 2_400
"""Who has looked so often has found a line that nobody sends."""
_OPEN = Sql("SELECT count(*) FROM outbox WHERE channel = 'max' AND status IN ('new', 'inflight', 'unknown')")


class BlindAccount(MaxAccount):
    """The seeded bug: it says that nothing stands in the chat, and speaks again."""

    async def _look(self, outgoing: Outgoing, bubbles: object) -> tuple[int, str] | Settlement:
        return 0, ""


async def lost_answers(
    store: Store, report: Report, chance: random.Random, wanted: Mapping[int, list[str]], *, deaths: int, blind: bool
) -> None:
    """Answers are lost, chats cannot be read, the process dies with lines in flight: each arrives once, in order."""
    fake = FakeMax(faults=Faults(chance.random), ticks=time.monotonic, date=round(time.time() * 1000))
    fake.faults.drip_seconds = 60.0
    # One of each for sure, whatever chance brings.
    fake.faults.plan(Fault.DROP_AFTER, Fault.DROP_BEFORE)
    fake.reading.plan(Fault.HTML, Fault.DROP_BEFORE)
    fake.faults.set_rates(LOST)
    fake.reading = _by_chance(fake.reading, chance)
    async with FakeServer(fake) as server:
        fake.url = server.url
        for life in range(deaths + 1):
            await _live(store, fake, server.url, die=life < deaths, blind=blind)
    left = await _open_lines(store)
    report.must(left == 0, f"unsettled: {left} lines of MAX")
    screens: dict[int, list[str]] = defaultdict(list)
    for sent in fake.sent:
        screens[sent.chat].append(sent.text)
    report.figure("lines to MAX, their answers lost", f"{len(fake.sent)}, {fake.faults.happened.total()}")
    report.figure("chats of MAX that could not be read", fake.reading.happened.total())
    report.figure("deaths with lines in flight", deaths)
    for chat, lines in wanted.items():
        seen = screens[chat]
        report.must(set(lines) <= set(seen), f"lost: in MAX, chat {chat} saw {seen}")
        report.must(len(seen) <= len(lines), f"doubled: in MAX, chat {chat} saw {seen}")
        report.must(seen == sorted(seen), f"reordered: in MAX, chat {chat} saw {seen}")


def _by_chance(reading: Faults, chance: random.Random) -> Faults:
    reading._chance = chance.random
    reading.set_rates(UNREAD)
    return reading


async def _live(store: Store, fake: FakeMax, url: str, *, die: bool, blind: bool) -> None:
    """One life of the process that sends: to the end of its work, or to its death in the middle of it."""
    clock = RealClock()
    await store.outbox.forget_senders(clock.now())
    around = Surroundings(clock=clock, dice=SeededDice(1), public_url="", ticks=time.monotonic)
    connection = Connection(
        channel="max", account=str(BOT), path="p", settings={"base_url": url}, secrets={"token": TOKEN}
    )
    kind = BlindAccount if blind else MaxAccount
    account = kind(connection, around, timeout=0.5, look_again=LOOK_AGAIN)
    dispatch = Dispatch(
        outbox=store.outbox,
        bus=LocalBus(),
        clock=clock,
        senders={"max": account},
        journal=QuietJournal(),
        poll_seconds=0.05,
        sweep_seconds=0.5,
    )
    working = asyncio.create_task(dispatch.run())
    if die:
        taken = len(fake.sent)
        for _ in range(LOOKS):
            if len(fake.sent) > taken:
                break
            await asyncio.sleep(0.005)
        working.cancel()
        for task in [task for flying in dispatch._flying.values() for task in flying]:
            task.cancel()
    else:
        await _done(store)
        dispatch.stop()
    with suppress(asyncio.CancelledError):
        await working
    await account.close()


async def _done(store: Store) -> None:
    for _ in range(LOOKS):
        if not await _open_lines(store):
            break
        await asyncio.sleep(0.05)


async def _open_lines(store: Store) -> int:
    def script() -> Script[int]:
        count: int = (yield _OPEN, ())[0][0]
        return count

    return await store.database.read(script)
