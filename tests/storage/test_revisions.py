"""The revision store: publishing is atomic, built-ins never overwrite an edit, nothing is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from dialog.bus import RULES
from dialog.errors import Conflict
from storage.revisions import BUILT_IN, Draft, StaleRules
from tests.storage.conftest import World

ONE = ("text", "common")


async def _head(world: World) -> dict[str, object]:
    (head,) = await world.store.revisions.heads()
    return {"revision": head.revision, "author": head.author, "body": dict(head.body)}


async def test_built_ins_seed_an_empty_store_once(world: World) -> None:
    revisions = world.store.revisions
    assert await revisions.empty()
    await revisions.seed({ONE: {"a": 1}}, world.clock.now())
    await revisions.seed({ONE: {"a": 1}}, world.clock.now())
    assert await _head(world) == {"revision": 1, "author": BUILT_IN, "body": {"a": 1}}
    assert not await revisions.empty()


async def test_an_untouched_built_in_follows_the_product(world: World) -> None:
    await world.store.revisions.seed({ONE: {"a": 1}}, world.clock.now())
    await world.store.revisions.seed({ONE: {"a": 2}}, world.clock.now())
    assert await _head(world) == {"revision": 2, "author": BUILT_IN, "body": {"a": 2}}


async def test_an_edited_document_is_never_overwritten_by_an_upgrade(world: World) -> None:
    revisions = world.store.revisions
    await revisions.seed({ONE: {"a": 1}}, world.clock.now())
    await revisions.publish([Draft(kind=ONE[0], key=ONE[1], body={"a": 9}, base=1)], "vera", "", world.clock.now())
    await revisions.seed({ONE: {"a": 2}}, world.clock.now())
    assert (await _head(world))["body"] == {"a": 9}
    assert [each.body["a"] for each in await revisions.history(*ONE)] == [2, 9, 1]


async def test_of_two_editors_the_second_hears_of_the_first(world: World) -> None:
    revisions = world.store.revisions
    await revisions.seed({ONE: {"a": 1}, ("text", "other"): {"b": 1}}, world.clock.now())
    await revisions.publish([Draft(kind=ONE[0], key=ONE[1], body={"a": 2}, base=1)], "vera", "", world.clock.now())
    before = await revisions.stamp()
    drafts = [
        Draft(kind="text", key="other", body={"b": 2}, base=1),
        Draft(kind=ONE[0], key=ONE[1], body={"a": 3}, base=1),
    ]
    with pytest.raises(Conflict):
        await revisions.publish(drafts, "oleg", "", world.clock.now())
    assert await revisions.stamp() == before, "nothing of a refused publication may take effect"


async def test_publishing_tells_everybody_and_changes_the_stamp(world: World) -> None:
    revisions = world.store.revisions
    stamps = {await revisions.stamp()}
    world.bus.signals.clear()
    await revisions.publish([Draft(kind="flow", key="x", body={"n": 1})], "vera", "first", world.clock.now())
    await asyncio.sleep(0.05)
    assert RULES in world.bus.signals
    stamps.add(await revisions.stamp())
    await revisions.publish([Draft(kind="flow", key="x", body=None, base=1)], "vera", "", world.clock.now())
    stamps.add(await revisions.stamp())
    assert await revisions.heads() == []
    assert [each.revision for each in await revisions.all_of("flow")] == [1]
    await world.store.settings.put("soft_alarms", 0.1, "vera", world.clock.go(1))
    stamps.add(await revisions.stamp())
    assert len(stamps) == 4
    assert await world.store.settings.all() == {"soft_alarms": 0.1}


async def test_a_document_keeps_the_order_that_somebody_chose(world: World) -> None:
    await world.store.revisions.seed({ONE: {"nails": 1, "hair": 2, "brows": 3}}, world.clock.now())
    (head,) = await world.store.revisions.heads()
    assert list(head.body) == ["nails", "hair", "brows"]


async def test_what_was_checked_with_other_rules_is_not_put_in_force(world: World) -> None:
    revisions = world.store.revisions
    await revisions.seed({ONE: {"a": 1}}, world.clock.now())
    stamp = await revisions.stamp()
    await world.store.settings.put("soft_alarms", 0.1, "vera", world.clock.now())
    draft = Draft(kind=ONE[0], key=ONE[1], body={"a": 2}, base=1)
    with pytest.raises(StaleRules):
        await revisions.publish([draft], "oleg", "", world.clock.now(), stamp=stamp)
    assert (await _head(world))["revision"] == 1
    await revisions.publish([draft], "oleg", "", world.clock.now(), stamp=await revisions.stamp())
    assert (await _head(world))["body"] == {"a": 2}
