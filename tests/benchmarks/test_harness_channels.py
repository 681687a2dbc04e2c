"""The harness of messengers: nothing is lost in a storm, nobody is believed who should not be."""

from __future__ import annotations

from tests.benchmarks.running import run

SMALL = ("--quick", "--seed", "5", "--chats", "3", "--forged", "60", "--fuzzed", "60")


def test_a_small_storm_passes() -> None:
    found = run("harness_channels", *SMALL)
    assert found.code == 0, found.output
    assert found.found["figures"]["lines through the outage"] == 9


def test_who_is_deaf_to_silence_is_caught() -> None:
    found = run("harness_channels", *SMALL, "--seeded-bug", "deaf-to-silence")
    assert found.code == 1, found.output
    assert found.violated("silence broken"), found.output


def test_who_believes_everybody_is_caught() -> None:
    found = run("harness_channels", *SMALL, "--seeded-bug", "believes-everybody")
    assert found.code == 1, found.output
    assert found.violated("believed"), found.output
