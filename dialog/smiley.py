"""How was it? Asked once when a person closes a conversation, answered by one press."""

from __future__ import annotations

from dialog.effects import Note
from dialog.questions import Asking, Option
from dialog.reply import Author
from dialog.walk import Walk

GOOD, FAIR, BAD = MARKS = ("smiley_good", "smiley_fair", "smiley_bad")


def ask_for(walk: Walk) -> str:
    """Offer three smileys, if the salon wants that."""
    if not walk.context.rulebook.settings.ask_smiley:
        return "closed"
    walk.say("ask_smiley")
    options = [
        Option(f"!{GOOD}", walk.text("choice_smiley_good", {})),
        Option(f"!{FAIR}", walk.text("choice_smiley_fair", {})),
        Option(f"!{BAD}", walk.text("choice_smiley_bad", {})),
    ]
    walk.flush(options, author=Author.SYSTEM)
    return "closed_asks"


def taken(walk: Walk, mark: str) -> Asking[str]:
    """Write the mark down; after a bad one a person asks what was wrong."""
    walk.effects.append(Note(kind="mark", body={"mark": mark, "user": str(walk.last_manager)}))
    if mark == BAD:
        yield from walk.hand_over(reason="mark", label="mark")
        return mark
    walk.say("smiley_good" if mark == GOOD else "smiley_fair")
    walk.flush()
    return mark
