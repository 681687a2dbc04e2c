"""The database harness: busy is the worst that happens, and worse things show."""

from __future__ import annotations

import pytest

from tests.benchmarks.running import caught, run


@pytest.mark.parametrize("part", ["locked", "full", "restarted"])
def test_nothing_is_lost_or_half_written(part: str) -> None:
    """Short runs of the real thing."""
    found = run("harness_database", "--part", part, "--seconds", "3")
    assert found.code == 0, found.output
    assert found.found["figures"][f"{part}: refused as busy (503)"] > 0


@pytest.mark.parametrize("bug", ["unaware-of-rollback", "no-dedupe"])
def test_a_broken_part_is_caught(bug: str) -> None:
    """Work that a full disk took back, and messages stored twice after a restart."""
    caught("harness_database", "--seconds", "4", bug=bug)
