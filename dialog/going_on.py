"""Whoever comes by a link from another chat is asked whether it was he who wrote there, and only then is one person.

A link can be sent to somebody else: what he has proved here would then be open to whoever sent it.
"""

from __future__ import annotations

from dialog import steps
from dialog.effects import Join
from dialog.questions import Asking, LinkHolds, Option, ask
from dialog.walk import Walk

YES, NO = "join_yes", "join_no"
LONGEST_CODE = 64


def asks(walk: Walk, code: str) -> str:
    """Ask before anything is done. ``code`` is what the link brought, believed by nobody yet."""
    walk.greeted = True
    walk.say("join_ask")
    walk.flush([Option(f"!{YES} {code}", walk.text("choice_join", {})), Option(f"!{NO}", walk.text("choice_stay", {}))])
    return "join_asks"


def answered(walk: Walk, command: str) -> Asking[str]:
    """Join, or do not; then go on where the client was."""
    verb, _, code = command.partition(" ")
    if verb == NO:
        walk.say("join_refused")
    elif (yield from ask(LinkHolds(code, walk.conversation))):
        walk.effects.append(Join(code=code))
        walk.say("joined")
    else:
        walk.say("join_late")
    if steps.accepts(walk) is not None:
        yield from steps.show(walk)
    else:
        yield from steps.menu(walk)
    return verb
