"""What managers do inside a conversation: answer, give it back."""

from __future__ import annotations

from dialog import steps
from dialog.conversation import OwnerKind
from dialog.effects import Send
from dialog.message import InboundMessage
from dialog.questions import Asking
from dialog.reply import Author, Reply
from dialog.walk import Walk


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
    return "manager_reply"


def give_back(walk: Walk, message: InboundMessage) -> Asking[str]:
    """The bot speaks again: from the old step, from the menu, or silent until the client writes."""
    if walk.owner is OwnerKind.BOT:
        return "return_late"
    walk.take_back("returned")
    kept, walk.suspended = walk.suspended, None
    choice = message.data.get("choice", "silent")
    if choice == "step" and kept is not None and (kept.flow, kept.revision) in walk.context.rulebook.flows:
        walk.enter(kept)
        walk.say("back_to_step")
        yield from steps.show(walk)
    elif choice in {"menu", "step"}:
        yield from steps.start(walk, "answers")
    return f"return_{choice}"
