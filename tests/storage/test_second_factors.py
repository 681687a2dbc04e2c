"""Second factors: begun, proved, spent once however many come at once, ended."""

from __future__ import annotations

import asyncio

from tests.storage.conftest import World
from tests.storage.test_pagers import hire
from tests.storage.world import START


async def test_a_factor_counts_from_its_proof_and_is_not_begun_twice(world: World) -> None:
    factors, inna = world.store.second_factors, await hire(world, "inna")
    assert await factors.of(inna) is None
    assert not await factors.confirm(inna, "first", 5, ["a"], START)
    assert await factors.begin(inna, "first")
    assert await factors.begin(inna, "second")
    assert not await factors.confirm(inna, "first", 5, ["a"], START), "its place was taken by the second"
    assert await factors.having() == []
    assert not await factors.use_step(inna, 5)
    results = await asyncio.gather(*(factors.confirm(inna, "second", 5, [f"{n}a", f"{n}b"], START) for n in range(4)))
    assert sorted(results) == [False, False, False, True]
    factor = await factors.of(inna)
    assert factor is not None
    assert (factor.sealed, factor.since, factor.codes_left) == ("second", START, 2)
    assert await factors.having() == [inna]
    assert not await factors.begin(inna, "third")


async def test_a_code_is_spent_once_and_an_older_one_never(world: World) -> None:
    factors, inna = world.store.second_factors, await hire(world, "inna")
    await factors.begin(inna, "secret")
    await factors.confirm(inna, "secret", 5, ["a", "b"], START)
    assert not await factors.use_step(inna, 5)
    assert sum(await asyncio.gather(*(factors.use_step(inna, 7) for _ in range(8)))) == 1
    assert not await factors.use_step(inna, 6)
    assert sum(await asyncio.gather(*(factors.use_code(inna, "a") for _ in range(8)))) == 1
    assert not await factors.use_code(inna, "never")
    assert await factors.end(inna)
    assert not await factors.end(inna)
    assert await factors.of(inna) is None
