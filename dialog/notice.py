"""Off hours the bot says so, once: when a person answers, and what can be done right now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialog.conversation import OwnerKind
from dialog.effects import Send
from dialog.instants import from_text, to_text
from dialog.questions import Asking, Promise, PromiseGiven, ask
from dialog.reply import Author
from dialog.walk import Walk

LOOK_AGAIN = timedelta(minutes=30)
"""While somebody is at the desk, the plan is looked at as often as this in one conversation."""
NOBODY_HOLDS = timedelta(days=7)
"""Where no duty is planned at all, this is not said again for so long."""
PARTING = frozenset({"bye", "thanks", "glad"})
"""Whoever only says goodbye is not told opening hours."""


def tell_hours(walk: Walk, route: str) -> Asking[None]:
    """Add the notice to what this turn says, unless the conversation has heard it for the time nobody is there.

    A turn that calls a person promises by itself, and counts as the notice.
    """
    walk.flush()
    if route in PARTING or (walk.hours_told and walk.now < from_text(walk.hours_told)):
        return
    place = next((i for i, effect in enumerate(walk.effects) if _is_bots(effect)), None)
    called = walk.owner is OwnerKind.WAITING
    if place is None and not called:
        return
    promise = yield from ask(Promise(walk.language))
    walk.hours_told = to_text(_holds_until(walk, promise))
    if promise.kind != "now" and place is not None and not called:
        _add(walk, place, f"after_hours_{promise.kind}", promise.when)


def _holds_until(walk: Walk, promise: PromiseGiven) -> datetime:
    if promise.kind == "later" and promise.at is not None:
        return promise.at
    return walk.now + (LOOK_AGAIN if promise.kind == "now" else NOBODY_HOLDS)


def _is_bots(effect: object) -> bool:
    return isinstance(effect, Send) and effect.author is Author.BOT


def _add(walk: Walk, place: int, key: str, when: str) -> None:
    """Below an answer or a greeting, above a question: a question must stay the last thing that is read."""
    send = walk.effects[place]
    assert isinstance(send, Send)
    parts = [(send.reply.text, send.reply.key), (walk.text(key, {"when": when}), key)]
    if send.prompt:
        parts.reverse()
    reply = replace(send.reply, text="\n\n".join(text for text, _ in parts), key="+".join(key for _, key in parts))
    walk.effects[place] = replace(send, reply=reply)
