"""The edge harness: whatever is sent, the server answers and goes on."""

from __future__ import annotations

from tests.benchmarks.running import caught, run


def test_nonsense_is_refused_politely() -> None:
    """A short run against the real server, without the poison that restarts it five times."""
    found = run("harness_edge", "--requests", "80", "--no-poison")
    assert found.code == 0, found.output
    assert found.found["figures"]["buttons refused as stale"] > 0


def test_an_unsigned_visitor_is_caught() -> None:
    """A server that believes every token takes forged ones."""
    caught("harness_edge", "--requests", "80", bug="unsigned-visitors", violation="forged visitor")
