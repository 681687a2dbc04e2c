"""The Redis harness: a wake-up may be lost, a message may not."""

from __future__ import annotations

from tests.benchmarks.running import caught, run


def test_losing_redis_costs_time_only() -> None:
    """A short run of the real thing."""
    found = run("harness_redis", "--seconds", "4")
    assert found.code == 0, found.output
    assert found.found["figures"]["turns"] > 0


def test_truth_kept_in_redis_is_caught() -> None:
    """Messages that wait in Redis are gone with it."""
    caught("harness_redis", "--seconds", "5", bug="truth-in-redis", violation="acknowledged lost")
