"""The engine: conversation and message in, turn out. Pure: it asks through questions and acts through effects."""

from __future__ import annotations

from collections.abc import Sequence

from dialog import managers, presses, steps, wakeups
from dialog.conversation import Conversation, OwnerKind
from dialog.flow import Step
from dialog.free_text import free_text
from dialog.message import CLIENT_KINDS, InboundMessage, Kind
from dialog.questions import Asking
from dialog.turn import Turn, TurnContext
from dialog.waiting import while_waiting
from dialog.walk import Walk


def turn(conversation: Conversation, said: Sequence[InboundMessage], context: TurnContext) -> Asking[Turn]:
    """One turn. ``said`` is a burst of texts or one other message; ``context.detection`` is of the joined text."""
    walk = Walk(conversation, context)
    if walk.run is not None and walk.flow is None:
        # The pinned revision is gone: the client must not be stuck in it.
        walk.leave()
        walk.say("internal_error")
    route = yield from _route(walk, said)
    return walk.finish(route)


def _route(walk: Walk, said: Sequence[InboundMessage]) -> Asking[str]:
    message = said[0]
    if message.kind in CLIENT_KINDS:
        return (yield from _client(walk, message))
    if message.kind is Kind.MANAGER_REPLY:
        return managers.reply(walk, message)
    if message.kind is Kind.MANAGER_RETURN:
        return (yield from managers.give_back(walk, message))
    if message.kind is Kind.PROMPT_REFUSED:
        return (yield from wakeups.prompt_refused(walk))
    return (yield from wakeups.timer(walk, message))


def _client(walk: Walk, message: InboundMessage) -> Asking[str]:
    if message.language in walk.context.rulebook.settings.languages:
        walk.language = message.language or walk.language
    if walk.owner is OwnerKind.HUMAN:
        return "human"
    if walk.owner is OwnerKind.WAITING:
        return (yield from while_waiting(walk, message))
    if message.kind is Kind.OPENED:
        return (yield from _opened(walk))
    if message.kind is Kind.PRESS:
        return (yield from presses.press(walk, message.token))
    if message.kind is Kind.TEXT:
        return (yield from free_text(walk, message.text))
    return (yield from _not_text(walk, message))


def _opened(walk: Walk) -> Asking[str]:
    if walk.greeted:
        return "opened_again"
    walk.greeted = True
    yield from steps.start(walk, "answers")
    return "opened"


def _not_text(walk: Walk, message: InboundMessage) -> Asking[str]:
    """Voice, photo, sticker, location, contact: a sensible line, then the step again."""
    step = steps.accepts(walk)
    phone = message.data.get("phone", "")
    if message.kind is Kind.CONTACT and phone and _wants_phone(step):
        yield from steps.fill(walk, phone)
        return "contact_fills"
    kind = message.data.get("media", "") if message.kind is Kind.MEDIA else message.kind.value
    known = kind in {"photo", "voice", "sticker", "video", "location", "contact"}
    walk.say(f"got_{kind}" if known else "got_unknown")
    if step is None:
        walk.flush(presses.person_options(walk))
    else:
        yield from steps.show(walk)
    return f"got_{kind}"


def _wants_phone(step: Step | None) -> bool:
    return step is not None and "phone" in step.accept
