"""What goes out: a reply before any messenger has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Lane(StrEnum):
    """Order is kept within a lane; a deferral blocks its own lane only."""

    DIALOG = "dialog"
    SERVICE = "service"
    MARKETING = "marketing"


class Author(StrEnum):
    """Who speaks. The bot's lines are voided when a person takes over; the system's are not."""

    BOT = "bot"
    SYSTEM = "system"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button: its label and the opaque token that comes back when it is pressed."""

    label: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One line of the conversation, rendered to final text, with its buttons."""

    text: str
    choices: tuple[Choice, ...] = ()
    key: str = ""
    """The text key it was made from: for traces and tests, never shown."""
