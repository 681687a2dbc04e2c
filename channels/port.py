"""What a channel exports, and how channels are found: one folder each, its name is the channel's key everywhere."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from starlette.routing import BaseRoute

from channels.connection import Connection
from channels.heard import Courtesy, FileRef, Parser
from channels.hook import RawEvent
from channels.media_store import Media, MediaStore
from channels.rendering.capabilities import Capabilities
from dialog.bus import Bus
from dialog.clock import Clock, Dice
from dialog.inbox import Accepted
from dialog.message import Address, InboundMessage
from dialog.outbox import Outgoing, Settlement
from dialog.transcript import Transcript


class WayIn(Protocol):
    """The part of dialog.inbox.Inbox that a channel may use: the one way in."""

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]: ...


class Onward(Protocol):
    """Going on in a messenger as the same person, and taking that back."""

    def title(self, language: str) -> str:
        """The messenger that a client can go on in, by its name; empty when none is connected."""
        ...

    async def link(self, address: Address) -> str | None:
        """A link for whoever is behind ``address``, good once and not for long; None when there is nowhere to go, or
        nobody is there yet. Raises StoreBusy."""
        ...

    async def joined(self, address: Address) -> bool:
        """Whether the person behind ``address`` has gone on elsewhere. Raises StoreBusy."""
        ...

    async def part(self, address: Address) -> None:
        """Take back all that came to this person by links. A repeat does nothing. Raises StoreBusy."""
        ...


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
    onward: Onward | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that somebody made at a messenger's web address: not believed before it is verified.

    ``headers`` by lower-case name; ``address``: the caller's, as far as our own proxies tell it.
    """

    headers: Mapping[str, str]
    body: bytes
    address: str = ""


class Account(Protocol):
    """One account on a messenger, ready to speak. Made by ``Messenger.open``; its library is loaded by then."""

    async def settle_in(self) -> None:
        """Make sure that the messenger brings its events here, by the web or by asking. Raises Trouble."""
        ...

    async def send(self, outgoing: Outgoing) -> Settlement:
        """Make exactly one attempt to send one line. Never raises for a refusal: it settles it."""
        ...

    async def be_kind(self, courtesy: Courtesy) -> None:
        """Do it if it can be done now; never raises for what the messenger answers."""
        ...

    async def fetch(self, file: FileRef) -> Media:
        """A client's file. Raises NotFetched."""
        ...

    async def poll(self, cursor: int) -> tuple[Sequence[RawEvent], int] | None:
        """Wait for new events and return them with the next cursor; None: events are brought here, or pushed.

        Raises Trouble for what will not go away by itself, OSError for a messenger that cannot be reached.
        """
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


class Trouble(Exception):
    """Something is wrong with an account that a person must mend. ``code`` names the text that says what to do."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an account is given besides its connection. ``public_url`` is empty where the web does not reach us."""

    clock: Clock
    dice: Dice
    public_url: str
    ticks: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Messenger:
    """A channel that somebody else runs. Nothing here needs its library before ``parse`` or ``open`` is called.

    ``fields``: what an owner types in to connect, secrets first; ``connect`` proves it at the messenger and returns
    the connection, or raises Trouble. ``verify`` believes a call or does not; ``events`` cuts it into raw events.
    ``answer``: the body that the messenger takes for «understood».
    """

    fields: Sequence[Field]
    verify: Callable[[Connection, Call], bool]
    events: Callable[[Connection, Call], Sequence[RawEvent]]
    parse: Parser
    open: Callable[[Connection, Surroundings], Account]
    connect: Callable[[Mapping[str, str], Surroundings], Awaitable[Connection]]
    answer: str = ""
    greet: Callable[[Connection, Mapping[str, str]], str | None] | None = None
    """The answer to a question by GET whether this address is ours, from what stands behind its ``?``; None: it is not
    believed. Missing where a messenger never asks so."""
    confirm: Callable[[Connection, Call], str | None] | None = None
    """The answer to a call by POST that brings nothing and only asks whether this address is ours; None: it is no such
    call. Missing where a messenger never asks so."""
    library: str = ""
    """The module that must be installed; empty when nothing is needed."""
    only_brings: bool = False
    """Its events cannot be fetched: without an https address of our own nothing is heard."""
    way_in: Callable[[Connection, str], str] | None = None
    """The web address that opens this account and brings a link code along; None where there is no such address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that an owner types in. ``secret``: never shown again."""

    name: str
    secret: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One messenger. ``key`` is the folder's name, the URL segment and the channel of its addresses.

    ``publishes``: its "send" is a row that screens read (Outbox.publish); otherwise it is a ``messenger``
    (claim_send). ``routes`` takes the ports and the channel's own settings, which the channel itself validates
    (ValueError with a readable line).
    """

    key: str
    capabilities: Capabilities
    publishes: bool
    routes: Callable[[Ports, Mapping[str, object]], Sequence[BaseRoute]] | None = None
    messenger: Messenger | None = None

    def __post_init__(self) -> None:
        if self.publishes == (self.messenger is not None):
            raise ValueError(f"channel {self.key}: either it publishes or it is a messenger")


async def load_library(channel: str, messenger: Messenger) -> None:
    """Import what ``open`` and ``connect`` need, in a thread: that takes seconds, and everybody would wait.

    Raises ImportError.
    """
    if messenger.library:
        await asyncio.to_thread(importlib.import_module, f"channels.{channel}.account")


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
