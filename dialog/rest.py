"""Sleeping between two looks: until a signal, until something is due, at most one poll."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import datetime

from dialog.clock import Clock

SHORTEST = 0.001


async def rest_until(
    signals: AsyncIterator[str], due: Iterable[datetime | None], clock: Clock, poll_seconds: float
) -> None:
    """Return at the next signal, at the earliest moment of ``due``, or after ``poll_seconds``."""
    moments = [moment for moment in due if moment is not None]
    wait = poll_seconds
    if moments:
        wait = min(wait, max((min(moments) - clock.now()).total_seconds(), SHORTEST))
    try:
        async with asyncio.timeout(wait):
            await anext(signals)
    except (TimeoutError, StopAsyncIteration):
        return
