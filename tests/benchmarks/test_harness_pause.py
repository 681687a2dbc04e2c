"""The pause harness catches missing fencing."""

from __future__ import annotations

from tests.benchmarks.running import caught


def test_missing_fencing_is_caught() -> None:
    """Without the checks a message gets two turns."""
    caught("harness_pause", "--pauses", "10", bug="no-fencing", violation="turns of one message")
