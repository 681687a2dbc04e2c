"""The booking harness finds what it must, and finds nothing in the product."""

from __future__ import annotations

import pytest

from tests.benchmarks.running import caught, run


@pytest.mark.parametrize(
    ("bug", "kind"),
    [
        ("check-instead-of-constraint", "sold_twice"),
        ("old-freed-first", "moved_to_nowhere"),
        ("hold-for-ever", "hold_outlived"),
    ],
)
def test_a_broken_part_is_caught(bug: str, kind: str) -> None:
    """Each seeded bug ends the run with the violation that it is."""
    caught("harness_booking", "--db", "sqlite", "--attempts", "800", bug=bug, violation=kind)


def test_no_slot_is_sold_twice() -> None:
    """A short run of the real thing."""
    found = run("harness_booking", "--db", "sqlite", "--attempts", "800")
    assert found.code == 0, found.output
    assert found.found["figures"]["refused: slot_taken"] > 20


def test_a_slow_search_is_caught() -> None:
    """The bench of free times fails when they are looked for one by one."""
    caught("bench_slots", "--quick", bug="slot-by-slot", violation="slow")
