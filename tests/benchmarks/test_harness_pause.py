"""The pause harness: fencing holds, and its absence shows."""

from __future__ import annotations

from tests.benchmarks.running import caught, run


def test_a_frozen_worker_overwrites_nothing() -> None:
    """A short run of the real thing, in which pauses must have bitten."""
    found = run("harness_pause", "--pauses", "10")
    assert found.code == 0, found.output
    assert found.found["figures"]["writes refused as stale"] > 0


def test_missing_fencing_is_caught() -> None:
    """Without the checks a message gets two turns."""
    caught("harness_pause", "--pauses", "10", bug="no-fencing", violation="turns of one message")
