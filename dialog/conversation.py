"""The one row that a turn changes: who owns the conversation and where its dialog stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dialog.ids import ConversationId
from dialog.message import Address


class OwnerKind(StrEnum):
    """Who speaks for the salon now."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass through a flow, pinned to the revision it started on."""

    number: int
    flow: str
    revision: int
    state: str
    slots: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    """States that asked something, in the order first asked: the way back."""
    page: int = 0
    """Which page of the current state's live choices is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A set of buttons that was shown: enough to resolve a press, nothing that a client could forge."""

    run: int
    flow: str
    state: str
    seed: str
    values: tuple[str, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What was spoken of last, and when (ISO 8601): a service, or an answer of the salon that branches differ in."""

    at: str
    service: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogState:
    """All that the engine remembers between two turns of one conversation."""

    run: Run | None = None
    suspended: Run | None = None
    prompts: tuple[Prompt, ...] = ()
    runs: int = 0
    misses: int = 0
    soft_upsets: int = 0
    greeted: bool = False
    last_press: str = ""
    """Token and moment of the last press: the second half of a double tap does nothing."""
    waiting_for: str = ""
    """Class of the hand-over whose promise the client waits for; empty when nobody is promised."""
    last_manager: int = 0
    """Who led the conversation last; 0 when nobody ever did."""
    managed_at: str = ""
    """When he gave it back."""
    source: str = ""
    """The tag of the link by which the client came last."""
    hours_told: str = ""
    """Until when nothing need be said about who answers and when; empty: it was never looked at."""
    bot_leads_until: str = ""
    """Until when the bot goes on answering although people come first (``who_first``)."""
    last_route: str = ""
    """Route of the last turn that came to anything."""
    repeats: int = 0
    """How often ``last_route`` was taken in a row before its last time."""
    last_at: str = ""
    """Moment of the client's last turn; empty before the first."""
    topic: Topic | None = None
    dropped: Run | None = None
    """What was called off last, with its fields: whoever wants it after all goes on with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation as a turn sees it. ``version`` grows by one with every committed change."""

    id: ConversationId
    address: Address
    language: str
    owner: OwnerKind
    owner_id: int | None
    epoch: int
    version: int
    state: DialogState
    prompt_status: str = ""
    """Outbox status of the prompt that is waiting for an answer; empty when there is none."""
    last_client_at: datetime | None = None
