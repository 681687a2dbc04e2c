"""Channels are found by their folders; this golden list makes every addition visible in review."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from channels.limits import limits_of
from channels.port import Channel, channel_keys, load_channel

FIXTURES = Path(__file__).parent / "fixtures"
GOLDEN = ("max", "sms", "telegram", "vk", "webchat", "whatsapp")


def test_golden_list() -> None:
    """A folder may be taken away; one that is new must be named here."""
    assert set(channel_keys()) <= set(GOLDEN)
    assert "webchat" in channel_keys()


@pytest.mark.parametrize("key", channel_keys())
def test_every_channel_keeps_the_port(key: str) -> None:
    channel = load_channel(key)
    assert channel.key == key
    assert 0 < channel.capabilities.text_limit <= limits_of(key).text_shown
    assert channel.publishes != (channel.messenger is not None)


@pytest.mark.parametrize("key", channel_keys())
def test_every_messenger_has_fixtures_and_loads_its_library_only_when_it_is_used(key: str) -> None:
    messenger = load_channel(key).messenger
    if messenger is None:
        return
    assert sorted((FIXTURES / key).glob("*")), f"tests/channels/fixtures/{key} is empty: a channel ships with payloads"
    if messenger.library:
        code = f"import sys; from channels.port import load_channel; load_channel({key!r}); " + (
            f"sys.exit({messenger.library!r} in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], cwd=FIXTURES.parents[2]).returncode == 0


def test_an_unknown_channel_is_named() -> None:
    with pytest.raises(LookupError, match=r"known: .*webchat"):
        load_channel("../webchat")


def test_folders_without_a_channel_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "vk").mkdir()
    (tmp_path / "vk" / "channel.py").touch()
    assert channel_keys(tmp_path) == ("vk",)


def test_a_channel_either_publishes_or_sends() -> None:
    with pytest.raises(ValueError, match="either it publishes or it is a messenger"):
        Channel(key="x", capabilities=load_channel("webchat").capabilities, publishes=False)


def test_limits_are_those_of_the_ruling() -> None:
    assert limits_of("webchat").text_accepted == limits_of("webchat").text_shown == 4_000
    assert limits_of("whatsapp").body_bytes == 3 * 1024 * 1024
    assert limits_of("webchat").body_bytes == limits_of("unheard-of").body_bytes == 1024 * 1024
