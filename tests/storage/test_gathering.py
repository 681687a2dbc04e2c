"""Callers served together, each with his own result or error."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from dialog.errors import StoreBusy
from storage.gathering import Gathering


class Doubling:
    """Doubles numbers; refuses 13; is away when told so."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.away = False

    async def act(self, items: Sequence[int]) -> Sequence[int]:
        await asyncio.sleep(0.001)
        if self.away:
            raise StoreBusy("away")
        if 13 in items:
            raise ValueError(13)
        self.batches.append(list(items))
        return [item * 2 for item in items]


async def test_everybody_gets_his_own_results_from_few_batches() -> None:
    doubling = Doubling()
    gathering = Gathering(doubling.act, most=50, at_once=1)
    results = await asyncio.gather(*(gathering.add([number, -number]) for number in range(100, 140)))
    assert results == [[number * 2, -number * 2] for number in range(100, 140)]
    assert len(doubling.batches) == 2
    assert max(len(batch) for batch in doubling.batches) <= 50


async def test_one_bad_item_is_its_callers_trouble_only() -> None:
    gathering = Gathering(Doubling().act)
    results = await asyncio.gather(*(gathering.add([number]) for number in (1, 13, 2)), return_exceptions=True)
    assert results[0] == [2]
    assert isinstance(results[1], ValueError)
    assert results[2] == [4]


async def test_a_store_that_is_away_is_away_for_all_and_comes_back() -> None:
    doubling = Doubling()
    gathering = Gathering(doubling.act)
    doubling.away = True
    results = await asyncio.gather(*(gathering.add([number]) for number in range(3)), return_exceptions=True)
    assert all(isinstance(result, StoreBusy) for result in results)
    doubling.away = False
    assert await gathering.add([4]) == [8]


async def test_what_was_asked_for_is_done_though_nobody_waits() -> None:
    doubling = Doubling()
    gathering = Gathering(doubling.act, at_once=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(gathering.add([1]), 0.0001)
    await gathering.close()
    assert doubling.batches == [[1]]
