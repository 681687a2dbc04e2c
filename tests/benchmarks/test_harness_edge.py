"""The edge harness catches a server that believes what it should not."""

from __future__ import annotations

from tests.benchmarks.running import caught


def test_an_unsigned_visitor_is_caught() -> None:
    """A server that believes every token takes forged ones."""
    caught("harness_edge", "--requests", "20", bug="unsigned-visitors", violation="forged visitor")
