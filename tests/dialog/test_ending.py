"""A task is over when `end` comes back, whatever its library made of the first cancellation."""

from __future__ import annotations

import asyncio

import pytest

from dialog import ending
from dialog.ending import end


async def _deaf_once(heard: list[str]) -> None:
    """A loop in a library whose timeout swallowed the cancellation."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append("cancelled")
            if len(heard) > 1:
                raise


async def test_a_task_that_swallows_one_cancellation_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "PATIENCE", 0.01)
    heard: list[str] = []
    deaf = asyncio.create_task(_deaf_once(heard))
    await asyncio.sleep(0)
    await end(deaf)
    assert deaf.done()
    assert heard == ["cancelled", "cancelled"]


async def test_what_a_task_raises_at_its_end_is_dropped() -> None:
    async def fails() -> None:
        raise ValueError

    await end(asyncio.create_task(fails()))


async def test_nothing_to_end() -> None:
    await end()
