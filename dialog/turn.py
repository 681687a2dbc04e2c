"""The result of one turn and the context it was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialog.conversation import Conversation
from dialog.detection import Detection
from dialog.effects import Effect
from dialog.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """Everything a turn may look at besides the conversation. ``now`` is aware UTC.

    ``seed`` (16 random bytes, hex) makes the turn's button tokens: recorded, so that a replay makes the same ones.
    """

    now: datetime
    seed: str
    detection: Detection
    rulebook: Rulebook
    refused: str = ""
    """Why the salon's book refused what this turn wanted when it ran first (booking.refusal.Refusal); mostly empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Why the bot said what it said: for «why did the bot say that» and for tests."""

    route: str
    """The branch of the router that took the message."""
    path: tuple[str, ...] = ()
    """States entered, as ``flow:state``."""
    rungs: tuple[str, ...] = ()
    """Rungs of the ladder that acted on a typed message, the one that took it last (``free_text.why`` explains)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The conversation after the turn, what is to be done, and why."""

    conversation: Conversation
    effects: tuple[Effect, ...]
    trace: Trace
