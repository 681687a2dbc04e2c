"""A slow engine does not get past the benchmark of turns."""

from __future__ import annotations

from tests.benchmarks.running import caught


def test_a_slow_engine_is_caught() -> None:
    """The ratio to the floor does not depend on the machine."""
    caught("bench_turns", "--quick", "--db", "sqlite", "--parts", "beside", bug="slow-turn", violation="ratio")
