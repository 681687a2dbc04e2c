"""What the managers' bot needs of a messenger: the port that Telegram's library stands behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dialog.errors import ZabotaError


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """``data``: 64 bytes at most come back when it is pressed."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message to a manager, with rows of buttons under it."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A manager wrote. ``answers``: the number of the message that this one answers, 0 for none."""

    chat: int
    message: int
    text: str
    answers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A manager pressed a button of ``message``; ``query`` waits for an answer."""

    chat: int
    message: int
    query: str
    data: str


class Fate(StrEnum):
    """What became of a message that was not simply accepted."""

    LATER = "later"
    """Surely not taken, worth another try."""
    GONE = "gone"
    """Nobody is there: the bot is blocked, or the chat is no more."""
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    """It may have arrived: to send it again could say it twice."""


class NotSent(ZabotaError):
    """A call that did not end well. ``retry_after`` in seconds, for LATER."""

    def __init__(self, fate: Fate, retry_after: float = 5.0) -> None:
        super().__init__(fate.value)
        self.fate = fate
        self.retry_after = retry_after


class BadToken(ZabotaError):
    """The messenger does not know this bot."""


class Chat(Protocol):
    """The managers' bot on its messenger. Any call may raise NotSent or BadToken."""

    async def open(self) -> str:
        """Connect; the bot's user name without ``@``."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...

    async def send(self, chat: int, card: Card) -> int:
        """Show a new message; its number."""
        ...

    async def edit(self, chat: int, message: int, card: Card) -> None:
        """Show something else instead. The same once more is no error."""
        ...

    async def remove(self, chat: int, message: int) -> None:
        """Take a message of the bot's back."""
        ...

    async def nod(self, chat: int, message: int) -> None:
        """Mark a manager's own message: it has gone to the client."""
        ...

    async def answer(self, query: str, text: str = "") -> None:
        """End the waiting of a button. One that was pressed too long ago is no error."""
        ...

    async def heard(self, cursor: int) -> tuple[Sequence[Said | Pressed], int]:
        """Wait for what managers do from ``cursor`` on; asking from the new cursor confirms it."""
        ...
