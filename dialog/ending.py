"""Ending tasks for certain."""

from __future__ import annotations

import asyncio

PATIENCE = 2.0
"""Seconds a task has for its own cleaning up before it is told once more."""


async def end(*tasks: asyncio.Task[None]) -> None:
    """Cancel the tasks and come back when every one of them is over; what they raised is dropped.

    One ``cancel()`` is not enough for a loop that waits inside somebody's timeout: when both come in the same round,
    the timeout may win (asyncio before 3.12, redis-py), and the loop goes on as if nobody had called.
    """
    going = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=PATIENCE)
    await asyncio.gather(*tasks, return_exceptions=True)
