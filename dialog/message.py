"""What enters a conversation: one noun for clients' messages, timers and managers' actions alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SYSTEM_ACCOUNT = "system"
"""The account under which our own rows (timers, managers' actions) enter the inbox."""


class Kind(StrEnum):
    """What kind of thing came in."""

    TEXT = "text"
    PRESS = "press"
    MEDIA = "media"
    LOCATION = "location"
    CONTACT = "contact"
    OPENED = "opened"
    UNKNOWN = "unknown"
    TIMER = "timer"
    MANAGER_REPLY = "manager_reply"
    MANAGER_RETURN = "manager_return"
    PROMPT_REFUSED = "prompt_refused"


CLIENT_KINDS = frozenset({Kind.TEXT, Kind.PRESS, Kind.MEDIA, Kind.LOCATION, Kind.CONTACT, Kind.OPENED, Kind.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody is reached: the channel, our account on it, the peer's id there."""

    channel: str
    account: str
    peer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One thing that came in, already parsed and cleaned by its channel.

    ``event_key`` is unique per (channel, account): the database refuses a second row with it.
    ``data`` holds small strings by kind: ``media`` (photo, voice...), ``media_id``, ``phone``, ``name``,
    ``again`` (opened by pressing «Start»), ``edited``, ``user`` (id of the manager), ``timer`` (its kind),
    ``choice`` (of a return), ``outbox``, ``source`` (tag of the link by which the client came).
    """

    address: Address
    event_key: str
    kind: Kind
    text: str = ""
    token: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    sent_at: datetime | None = None
    cuts_burst: bool = False
    """True: do not wait for more of the same burst (a press, a command)."""
