"""What a booking request does besides asking."""

from __future__ import annotations

from collections.abc import Mapping

from dialog.flow import Action, Walker
from dialog.questions import Asking

IN_CHAT = "in_chat"


def remember_client(walk: Walker) -> Asking[None]:
    """Keep the name and the phone that were typed: claimed, never verified."""
    phone = walk.slots.get("phone", "")
    walk.know_client(name=walk.slots.get("name"), phone=None if phone in {"", IN_CHAT} else phone)
    yield from ()


def hand_over_lead(walk: Walker) -> Asking[None]:
    """Put the request into the managers' queue with everything that was gathered."""
    yield from walk.hand_over(reason="lead", label="lead", opening="lead_taken")


ACTIONS: Mapping[str, Action] = {"remember_client": remember_client, "hand_over_lead": hand_over_lead}
