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


class Asks(StrEnum):
    """What the client's own messenger may fill in with one touch, where it can."""

    NOTHING = ""
    PHONE = "phone"
    LOCATION = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button: its label and the opaque token that comes back when it is pressed.

    ``description``: a second, smaller line where a messenger has one. ``url``: the button opens it and sends nothing.
    """

    label: str
    token: str
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a line (a visit for the calendar): small, and so kept with the line itself.

    ``label``: what the client is told it is for, where a screen shows a link to it.
    """

    name: str
    content_type: str
    content: bytes
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One line of the conversation, rendered to final text, with its buttons."""

    text: str
    choices: tuple[Choice, ...] = ()
    key: str = ""
    """The text key it was made from: for traces and tests, never shown."""
    asks: Asks = Asks.NOTHING
    media: tuple[Attachment, ...] = ()
