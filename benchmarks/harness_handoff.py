"""Fights over conversations: many who claim at once, turns against claims, screens that are cut off.

./run harness handoff [--claims N] [--races N] [--cuts N] [--seeded-bug two-winners | no-void | lost-frames]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from benchmarks.handoff_bugs import BUGS, HandoffBug, handoff_bug
from benchmarks.handoff_screens import cut_screens
from benchmarks.handoff_turns import bot_turn, give_back_turn, hand_over_turn, is_return, says
from benchmarks.opened_store import is_postgres, opened
from benchmarks.options import command_line, seed_of
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report, percentile
from dialog.errors import Conflict
from dialog.ids import ConversationId, UserId
from dialog.inbox import Inbox
from dialog.local_bus import LocalBus
from dialog.outbox import Settled, Settlement
from storage.invariants import violations
from storage.moments import micros
from storage.sql import Rows, Script, Sql
from storage.store import Store
from storage.store_settings import StoreSettings
from tests.servers.postgres import postgres_server

CLAIMANTS = 16
MESSENGER = "telegram"
"""Turns and claims race where a line is sent after its turn; on the site's chat it is a part of it."""
BETWEEN = 0.3
"""So many of the races are made tight: the claim comes after the bot's turn is written and before its line goes."""
SETTINGS = StoreSettings(burst_wait=0.0, burst_most=0.0, connections=20)
CLOCK = RealClock()
_EPOCH = Sql("SELECT epoch FROM conversation WHERE id = $1")
_LED = Sql("SELECT id FROM conversation WHERE id = $1 AND owner_kind = 'human'")


def main() -> int:
    """The command."""
    parser = command_line("Fight over conversations.", BUGS)
    parser.add_argument("--claims", type=int, default=None, help="conversations that 16 claim at once; 1,000; 40 quick")
    parser.add_argument("--races", type=int, default=None, help="turns against claims; 100,000; 300 quick")
    parser.add_argument("--cuts", type=int, default=None, help="cuts of screens; 1,000; 60 quick")
    asked = parser.parse_args()
    report = Report("harness handoff", seed_of(asked.seed))
    sizes = (
        asked.claims or (40 if asked.quick else 1000),
        asked.races or (300 if asked.quick else 100_000),
        asked.cuts or (60 if asked.quick else 1000),
    )
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        for place in (folder, server.create_database()):
            asyncio.run(_fight(place, sizes, handoff_bug(asked.seeded_bug), report))
            if asked.seeded_bug and report.violations:
                break  # caught; the other database would only be waited for
    return report.finish(as_json=asked.json)


async def _fight(place: str, sizes: tuple[int, int, int], bug: HandoffBug, report: Report) -> None:
    name = "PostgreSQL" if is_postgres(place) else "SQLite"
    chance = random.Random(report.seed)
    bus = LocalBus()
    async with _stores(place, bus, bug, report.seed) as stores:
        await _race_for_claims(stores, sizes[0], report, name)
        await _race_with_turns(stores, sizes[1], chance, report, name)
        await cut_screens(stores[0], bus, bug, sizes[2], chance, report, name)
        for broken in await violations(stores[0].database, micros(CLOCK.now()), without=frozenset({"flow_missing"})):
            report.violation(f"{broken.rule}: {name}: {broken.rows[:3]}")


@asynccontextmanager
async def _stores(place: str, bus: LocalBus, bug: HandoffBug, seed: int) -> AsyncIterator[list[Store]]:
    """One process's store on SQLite; two that know nothing of each other on PostgreSQL."""
    async with AsyncExitStack() as stack:
        stores: list[Store] = []
        for number in range(2 if is_postgres(place) else 1):
            store = await opened(place, clock=CLOCK, dice=SeededDice(seed + number), bus=bus, settings=SETTINGS)
            stack.push_async_callback(store.close)
            bug.change_store(store)
            stores.append(store)
        yield stores


