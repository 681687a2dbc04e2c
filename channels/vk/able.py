"""What a client's application can show: it says so with every message, and is remembered while the account is open.

Who has said nothing yet gets buttons that every application has had for years.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from channels.rendering.capabilities import CAPABILITIES, Capabilities
from channels.vk.events import ClientInfo

ABLE = "able"
"""The courtesy that brings it: peer and words."""
_CALLBACK, _INLINE, _CAROUSEL, _KEYBOARD = "callback", "inline", "carousel", "keyboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Able:
    """``callback``: a press comes silently; without it the label is written into the chat."""

    callback: bool = False
    inline: bool = True
    carousel: bool = False
    keyboard: bool = True

    @property
    def capabilities(self) -> Capabilities:
        """What may be rendered for this client."""
        can = CAPABILITIES["vk"]
        return replace(
            can,
            inline=can.inline if self.inline else None,
            carousel=can.carousel if self.carousel else None,
            keyboard=can.keyboard if self.keyboard else None,
            asks_location=can.asks_location if self.keyboard else "",
        )


def able_of(info: ClientInfo) -> str:
    """As words."""
    said = {
        _CALLBACK: "callback" in info.button_actions,
        _INLINE: info.inline_keyboard,
        _CAROUSEL: info.carousel,
        _KEYBOARD: info.keyboard,
    }
    return " ".join(word for word, true in said.items() if true)


class Abilities:
    """By peer. Memory is bounded: whoever was silent for longest is forgotten first."""

    def __init__(self, most: int = 20_000) -> None:
        self._known: OrderedDict[str, Able] = OrderedDict()
        self._most = most

    def remember(self, peer: str, words: str) -> None:
        """The newest is true: people change their telephones."""
        said = words.split()
        self._known[peer] = Able(
            callback=_CALLBACK in said, inline=_INLINE in said, carousel=_CAROUSEL in said, keyboard=_KEYBOARD in said
        )
        self._known.move_to_end(peer)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def of(self, peer: str) -> Able:
        """What this client can see."""
        return self._known.get(peer, Able())
