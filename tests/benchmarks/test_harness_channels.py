"""The harness of messengers: nothing is lost in a storm, nobody is believed who should not be."""

from __future__ import annotations

from tests.benchmarks.running import caught, run

SMALL = ("--quick", "--chats", "3", "--forged", "60", "--fuzzed", "60")


def test_a_small_storm_passes() -> None:
    found = run("harness_channels", *SMALL)
    assert found.code == 0, found.output
    assert found.found["figures"]["lines through the outage"] == 9


def test_who_is_deaf_to_silence_is_caught() -> None:
    caught("harness_channels", *SMALL, bug="deaf-to-silence", violation="silence broken")


def test_who_believes_everybody_is_caught() -> None:
    caught("harness_channels", *SMALL, bug="believes-everybody", violation="believed")
