"""A setting kept in the database is in force from the next start; the environment wins over it."""

from __future__ import annotations

from pathlib import Path

from bots.assembly import assembled
from bots.options import read_options


async def _burst_wait(data: Path, **environment: str) -> float:
    async with assembled(read_options(environment, data=str(data))) as parts:
        return parts.store.inbox.accepting.settings.burst_wait


async def test_the_store_goes_by_the_stored_settings(tmp_path: Path) -> None:
    assert await _burst_wait(tmp_path) == 1.2
    async with assembled(read_options({}, data=str(tmp_path))) as parts:
        await parts.store.settings.put("burst_wait_seconds", 0.4, "test", parts.clock.now())
    assert await _burst_wait(tmp_path) == 0.4
    assert await _burst_wait(tmp_path, ZABOTA_BURST_WAIT_SECONDS="0.7") == 0.7
