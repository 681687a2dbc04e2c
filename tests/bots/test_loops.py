"""Loops that die are started again; loops that are told to stop do."""

from __future__ import annotations

import asyncio

from bots.loops import Loops
from tests.fakes.journal import KeptJournal


class Dying:
    def __init__(self) -> None:
        self.started = 0
        self.told = asyncio.Event()

    async def run(self) -> None:
        self.started += 1
        if self.started == 1:
            raise ZeroDivisionError
        await self.told.wait()

    def stop(self) -> None:
        self.told.set()


class Deaf:
    async def run(self) -> None:
        await asyncio.sleep(3600)

    def stop(self) -> None:
        """Does not listen."""


async def test_a_loop_that_dies_of_a_bug_is_reported_and_started_again() -> None:
    loop = Dying()
    journal = KeptJournal()
    loops = Loops({"dying": loop}, journal)
    loops.start()
    async with asyncio.timeout(5):
        while loop.started < 2:  # noqa: ASYNC110 - the loop under test has no event to wait for
            await asyncio.sleep(0.05)
    assert loops.alive
    await loops.stop(1)
    assert journal.events == ["loop_died"]
    assert not loops.alive


async def test_a_loop_that_does_not_stop_is_stopped_after_the_grace() -> None:
    loops = Loops({"deaf": Deaf()}, KeptJournal())
    loops.start()
    async with asyncio.timeout(2):
        await loops.stop(0.05)
    assert not loops.alive
