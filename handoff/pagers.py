"""Managers' own messenger: who is linked to it, what it has to tell them. The port that a store fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.errors import ZabotaError
from dialog.ids import ConversationId, UserId
from handoff.accounts import User

WAITS = "waits"
"""A conversation waits for a person."""
LINE = "line"
"""The client has written in a conversation that was taken from the messenger."""

AGAIN = "again"
"""What was put off in the messenger is due."""


class CodeSpent(ZabotaError):
    """The one-time code was used, replaced or never made, or its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """A person's chat with the managers' bot. ``on_shift`` False: only what nobody else comes for is told."""

    user: User
    chat: int
    on_shift: bool
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message to one person about one conversation; sent once. ``token``: 32 hex digits.

    ``epoch`` is the ownership it speaks of: any other means that it is settled. ``since``: a LINE tells the client's
    lines after this moment. ``message``: its number in the chat, 0 while it is not sent.
    """

    id: int
    token: str
    kind: str
    user_id: UserId
    chat: int
    conversation_id: ConversationId
    public_id: str
    epoch: int
    level: int
    since: datetime | None
    message: int


class Pagers(Protocol):
    """Every change is one transaction. StoreBusy: nothing was changed. Authorisation is the caller's."""

    async def name(self) -> str:
        """The bot's user name, without ``@``; empty as long as it has never run."""
        ...

    async def introduce(self, name: str) -> None:
        """Remember the bot's user name."""
        ...

    async def listen(self, who: str, now: datetime, until: datetime) -> bool:
        """Ask to be the one process that fetches the bot's updates, up to ``until``. Asking again prolongs it."""
        ...

    async def make_code(self, user: UserId, code_hash: str, expires_at: datetime) -> None:
        """A one-time code for this person; an older one is worthless."""
        ...

    async def link(self, code_hash: str, chat: int, now: datetime) -> Pager:
        """Spend a code: this chat is the person's, and nobody else's. Raises CodeSpent."""
        ...

    async def unlink(self, user: UserId) -> bool:
        """The chat is nobody's; what was to be told there is not told. False: there was none."""
        ...

    async def by_chat(self, chat: int) -> Pager | None:
        """Whose chat this is; nobody's, when the person may not come in any more."""
        ...

    async def all(self) -> Sequence[Pager]:
        """Everybody who is linked and may come in, by name."""
        ...

    async def shift(self, user: UserId, on: bool) -> None:
        """On shift, or resting."""
        ...


class Alerts(Protocol):
    """What is to be told, each to each person once, whatever number of processes works on it."""

    async def gather(self, now: datetime, patience: float) -> int:
        """Write down whom to tell of what: hand-overs that wait longer than ``patience`` seconds, clients' new lines.

        Each alert is made once, however often and by however many this is called. Returns how many are new.
        """
        ...

    async def take(self, now: datetime, most: int) -> Sequence[Alert]:
        """Alerts to send now, handed out once. One whose sender died is never handed out again."""
        ...

    async def sent(self, alert_id: int, message: int) -> None:
        """It is in the chat, under this number."""
        ...

    async def failed(self, alert_id: int, status: str) -> None:
        """It will not be sent: ``void | gone | unknown | rejected``."""
        ...

    async def later(self, alert_id: int, at: datetime) -> None:
        """It was surely not sent: again at this moment."""
        ...

    async def settle(self, most: int) -> Sequence[Alert]:
        """Alerts in the chats whose conversation does not wait any more, handed out once, so that they say so."""
        ...

    async def by_token(self, token: str) -> Alert | None:
        """The alert behind a button."""
        ...

    async def by_message(self, chat: int, message: int) -> Alert | None:
        """The alert that somebody has answered."""
        ...

    async def mark_taken(self, alert_id: int, now: datetime) -> None:
        """Its reader has taken the conversation by it, and goes on in the messenger."""
        ...
