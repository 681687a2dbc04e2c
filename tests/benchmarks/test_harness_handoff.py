"""The handoff harness: one winner, a silent bot, screens that catch up; and what breaks that is caught."""

from __future__ import annotations

import pytest

from tests.benchmarks.running import caught, run

SHORT = ("--claims", "6", "--races", "40", "--cuts", "8")


def test_conversations_stay_with_whoever_has_them() -> None:
    found = run("harness_handoff", *SHORT)
    assert found.code == 0, found.output
    assert found.found["figures"]["claims at once"] == 2 * 6 * 16


@pytest.mark.parametrize(
    ("bug", "violation"),
    [("two-winners", "winners"), ("no-void", "bot_spoke_over_person"), ("lost-frames", "screen differs")],
)
def test_a_broken_part_is_caught(bug: str, violation: str) -> None:
    caught("harness_handoff", *SHORT, bug=bug, violation=violation)
