"""The restart harness: a graceful stop loses nothing that was acknowledged."""

from __future__ import annotations

from tests.benchmarks.running import caught, run


def test_a_graceful_restart_loses_nothing() -> None:
    """A short run of the real server."""
    found = run("harness_restart", "--restarts", "2")
    assert found.code == 0, found.output
    assert found.found["figures"]["lines acknowledged"] > 0


def test_acknowledging_before_storing_is_caught() -> None:
    """What the stopped server had only promised is missing."""
    caught("harness_restart", "--restarts", "2", bug="ack-before-commit", violation="acknowledged lost")
