"""The restart harness catches what was promised and not stored."""

from __future__ import annotations

from tests.benchmarks.running import caught


def test_acknowledging_before_storing_is_caught() -> None:
    """What the stopped server had only promised is missing."""
    caught("harness_restart", "--restarts", "2", bug="ack-before-commit", violation="acknowledged lost")
