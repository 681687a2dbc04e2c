"""The benchmark of the inbox measures, and a frame made for every screen does not get past it."""

from __future__ import annotations

from tests.benchmarks.running import caught, run

SHORT = ("--quick", "--managers", "8", "--conversations", "200")


def test_every_message_reaches_every_screen_made_once() -> None:
    found = run("bench_inbox", *SHORT)
    assert found.code == 0, found.output
    assert found.found["figures"]["200 conversations, 8 managers: to a screen p95 ms"] > 0


def test_a_frame_made_for_every_screen_is_caught() -> None:
    """Frames are counted, so that no clock decides."""
    caught("bench_inbox", *SHORT, bug="frame-for-each", violation="fan-out")
