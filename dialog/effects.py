"""What a turn wants done. Effects are imperative; storage carries them out in the turn's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from booking.orders import ClientOrder
from dialog.detection import Reason
from dialog.reply import Author, Lane, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Say something to the client. ``prompt``: the step accepts answers only after this was shown."""

    reply: Reply
    author: Author = Author.BOT
    author_id: int | None = None
    lane: Lane = Lane.DIALOG
    message_class: str = "dialog"
    prompt: bool = False
    dedupe: str = ""
    """A key unique for the installation (a manager's client id); empty: made from the turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Put the conversation into the managers' queue: one open handoff per conversation, always."""

    reason: str
    """``asked | gate | mood | misses | lead | mark | returning | silent | left``."""
    label: str
    """Class for the queue: the name of a policy."""
    priority: int
    """1 first."""
    triggers: tuple[Reason, ...] = ()
    promised_at: datetime | None = None
    """The moment that the client was told."""
    answers: Mapping[str, str] = field(default_factory=dict)
    to: int | None = None
    """The manager it is meant for, who led the conversation before; anybody may take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Nobody answers: the open hand-over rises to ``level`` (1: the desk again, 2 and more: the leaders)."""

    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseHandoff:
    """End the open handoff: ``returned | withdrawn``."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    """Wake this conversation at ``due_at``. Setting the same kind again replaces it (revision grows).

    ``keep``: one that is set already stays as it is.
    """

    kind: str
    due_at: datetime
    data: Mapping[str, str] = field(default_factory=dict)
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer:
    """Forget the timer of this kind, if there is one."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something for the salon's eyes: ``answered``, ``missed``, ``lead``, ``upset``; counted and listed."""

    kind: str
    body: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClient:
    """Remember what the client told of himself: ``name``, ``phone`` (claimed, never verified)."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Have the salon's book do something. When it refuses, nothing of the turn is written: the turn runs once more
    and finds the reason in its context (``refused``)."""

    order: ClientOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent:
    """The client agreed to a text: ``kind`` (``personal_data``), its version and the text as it was shown."""

    kind: str
    version: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSurvey:
    """The client is asked about a visit: ``feedback`` or ``nps``. Once per visit, whatever happens."""

    visit: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSurvey:
    """What the client said of the visit that this conversation was asked about last. None: not said."""

    mark: int | None = None
    nps: int | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """This address belongs to the person who was given ``code``. Nothing when it has been used meanwhile."""

    code: str


Effect = (
    Send
    | HandOver
    | Escalate
    | CloseHandoff
    | SetTimer
    | CancelTimer
    | Note
    | SetClient
    | Book
    | GiveConsent
    | AskSurvey
    | AnswerSurvey
    | Join
)
