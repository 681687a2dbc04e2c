"""The loops of a process: started together, stopped in order, restarted when a bug kills one."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from dialog.ending import end
from dialog.journal import Journal

PAUSE_AFTER_A_DEATH = 1.0


class Loop(Protocol):
    """Something that runs until it is told to stop."""

    async def run(self) -> None:
        """Work until stopped."""
        ...

    def stop(self) -> None:
        """Finish what is in hand."""
        ...


class Loops:
    """Runs loops by name. A loop that dies of a bug is reported and started again: the others never notice."""

    def __init__(self, loops: Mapping[str, Loop], journal: Journal) -> None:
        self._loops = loops
        self._journal = journal
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    def start(self) -> None:
        """Start all of them."""
        for name, loop in self._loops.items():
            self._tasks[name] = asyncio.create_task(self._keep(name, loop.run), name=name)

    @property
    def alive(self) -> bool:
        """True while every loop runs."""
        return bool(self._tasks) and all(not task.done() for task in self._tasks.values())

    async def stop(self, grace_seconds: float) -> None:
        """Let each finish what it has in hand, but not for longer than ``grace_seconds``."""
        self._stopping = True
        for loop in self._loops.values():
            loop.stop()
        _, late = await asyncio.wait(self._tasks.values(), timeout=grace_seconds) if self._tasks else ((), ())
        await end(*late)

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping:
            try:
                await run()
            except Exception:
                self._journal.error("loop_died", loop=name, error=traceback.format_exc())
                await asyncio.sleep(PAUSE_AFTER_A_DEATH)
