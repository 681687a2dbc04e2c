"""What a channel exports, and how channels are found: one folder each, its name is the channel's key everywhere."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from starlette.routing import BaseRoute

from channels.media_store import MediaStore
from channels.rendering.capabilities import Capabilities
from dialog.bus import Bus
from dialog.clock import Clock, Dice
from dialog.inbox import Accepted
from dialog.message import InboundMessage
from dialog.outbox import Outgoing, Settlement
from dialog.transcript import Transcript


class WayIn(Protocol):
    """The part of dialog.inbox.Inbox that a channel may use: the one way in."""

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What assembly hands to a channel that has routes: the way in, the read side, wake-ups, time and chance.

    ``keys``: secrets of 32 bytes or more from the data folder, newest first; the newest signs, all of them verify.
    """

    inbox: WayIn
    transcript: Transcript
    bus: Bus
    clock: Clock
    dice: Dice
    keys: Sequence[bytes]
    media: MediaStore | None = None


class Sender(Protocol):
    """Makes exactly one attempt to send one row that passed the gate. Never raises for a refusal: it settles it."""

    async def send(self, outgoing: Outgoing) -> Settlement: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One messenger. ``key`` is the folder's name, the URL segment and the channel of its addresses.

    ``publishes``: its "send" is a row that screens read (Outbox.publish); otherwise it has a sender (claim_send).
    ``routes`` and ``sender`` take the ports and the channel's own settings, which the channel itself validates
    (ValueError with a readable line).
    """

    key: str
    capabilities: Capabilities
    publishes: bool
    routes: Callable[[Ports, Mapping[str, object]], Sequence[BaseRoute]] | None = None
    sender: Callable[[Ports, Mapping[str, object]], Sender] | None = None

    def __post_init__(self) -> None:
        if self.publishes == (self.sender is not None):
            raise ValueError(f"channel {self.key}: either it publishes or it has a sender")


def channel_keys(folder: Path | None = None) -> tuple[str, ...]:
    """Names of the folders beside this file that hold a ``channel.py``, sorted."""
    root = folder or Path(__file__).parent
    return tuple(sorted(found.parent.name for found in root.glob("*/channel.py")))


def load_channel(key: str) -> Channel:
    """Import ``channels/<key>/channel.py`` and return its ``CHANNEL``.

    Only a configured channel is imported, so that its library need not be installed otherwise.
    Raises LookupError for an unknown key, TypeError for a folder that exports something else.
    """
    if key not in channel_keys():
        raise LookupError(f"no channel {key!r}; known: {', '.join(channel_keys())}")
    channel = importlib.import_module(f"channels.{key}.channel").CHANNEL
    if not isinstance(channel, Channel) or channel.key != key:
        raise TypeError(f"channels/{key}/channel.py must export CHANNEL with key {key!r}")
    return channel
