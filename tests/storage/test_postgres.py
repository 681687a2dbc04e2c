"""What only PostgreSQL has: several processes, leases that end, a server that goes away and comes back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from dialog.errors import StoreBusy
from dialog.inbox import Outcome
from storage.invariants import violations
from storage.migrating import migrate_postgres
from storage.moments import micros
from storage.open_store import Store, open_store
from tests.servers.postgres import PostgresServer, postgres_server
from tests.storage.conftest import World
from tests.storage.world import START, CountingDice, HeldClock, RememberingBus, says, send, turn_of


@pytest.fixture
def database_url(postgres: PostgresServer) -> Iterator[str]:
    """PostgreSQL only, and not even migrated."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
async def second(world: World) -> AsyncIterator[Store]:
    """Another process on the same database."""
    store = await world.again()
    yield store
    await store.close()


async def test_two_processes_share_the_work_and_never_a_conversation(world: World, second: Store) -> None:
    await world.store.inbox.accept([says(peer=f"p{number}", cuts=True) for number in range(40)], START)
    works = await asyncio.gather(*(store.inbox.claim(START, 5) for store in [world.store, second] * 4))
    ids = [work.conversation.id for taken in works for work in taken]
    assert len(ids) == len(set(ids)) == 40


async def test_first_messages_of_one_address_in_two_processes_make_one_conversation(
    world: World, second: Store
) -> None:
    results = await asyncio.gather(
        *(
            store.inbox.accept([says(peer=f"p{number}", key=f"{name}{number}")], START)
            for number in range(10)
            for name, store in (("a", world.store), ("b", second), ("c", world.store))
        )
    )
    assert len({one.conversation_id for (one,) in results}) == 10
    assert all(one.fresh for (one,) in results)
    assert await violations(second.database, micros(START)) == []


async def test_batches_with_shared_conversations_do_not_block_each_other_for_ever(world: World, second: Store) -> None:
    peers = [f"p{number}" for number in range(8)]

    async def one(store: Store, order: list[str], name: str) -> None:
        for number in range(6):
            await store.inbox.accept([says(peer=peer, key=f"{name}{number}{peer}") for peer in order], START)

    await asyncio.gather(one(world.store, peers, "a"), one(second, peers[::-1], "b"), one(second, peers[::2], "c"))
    assert (await world.store.desk.last_event()) == 6 * (8 + 8 + 4)


async def test_a_worker_that_died_is_counted_against_its_row(world: World, second: Store) -> None:
    await world.store.inbox.accept([says("deadly", cuts=True)], START)
    handed_out = 0
    for store in [world.store, second] * 5:
        (work,) = await store.inbox.claim(world.clock.go(31), 10)
        if work.spent:
            break
        handed_out += 1
    assert handed_out == 5
    assert await store.inbox.fail(work, "no attempt came to an end", world.clock.now())
    assert await world.store.inbox.claim(world.clock.go(100), 10) == []
    (item,) = await world.store.desk.news(0, 10)
    assert item.kind == "quarantine"


async def test_of_two_who_hold_one_conversation_only_the_later_writes(world: World, second: Store) -> None:
    await world.store.inbox.accept([says(cuts=True)], START)
    (paused,) = await world.store.inbox.claim(START, 10)
    (taken,) = await second.inbox.claim(world.clock.go(31), 10)
    assert taken.lease == paused.lease + 1
    stale, good = await asyncio.gather(
        world.store.inbox.commit([turn_of(paused, send("stale"))], world.clock.now()),
        second.inbox.commit([turn_of(taken, send("good"))], world.clock.now()),
    )
    assert (stale, good) == ([Outcome.STALE], [Outcome.COMMITTED])


async def test_many_processes_may_start_at_once(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    changed = await asyncio.gather(*(migrate_postgres(url) for _ in range(4)))
    assert sorted(changed) == [False, False, False, True]
    postgres.drop_database(url)


async def test_a_text_that_postgres_refuses_is_its_senders_trouble(world: World) -> None:
    texts = ["fine", "nul \x00 inside", "fine too"]
    results = await asyncio.gather(
        *(world.store.inbox.accept([says(text, peer=text)], START) for text in texts), return_exceptions=True
    )
    assert [isinstance(result, Exception) for result in results] == [False, True, False]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
async def test_a_server_that_restarts_is_waited_for(how: signal.Signals, tmp_path: Path) -> None:
    with postgres_server(durable=True) as server:
        url = server.create_database()
        store = await _opened(url, tmp_path)
        await store.inbox.accept([says(key="before")], START)
        await asyncio.to_thread(server.stop, how)
        with pytest.raises(StoreBusy):
            await store.inbox.accept([says(key="during")], START)
        with pytest.raises(StoreBusy):
            await store.inbox.next_ready()
        await asyncio.to_thread(server.start)
        (again,) = await store.inbox.accept([says(key="before")], START)
        assert not again.fresh
        assert (await store.inbox.accept([says(key="during")], START))[0].fresh
        assert await violations(store.database, micros(START)) == []
        await store.close()


async def test_a_server_that_is_not_there_is_named_so(tmp_path: Path) -> None:
    with pytest.raises(StoreBusy):
        await _opened("postgresql://zabota@127.0.0.1:1/none", tmp_path)


async def _opened(url: str, folder: Path) -> Store:
    return await open_store(url, folder, clock=HeldClock(), dice=CountingDice(), bus=RememberingBus())