async def _race_for_claims(stores: list[Store], count: int, report: Report, name: str) -> None:
    """One winner, fifteen clean refusals that name him."""
    waits: list[float] = []
    for number in range(count):
        conversation = await _waiting(stores[0].inbox, f"claims-{number}")
        users = [UserId(user) for user in range(1, CLAIMANTS + 1)]
        started = time.perf_counter()
        tries = (stores[user % len(stores)].desk.claim(conversation, user, 1, CLOCK.now()) for user in users)
        results = await asyncio.gather(*tries, return_exceptions=True)
        waits.append(time.perf_counter() - started)
        winners = [user for user, result in zip(users, results, strict=True) if isinstance(result, int)]
        report.must(len(winners) == 1, f"winners: {name}: {len(winners)} of {CLAIMANTS}")
        refusals = [result for result in results if isinstance(result, Conflict)]
        report.must(len(refusals) == CLAIMANTS - len(winners), f"unclean refusal: {name}: {results}")
        if len(winners) == 1:
            named = {refusal.holder for refusal in refusals}
            report.must(named == {winners[0]}, f"refusal names another: {name}: {named}")
    report.count("claims at once", count * CLAIMANTS)
    report.figure(f"{name}: sixteen claims, p95 ms", percentile(waits, 0.95) * 1000)


async def _waiting(inbox: Inbox, peer: str) -> ConversationId:
    """A client who waits for a person."""
    (accepted,) = await inbox.accept([says(peer, "help")], CLOCK.now())
    (work,) = await inbox.claim(CLOCK.now(), 10)
    await inbox.commit([hand_over_turn(work)], CLOCK.now())
    return accepted.conversation_id


async def _race_with_turns(stores: list[Store], count: int, chance: random.Random, report: Report, name: str) -> None:
    """The bot answers while a person claims; in the end no line of the bot may stand after the claim."""
    peers = [f"race-{number}" for number in range(8)]
    rounds = max(1, count // len(peers))
    for _ in range(rounds):
        await asyncio.gather(*(_one_race(stores, peer, random.Random(chance.random()), report) for peer in peers))
    report.count("claims against turns", rounds * len(peers))


async def _one_race(stores: list[Store], peer: str, chance: random.Random, report: Report) -> None:
    inbox, desk = stores[0].inbox, stores[-1].desk
    (accepted,) = await inbox.accept([says(peer, "a question", MESSENGER)], CLOCK.now())
    number = accepted.conversation_id

    said, taken = asyncio.Event(), asyncio.Event()
    between = chance.random() < BETWEEN

    async def bot() -> None:
        for work in await inbox.claim(CLOCK.now(), 10):
            await asyncio.sleep(chance.random() * 0.002)
            await inbox.commit([bot_turn(work)], CLOCK.now())
        said.set()
        if between:
            await taken.wait()
        await asyncio.sleep(chance.random() * 0.002)
        await _send_all(stores[0])

    async def person() -> int:
        if between:
            await said.wait()
        else:
            await asyncio.sleep(chance.random() * 0.006)
        while True:
            epoch = await _epoch(stores[0], number)
            try:
                won = await desk.claim(number, UserId(7), epoch, CLOCK.now())
                taken.set()
                return won
            except Conflict as conflict:
                report.count("claims by an old picture")
                if conflict.holder is not None:
                    raise

    _, epoch = await asyncio.gather(bot(), person())
    await _send_all(stores[0])
    await desk.give_back(number, UserId(7), "silent", f"{peer}-{accepted.inbox_id}-back", epoch, CLOCK.now())
    await _settle(stores[0], number)


async def _send_all(store: Store) -> None:
    """Everything that the gate lets out is sent, and has arrived."""
    for line in await store.outbox.claim_send(MESSENGER, CLOCK.now(), 50):
        await store.outbox.settle(line, Settlement(outcome=Settled.ACCEPTED), CLOCK.now())


async def _settle(store: Store, number: ConversationId) -> None:
    """Run what waits until the conversation is the bot's again."""
    while await store.database.read(lambda: _rows(_LED, number)):
        works = await store.inbox.claim(CLOCK.now(), 10)
        turns = [give_back_turn(work) if is_return(work) else bot_turn(work) for work in works]
        await store.inbox.commit(turns, CLOCK.now())
        await asyncio.sleep(0)


async def _epoch(store: Store, number: ConversationId) -> int:
    return int((await store.database.read(lambda: _rows(_EPOCH, number)))[0][0])


def _rows(sql: Sql, *values: object) -> Script[Rows]:
    return (yield sql, values)


if __name__ == "__main__":
    sys.exit(main())
