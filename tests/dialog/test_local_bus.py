"""The bus of one process: signals reach who waits, collapse, and cost nothing afterwards."""

from __future__ import annotations

import asyncio

import pytest

from dialog.local_bus import LocalBus


async def test_a_signal_sent_before_the_look_is_not_lost() -> None:
    bus = LocalBus()
    async with bus.subscribe("inbox") as signals:
        await bus.publish("inbox")
        assert await asyncio.wait_for(anext(signals), 1) == "inbox"


async def test_many_signals_of_a_topic_are_one() -> None:
    bus = LocalBus()
    async with bus.subscribe("inbox", "events") as signals:
        for _ in range(100):
            await bus.publish("inbox", "events", "nobody")
        assert {await anext(signals), await anext(signals)} == {"inbox", "events"}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(signals), 0.02)


async def test_a_listener_that_left_hears_nothing_and_leaves_nothing() -> None:
    bus = LocalBus()
    async with bus.subscribe("inbox"):
        pass
    await bus.publish("inbox")
    assert not bus._listeners
