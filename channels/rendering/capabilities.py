"""What each messenger can show: one record each, the only place where their limits are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from channels.limits import limits_of


class Unit(StrEnum):
    """In what a messenger counts the length of a text."""

    POINTS = "points"
    UTF16 = "utf16"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of buttons. ``wide``: letters that can be read on a button which has a row to itself."""

    per_row: int
    rows: int
    most: int
    label: int
    wide: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A list that opens: ``opener`` is the longest label of the button that opens it."""

    rows: int
    label: int
    description: int
    opener: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carousel:
    """Cards beside each other, each with a title, a line below it and a button."""

    cards: int
    title: int
    description: int
    label: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One messenger. What is None it does not have; with neither buttons nor a menu, choices become numbered lines.

    ``text``: longest text; ``text_with_choices``: longest text of a message that carries buttons or a menu.
    ``inline``: buttons under the message; ``keyboard``: buttons in place of the letters.
    ``asks_phone``, ``asks_location``: where the one-touch answer is, ``keyboard``, ``inline``, ``alone`` (a message
    that has nothing else) or nowhere.
    ``window_hours``: how long after a client's message lines can reach him; 0: for ever.
    """

    text: int
    text_with_choices: int
    unit: Unit = Unit.POINTS
    inline: Grid | None = None
    menu: Menu | None = None
    carousel: Carousel | None = None
    keyboard: Grid | None = None
    asks_phone: str = ""
    asks_location: str = ""
    files: bool = False
    photos_in: bool = True
    window_hours: int = 0

    @property
    def text_limit(self) -> int:
        """Longest text of one message."""
        return self.text


_VK = Capabilities(
    text=4_096,
    text_with_choices=4_096,
    inline=Grid(per_row=5, rows=6, most=10, label=40, wide=40),
    carousel=Carousel(cards=10, title=80, description=80, label=40),
    keyboard=Grid(per_row=5, rows=10, most=40, label=40, wide=40),
    asks_location="keyboard",
    files=True,
)

CAPABILITIES: Mapping[str, Capabilities] = {
    "telegram": Capabilities(
        text=4_096,
        text_with_choices=4_096,
        unit=Unit.UTF16,
        inline=Grid(per_row=8, rows=100, most=100, label=64, wide=36),
        asks_phone="keyboard",
        asks_location="keyboard",
        files=True,
    ),
    "whatsapp": Capabilities(
        text=4_096,
        text_with_choices=1_024,
        inline=Grid(per_row=1, rows=3, most=3, label=20, wide=20),
        menu=Menu(rows=10, label=24, description=72, opener=20),
        asks_location="alone",
        files=True,
        window_hours=24,
    ),
    "vk": _VK,
    "vk_old": replace(_VK, inline=None, carousel=None),
    "max": Capabilities(
        text=4_000,
        text_with_choices=4_000,
        # A row with a link or a one-touch answer holds three; one of thirty rows is left for that answer.
        inline=Grid(per_row=3, rows=29, most=210, label=128, wide=20),
        asks_phone="inline",
        asks_location="inline",
        files=True,
    ),
    "sms": Capabilities(text=670, text_with_choices=670, photos_in=False),
    "webchat": Capabilities(
        text=limits_of("webchat").text_shown,
        text_with_choices=limits_of("webchat").text_shown,
        inline=Grid(per_row=40, rows=40, most=40, label=60, wide=60),
    ),
}
"""By channel. ``vk_old``: VK for a client that says it knows neither buttons under a message nor cards."""

WINDOWS: Mapping[str, int] = {key: can.window_hours for key, can in CAPABILITIES.items() if can.window_hours}
"""Hours, by channel: where somebody must have written lately to be answered."""
