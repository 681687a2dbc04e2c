"""Timers become inbox rows, once, in the right conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from dialog.effects import CancelTimer, SetTimer
from dialog.message import Kind
from storage.changes import Changes
from storage.moments import micros
from storage.sql import Script, Sql
from tests.storage.conftest import World
from tests.storage.world import START, says, turn_of

SOON = START + timedelta(minutes=5)


async def set_timers(world: World, *effects: object) -> None:
    await world.store.inbox.accept([says(cuts=True)], START)
    (work,) = await world.store.inbox.claim(START, 10)
    await world.store.inbox.commit([turn_of(work, *effects)], START)  # type: ignore[arg-type]


async def test_a_due_timer_is_one_row_however_many_look(world: World) -> None:
    await set_timers(world, SetTimer(kind="promise", due_at=SOON, data={"repeat": "0"}))
    assert await world.store.timers.next_due() == SOON
    assert await world.store.timers.fire(SOON - timedelta(seconds=1), 10) == 0
    fired = await asyncio.gather(*(world.store.timers.fire(SOON, 10) for _ in range(6)))
    assert sum(fired) == 1
    assert await world.store.timers.next_due() is None
    (work,) = await world.store.inbox.claim(SOON, 10)
    (row,) = work.rows
    assert row.message.kind is Kind.TIMER
    assert row.message.data == {"timer": "promise", "repeat": "0"}
    assert row.message.event_key.startswith("timer:")


async def test_setting_again_replaces_and_may_fire_again(world: World) -> None:
    await set_timers(world, SetTimer(kind="promise", due_at=SOON))
    await set_timers(world, SetTimer(kind="promise", due_at=SOON + timedelta(minutes=5)))
    assert await world.store.timers.fire(SOON, 10) == 0
    assert await world.store.timers.fire(SOON + timedelta(minutes=5), 10) == 1
    (work,) = await world.store.inbox.claim(SOON + timedelta(minutes=5), 10)
    await world.store.inbox.commit([turn_of(work, SetTimer(kind="promise", due_at=SOON))], SOON)
    assert await world.store.timers.fire(SOON, 10) == 1
    (work,) = await world.store.inbox.claim(SOON + timedelta(minutes=6), 10)
    assert work.rows[0].message.event_key.endswith(":3")


async def test_a_cancelled_timer_is_silent(world: World) -> None:
    await set_timers(world, SetTimer(kind="promise", due_at=SOON), SetTimer(kind="other", due_at=SOON))
    await set_timers(world, CancelTimer(kind="promise"), CancelTimer(kind="never set"))
    assert await world.store.timers.fire(SOON, 10) == 1


async def test_a_persons_timer_fires_where_he_wrote_last(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says("old", cuts=True), says("elsewhere", channel="vk", cuts=True)], START)

    def person_timers(_: Changes) -> Script[None]:
        yield Sql("UPDATE conversation SET person_id = 1"), ()
        yield Sql("UPDATE conversation SET last_at = last_at + 1 WHERE channel = 'vk'"), ()
        for person in (1, 42):
            row = (person, micros(SOON))
            yield (
                Sql("INSERT INTO timer (subject_kind, subject_id, kind, due_at) VALUES ('person', $1, 'back', $2)"),
                row,
            )

    await world.store.database.write(person_timers)
    assert await world.store.timers.fire(SOON, 10) == 1
    works = await inbox.claim(SOON, 10)
    fired = [work for work in works if work.rows[-1].message.kind is Kind.TIMER]
    assert [work.conversation.address.channel for work in fired] == ["vk"]
    assert [event.kind for event in await world.store.desk.events(0, 10)][-1] == "timer_skipped"
    assert await world.store.timers.next_due() is None
