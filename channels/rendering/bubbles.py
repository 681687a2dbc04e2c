"""What a messenger is to show, in its own forms but in nobody's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dialog.reply import Attachment


class Form(StrEnum):
    """How the choices of a message look."""

    PLAIN = "plain"
    BUTTONS = "buttons"
    KEYBOARD = "keyboard"
    MENU = "menu"
    CAROUSEL = "carousel"
    NUMBERED = "numbered"


class Touch(StrEnum):
    """What a button does."""

    PICK = "pick"
    LINK = "link"
    PHONE = "phone"
    LOCATION = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button, row of a menu or card. ``whole``: the label before it was cut; ``token`` comes back when pressed."""

    label: str
    whole: str
    token: str = ""
    touch: Touch = Touch.PICK
    url: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message. ``rows``: its buttons; a menu and a carousel have one in each. ``opener`` opens a menu.

    ``keyboard``: one-touch answers in place of the letters, on a message of their own where buttons are inline.
    """

    text: str
    form: Form = Form.PLAIN
    rows: tuple[tuple[Button, ...], ...] = ()
    opener: str = ""
    file: Attachment | None = None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All of them, in order."""
        return tuple(button for row in self.rows for button in row)
