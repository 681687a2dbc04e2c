"""WhatsApp's part of the harness: no line's answer comes back, and statuses alone tell what has arrived."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.heard import Receipt
from channels.hook import RawEvent
from channels.port import Surroundings
from channels.whatsapp.account import WhatsAppAccount
from channels.whatsapp.fake import FakeWhatsApp, Sent
from channels.whatsapp.reading import parse
from storage.store import Store
from tests.channels.test_whatsapp_account import connection

ACCOUNT = "site"
REPEATED = timedelta(seconds=30)
"""After so long a line of unknown fate is said again, if nobody has told what became of it."""
ROUNDS = 8


async def told_by_statuses(
    store: Store, report: Report, chance: random.Random, wanted: Mapping[int, list[str]], *, forgetful: bool
) -> None:
    """Every line is taken and its answer lost; statuses come twice and in any order: each line arrives once."""
    fake = FakeWhatsApp(faults=Faults(lambda: 0.0), ticks=time.monotonic)
    fake.faults.set_rates({Fault.DROP_AFTER: 1.0})
    around = Surroundings(
        clock=RealClock(), dice=SeededDice(1), public_url="https://salon.example", ticks=time.monotonic
    )
    async with FakeServer(fake) as server:
        account = WhatsAppAccount(connection(server.url), around)
        now, known = RealClock().now(), 0
        for _ in range(ROUNDS):
            for line in await store.outbox.claim_send("whatsapp", now, 1_000):
                await store.outbox.settle(line, await account.send(line), now)
            await tell(store, told(fake, chance, fake.sent[known:]), now, forgetful=forgetful)
            known, now = len(fake.sent), now + REPEATED
            await store.outbox.sweep(now)
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


def told(fake: FakeWhatsApp, chance: random.Random, sent: list[Sent]) -> Iterator[Receipt]:
    """What WhatsApp tells of these messages, out of order and twice."""
    calls = [fake.status(one, status) for one in sent for status in ("sent", "delivered", "read")] * 2
    chance.shuffle(calls)
    for call in calls:
        event = RawEvent(channel="whatsapp", account=ACCOUNT, key="status", body=json.dumps(call))
        yield from (one for one in parse(event) if isinstance(one, Receipt))


async def tell(store: Store, receipts: Iterator[Receipt], now: datetime, *, forgetful: bool) -> None:
    """``forgetful``: the seeded bug, the mark is not looked at."""
    for one in receipts:
        mark = None if forgetful else one.mark
        await store.outbox.receipt(one.channel, one.account, one.provider_id, one.status, now, mark=mark)
