"""The loop that drops old rows: portion by portion, then quiet; a database that is away is no reason to die."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bots.housekeeping import Housekeeping
from dialog.errors import StoreBusy
from tests.fakes.journal import KeptJournal

NOW = datetime(2026, 3, 10, tzinfo=UTC)


class Clock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW


class Rows:
    """Three portions; the second time the database is away."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.empty = asyncio.Event()

    async def trim(self, now: datetime, *, turn_days: int, line_days: int) -> int:
        assert now == NOW
        self.asked.append((turn_days, line_days))
        if len(self.asked) == 2:
            raise StoreBusy("away")
        if len(self.asked) == 4:
            self.empty.set()
            return 0
        return 200


async def test_it_goes_on_until_nothing_is_left() -> None:
    rows = Rows()
    loop = Housekeeping(rows, Clock(), KeptJournal(), turn_days=7, line_days=30, every=0.0, breath=0.0)
    task = asyncio.create_task(loop.run())
    await rows.empty.wait()
    loop.stop()
    await task
    assert set(rows.asked) == {(7, 30)}
