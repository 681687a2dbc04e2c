"""What a channel makes of one raw event: pure, and nothing of it is done yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from channels.hook import RawEvent
from dialog.message import Address, InboundMessage
from dialog.outbox import Mark, SendStatus


class Unreadable(ValueError):
    """The event is not what this messenger sends. The message says where, never what a client wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A client's file that the messenger keeps for us: ``ref`` is its name there, ``kind`` photo, voice, video..."""

    address: Address
    event_key: str
    ref: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A client's message. ``phone``: his own, proved by the messenger."""

    message: InboundMessage
    file: FileRef | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The client has shut or opened the door: whether lines can reach him."""

    address: Address
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The messenger says that the client is at another address from now on (a new number)."""

    address: Address
    to: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The messenger says what became of a line of ours. ``mark``: what was sent along with it, where it comes back.

    ``error``: why it failed, in a few words of our own.
    """

    channel: str
    account: str
    provider_id: str
    status: SendStatus
    mark: Mark | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesy:
    """Something to do at the messenger that is no line of a conversation, and no harm if it fails.

    ``kind`` is the channel's own word; ``values`` its arguments.
    """

    channel: str
    account: str
    kind: str
    values: tuple[str, ...] = ()


Heard = Said | Reach | Moved | Receipt | Courtesy


class Parser(Protocol):
    """Reads one raw event. Makes no network call."""

    def __call__(self, event: RawEvent) -> Sequence[Heard]:
        """Everything in it, in order; nothing for what does not concern us. Raises Unreadable."""
        ...
