"""The Redis harness catches messages that wait where they may be lost."""

from __future__ import annotations

from tests.benchmarks.running import caught


def test_truth_kept_in_redis_is_caught() -> None:
    """Messages that wait in Redis are gone with it."""
    caught("harness_redis", "--seconds", "5", bug="truth-in-redis", violation="acknowledged lost")
