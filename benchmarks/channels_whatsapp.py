"""WhatsApp's part of the harness: no line's answer comes back, and statuses alone tell what has arrived."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.hook import RawEvent
from channels.intake import Intake, Receipts
from channels.port import Surroundings
from channels.whatsapp.account import WhatsAppAccount
from channels.whatsapp.fake import FakeWhatsApp, Sent
from channels.whatsapp.reading import parse
from dialog.local_bus import LocalBus
from dialog.outbox import Mark, SendStatus
from storage.store import Store
from tests.channels.test_whatsapp_account import connection

ACCOUNT = "site"
AWAITED = (1, 1, 2, 4, 8, 4)
"""The answer is awaited for twenty seconds; statuses come at once, and are looked at so often meanwhile."""
TOLD = 15
"""So long after that they are looked at again."""
REPEATED = 60
"""By then a line of unknown fate is said again, if nobody has told what became of it."""
ROUNDS = 8


class HandClock:
    """Time moves when told to: the minute of an attempt, and of those after it, is over at once."""

    def __init__(self, time: datetime) -> None:
        self._time = time

    def now(self) -> datetime:
        """See Clock."""
        return self._time

    def go(self, seconds: float) -> None:
        """Later by so much."""
        self._time += timedelta(seconds=seconds)


class Forgetful:
    """The seeded bug: the mark is not looked at."""

    def __init__(self, outbox: Receipts) -> None:
        self._outbox = outbox

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
    ) -> bool:
        """See Receipts."""
        return await self._outbox.receipt(channel, account, provider_id, status, now, error=error)


async def told_by_statuses(
    store: Store, report: Report, chance: random.Random, wanted: Mapping[int, list[str]], *, forgetful: bool
) -> None:
    """Every line is taken and its answer lost; statuses come twice, in any order, while the answer is still awaited:
    each line arrives once."""
    fake = FakeWhatsApp(faults=Faults(lambda: 0.0), ticks=time.monotonic)
    fake.faults.set_rates({Fault.DROP_AFTER: 1.0})
    around = Surroundings(
        clock=RealClock(), dice=SeededDice(1), public_url="https://salon.example", ticks=time.monotonic
    )
    async with FakeServer(fake) as server:
        account = WhatsAppAccount(connection(server.url), around)
        clock, known = HandClock(RealClock().now()), 0
        intake = reading(store, clock, forgetful=forgetful)
        for _ in range(ROUNDS):
            claimed = await store.outbox.claim_send("whatsapp", clock.now(), 1_000)
            answers = [(line, await account.send(line)) for line in claimed]
            await store.hooks.store(list(told(fake, chance, fake.sent[known:])), clock.now())
            for seconds in AWAITED:
                clock.go(seconds)
                await read(intake)
            for line, answer in answers:
                await store.outbox.settle(line, answer, clock.now())
            clock.go(TOLD)
            await read(intake)
            known = len(fake.sent)
            clock.go(REPEATED)
            await store.outbox.sweep(clock.now())
        await account.close()
    screens: dict[int, list[str]] = defaultdict(list)
    for sent in fake.sent:
        screens[int(sent.to)].append(sent.text)
    report.figure(
        "lines to WhatsApp, their answers lost", f"{len(fake.sent)}, {fake.faults.happened[Fault.DROP_AFTER]}"
    )
    for chat, lines in wanted.items():
        report.must(set(lines) <= set(screens[chat]), f"lost: on WhatsApp, chat {chat} saw {screens[chat]}")
        report.must(len(screens[chat]) <= len(lines), f"doubled: on WhatsApp, chat {chat} saw {screens[chat]}")
        report.must(screens[chat] == sorted(screens[chat]), f"reordered: on WhatsApp, chat {chat}")


def told(fake: FakeWhatsApp, chance: random.Random, sent: list[Sent]) -> Iterator[RawEvent]:
    """What WhatsApp tells of these messages, out of order and twice."""
    calls = [fake.status(one, status) for one in sent for status in ("sent", "delivered", "read")] * 2
    chance.shuffle(calls)
    for number, call in enumerate(calls, 6 * len(fake.sent)):
        yield RawEvent(channel="whatsapp", account=ACCOUNT, key=f"status {number}", body=json.dumps(call))


def reading(store: Store, clock: HandClock, *, forgetful: bool) -> Intake:
    """The product's own way from what was told to what is known. ``forgetful``: the seeded bug."""
    return Intake(
        hooks=store.hooks,
        inbox=store.inbox,
        clients=store.people,
        receipts=Forgetful(store.outbox) if forgetful else store.outbox,
        files=store.files,
        transcript=store.transcript,
        parsers=lambda: {"whatsapp": parse},
        kind=dict,
        bus=LocalBus(),
        clock=clock,
        journal=QuietJournal(),
        batch=1_000_000,
    )


async def read(intake: Intake) -> None:
    """All that waits and is due, put off or not."""
    while await intake.once():
        pass
