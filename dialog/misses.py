"""What the bot could not make sense of: counted in one place, and never left without a person for long."""

from __future__ import annotations

from dialog.questions import Asking
from dialog.walk import Walk

GIVEN_UP = "misses"
"""The route of a conversation that goes to a person because the bot does not understand."""


def missed(walk: Walk, *, noted: bool) -> Asking[bool]:
    """Count one more. True: it was one too many, and a person has been called.

    ``noted``: it was a question of the client, and the salon wants to read it.
    """
    if noted:
        walk.note_question()
    walk.misses += 1
    if walk.misses < walk.context.rulebook.settings.misses_before_person:
        return False
    yield from give_up(walk)
    return True


def give_up(walk: Walk) -> Asking[None]:
    """Call a person, with everything that was told."""
    yield from walk.hand_over(reason="misses", label="misses")
