"""The database harness catches what is worse than busy."""

from __future__ import annotations

import pytest

from tests.benchmarks.running import caught


@pytest.mark.parametrize("bug", ["unaware-of-rollback", "no-dedupe"])
def test_a_broken_part_is_caught(bug: str) -> None:
    """Work that a full disk took back, and messages stored twice after a restart."""
    caught("harness_database", "--seconds", "4", bug=bug)
