"""The crash harness finds what it must, and finds nothing in the product."""

from __future__ import annotations

import pytest

from tests.benchmarks.running import caught, run


@pytest.mark.parametrize(
    ("bug", "kills", "kind"),
    [
        ("no-dedupe", "12", "answered twice"),
        ("ack-before-commit", "15", "acknowledged lost"),
        ("no-version-check", "40", "claim written over"),
        ("publish-twice", "6", "line shown twice"),
        ("booked-later", "60", "told and booked"),
    ],
)
def test_a_broken_part_is_caught(bug: str, kills: str, kind: str) -> None:
    """Each seeded bug ends the run with the violation that it is."""
    caught("harness_crash", "--db", "sqlite", "--kills", kills, bug=bug, violation=kind)


def test_the_product_loses_and_doubles_nothing() -> None:
    """A short run of the real thing."""
    found = run("harness_crash", "--db", "sqlite", "--kills", "20")
    assert found.code == 0, found.output
    assert found.found["figures"]["kills"] == 20
    assert found.found["figures"]["messages acknowledged"] > 20
