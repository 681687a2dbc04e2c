"""What managers do inside a conversation: answer, give it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dialog import smiley, steps
from dialog.conversation import OwnerKind
from dialog.effects import Send
from dialog.instants import from_text, to_text
from dialog.message import InboundMessage
from dialog.questions import Asking
from dialog.reply import Author, Reply
from dialog.walk import Walk

MANAGER = "manager"


def reply(walk: Walk, message: InboundMessage) -> str:
    """A manager's line goes out as it was typed. The desk has checked that the conversation is theirs."""
    walk.effects.append(
        Send(
            reply=Reply(text=message.text),
            author=Author.MANAGER,
            author_id=int(message.data["user"]),
            message_class="manager",
            dedupe=message.event_key,
        )
    )
    walk.unwatch()
    return "manager_reply"


def give_back(walk: Walk, message: InboundMessage) -> Asking[str]:
    """The bot speaks again: from the old step, from the menu, or silent until the client writes; closed, it may ask
    how it was.

    A manager may have taken the conversation in the middle of a flow that was never suspended: it counts as kept.
    """
    if walk.owner is OwnerKind.BOT:
        return "return_late"
    kept, walk.suspended = walk.suspended, None
    if kept is None and walk.run is not None and steps.accepts(walk) is not None:
        kept = replace(walk.run, slots=dict(walk.slots), trail=tuple(walk.trail))
    walk.leave()
    walk.take_back("returned")
    walk.last_manager, walk.managed_at = int(message.data["user"]), to_text(walk.now)
    choice = message.data.get("choice", "silent")
    if choice == "close":
        return smiley.ask_for(walk)
    if choice == "step" and kept is not None and (yield from steps.resume(walk, kept)):
        return "return_step"
    if choice in {"menu", "step"}:
        walk.say("bot_back")
        yield from steps.menu(walk)
        return "return_menu"
    return "return_silent"


def led_lately(walk: Walk) -> bool:
    """Whether the salon wants this client to come back to whoever led the conversation last."""
    settings, detection = walk.context.rulebook.settings, walk.detection
    if settings.returning_client != MANAGER or not walk.last_manager or detection.command or detection.gate:
        return False
    return walk.now - from_text(walk.managed_at) < timedelta(hours=settings.returning_hours)


def back_to_manager(walk: Walk, message: InboundMessage) -> Asking[str]:
    """Call the manager of last time; when nobody comes, it goes the way of every hand-over."""
    walk.heard = message.text
    manager, walk.last_manager = walk.last_manager, 0
    yield from walk.hand_over(reason="returning", label="human", opening="handover_returning", to=manager)
    return "returning"
