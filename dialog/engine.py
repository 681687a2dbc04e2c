"""The engine: conversation and message in, turn out. Pure: it asks through questions and acts through effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from dialog import going_on, managers, notice, overdue, presses, steps, wakeups, who_first
from dialog.conversation import Conversation, OwnerKind
from dialog.free_text import free_text
from dialog.instants import from_text, to_text
from dialog.languages import follow
from dialog.message import CLIENT_KINDS, InboundMessage, Kind
from dialog.questions import Asking
from dialog.turn import Turn, TurnContext
from dialog.waiting import while_waiting
from dialog.walk import Walk

LONGEST_SOURCE = 64
KNOWN_KINDS = frozenset({"photo", "voice", "sticker", "video", "location", "contact"})
ALBUM = timedelta(seconds=15)
"""Photos of one album come one by one: the first is answered, the others within this time are not."""


def turn(conversation: Conversation, said: Sequence[InboundMessage], context: TurnContext) -> Asking[Turn]:
    """One turn. ``said`` is a burst of texts or one other message; ``context.detection`` is of the joined text."""
    walk = Walk(conversation, context)
    route = yield from _route(walk, said)
    if said[0].kind is not Kind.OPENED:
        who_first.keep_leading(walk)
    return walk.finish(route)


def _route(walk: Walk, said: Sequence[InboundMessage]) -> Asking[str]:
    message = said[0]
    if message.kind in CLIENT_KINDS:
        if len(said) > 1:
            message = replace(message, text="\n".join(one.text for one in said if one.text))
        route = yield from _client(walk, message)
        walk.last_at = to_text(walk.now)
        return route
    if message.kind is Kind.MANAGER_REPLY:
        return managers.reply(walk, message)
    if message.kind is Kind.MANAGER_RETURN:
        return (yield from managers.give_back(walk, message))
    if message.kind is Kind.PROMPT_REFUSED:
        return (yield from wakeups.prompt_refused(walk))
    return (yield from wakeups.timer(walk, message))


def _client(walk: Walk, message: InboundMessage) -> Asking[str]:
    if not walk.greeted and message.language in walk.context.rulebook.settings.languages:
        walk.language = message.language or walk.language
    walk.source = message.data.get("source", "")[:LONGEST_SOURCE] or walk.source
    if message.kind is Kind.TEXT:
        follow(walk, message.text)
    _note_phone(walk, message)
    if walk.owner is OwnerKind.HUMAN:
        return (yield from overdue.client_waits(walk))
    if walk.owner is OwnerKind.WAITING:
        return (yield from while_waiting(walk, message))
    route = yield from _to_the_bot(walk, message)
    yield from notice.tell_hours(walk, route)
    return route


def _to_the_bot(walk: Walk, message: InboundMessage) -> Asking[str]:
    if message.kind is Kind.OPENED and message.data.get("code"):
        return going_on.asks(walk, message.data["code"][: going_on.LONGEST_CODE])
    if message.kind is Kind.OPENED:
        return (yield from _opened(walk, asked=bool(message.data.get("again"))))
    if _is_lost(walk):
        # The pinned revision is gone: the client must not be stuck in it.
        walk.leave()
        walk.say("flow_gone")
    if message.kind is Kind.PRESS:
        return (yield from presses.press(walk, message.token))
    if message.kind is Kind.TEXT and managers.led_lately(walk) and steps.accepts(walk) is None:
        return (yield from managers.back_to_manager(walk, message))
    if message.kind is Kind.TEXT:
        return (yield from free_text(walk, message.text))
    return (yield from _not_text(walk, message))


def _note_phone(walk: Walk, message: InboundMessage) -> None:
    """A phone told at any moment, to whomever, is on the client's card: claimed, never verified."""
    told = walk.detection.slots if message.kind is Kind.TEXT else message.data
    if told.get("phone"):
        walk.know_client(name=told.get("name") or None, phone=told["phone"])


def _is_lost(walk: Walk) -> bool:
    flow = walk.flow
    return walk.run is not None and (flow is None or walk.run.state not in flow.steps)


def _opened(walk: Walk, *, asked: bool) -> Asking[str]:
    """The chat was opened; ``asked``: by pressing «Start», which waits for an answer every time."""
    if walk.greeted and not asked:
        return "opened_again"
    walk.greeted = True
    if (yield from who_first.greets(walk)):
        return "opened_by_person"
    yield from steps.menu(walk)
    return "opened"


def _not_text(walk: Walk, message: InboundMessage) -> Asking[str]:
    """Voice, photo, sticker, location, contact: a sensible line, then the step again."""
    walk.greeted = True
    if (yield from who_first.call_first(walk)):
        return "person_first"
    step = steps.accepts(walk)
    phone = message.data.get("phone", "")
    if message.kind is Kind.CONTACT and phone and step is not None and "phone" in step.accept:
        if name := message.data.get("name", ""):
            walk.slots.setdefault("name", name)
        yield from steps.fill(walk, phone)
        return "contact_fills"
    kind = message.data.get("media", "") if message.kind is Kind.MEDIA else message.kind.value
    key = f"got_{kind}" if kind in KNOWN_KINDS else "got_unknown"
    before = walk.repeats(key)
    if before and walk.now - from_text(walk.before.state.last_at) < ALBUM:
        return key
    walk.say(key)
    if step is None or before >= steps.MOST_SHOWN:
        walk.flush((walk.person_option(),))
    else:
        yield from steps.show(walk)
    return key
