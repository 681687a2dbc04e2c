"""Channels are found by their folders; this golden list makes every addition visible in review."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.limits import limits_of
from channels.port import Channel, channel_keys, load_channel

GOLDEN = ("webchat",)


def test_golden_list() -> None:
    assert channel_keys() == GOLDEN


@pytest.mark.parametrize("key", GOLDEN)
def test_every_channel_keeps_the_port(key: str) -> None:
    channel = load_channel(key)
    assert channel.key == key
    assert 0 < channel.capabilities.text_limit <= limits_of(key).text_shown
    assert channel.publishes != (channel.sender is not None)


def test_an_unknown_channel_is_named() -> None:
    with pytest.raises(LookupError, match="known: webchat"):
        load_channel("../webchat")


def test_folders_without_a_channel_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "vk").mkdir()
    (tmp_path / "vk" / "channel.py").touch()
    assert channel_keys(tmp_path) == ("vk",)


def test_a_channel_either_publishes_or_sends() -> None:
    with pytest.raises(ValueError, match="either it publishes or it has a sender"):
        Channel(key="x", capabilities=load_channel("webchat").capabilities, publishes=False)


def test_limits_are_those_of_the_ruling() -> None:
    assert limits_of("webchat").text_accepted == limits_of("webchat").text_shown == 4_000
    assert limits_of("whatsapp").body_bytes == 3 * 1024 * 1024
    assert limits_of("webchat").body_bytes == limits_of("unheard-of").body_bytes == 1024 * 1024
