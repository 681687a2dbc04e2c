"""Consent to keep what the client tells of himself: once per person and version of the text."""

from __future__ import annotations

from dialog.book_questions import ClientOf
from dialog.flow import Walker
from dialog.questions import Asking, ask

KIND = "personal_data"
VERSION = 1
"""Grows with every change of the text that lawyers would call a change."""


def check_consent(walk: Walker) -> Asking[None]:
    """Who has agreed to this version is not asked again."""
    client = yield from ask(ClientOf(walk.conversation))
    if client.agreed(KIND, VERSION) or walk.slots.get("moves"):
        walk.slots["agreed"] = "agreed"


def give_consent(walk: Walker) -> Asking[None]:
    """Write down what was agreed to, word for word."""
    walk.agree(KIND, VERSION, walk.text("consent_text", walk.slots))
    yield from ()
