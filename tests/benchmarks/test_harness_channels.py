"""The harness of messengers catches who loses in a storm and who believes whom he should not."""

from __future__ import annotations

from tests.benchmarks.running import caught

SMALL = ("--quick", "--chats", "3", "--forged", "60", "--fuzzed", "60")


def test_who_is_deaf_to_silence_is_caught() -> None:
    caught("harness_channels", *SMALL, bug="deaf-to-silence", violation="silence broken")


def test_who_believes_everybody_is_caught() -> None:
    caught("harness_channels", *SMALL, bug="believes-everybody", violation="believed")
