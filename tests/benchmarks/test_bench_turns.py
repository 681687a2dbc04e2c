"""The benchmark of turns measures, and a slow engine does not get past it."""

from __future__ import annotations

from tests.benchmarks.running import caught, run


def test_the_engine_stays_near_the_floor() -> None:
    """The short form on SQLite, without the big databases."""
    found = run("bench_turns", "--quick", "--db", "sqlite", "--parts", "beside,loaded")
    assert found.code == 0, found.output
    assert found.found["figures"]["sqlite: 32 in flight, times the floor"] > 1


def test_a_slow_engine_is_caught() -> None:
    """The ratio to the floor does not depend on the machine."""
    caught("bench_turns", "--quick", "--db", "sqlite", "--parts", "beside", bug="slow-turn", violation="ratio")
