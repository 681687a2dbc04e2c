"""MAX's updates as what was heard. Pure: no call, no clock, nothing but the update.

maxapi knows the types; what it does not know makes the whole update vanish for it, a message with one new kind of
attachment for instance. So such an update is read once more for the little that an answer needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from maxapi.enums.chat_type import ChatType
from maxapi.types.message import Message
from maxapi.types.updates import UpdateUnionAdapter
from maxapi.types.updates.bot_added import BotAdded
from maxapi.types.updates.bot_started import BotStarted
from maxapi.types.updates.bot_stopped import BotStopped
from maxapi.types.updates.dialog_removed import DialogRemoved
from maxapi.types.updates.message_callback import MessageCallback
from maxapi.types.updates.message_created import MessageCreated
from maxapi.types.updates.message_edited import MessageEdited
from pydantic import ValidationError

from channels.clean_text import clean_text
from channels.guards import BadJson, read_json
from channels.heard import Courtesy, Heard, Reach, Said, Unreadable
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.max.deep_link import JOIN
from channels.max.door import OWN, at
from channels.max.marking import chosen, label_of, marked
from channels.max.saying import address_of, line, pieces
from dialog.message import Kind

ANSWER, LATE, LEAVE = "answer", "late", "leave"
_KNOWN = frozenset({
    "message_created", "message_edited", "message_callback", "bot_started", "bot_stopped", "dialog_removed",
    "bot_added",
})  # fmt: skip
"""Kinds that concern us. Others (muted, cleared, a new title, kinds that come later) are kept and do nothing."""


def parse(event: RawEvent) -> Sequence[Heard]:
    """Everything in one update. Raises Unreadable."""
    own = event.body.startswith(OWN)
    try:
        update = read_json(event.body.removeprefix(OWN))
    except BadJson as error:
        raise Unreadable(str(error)) from None
    kind = at(update, "update_type")
    if not isinstance(update, Mapping) or not isinstance(kind, str):
        raise Unreadable("not an update")
    if kind not in _KNOWN:
        return ()
    try:
        model = UpdateUnionAdapter.validate_python(update)
    except ValidationError:
        return tuple(_little(event, update, kind))
    return tuple(_heard(event, model, own=own))


def _heard(event: RawEvent, update: object, *, own: bool) -> Iterator[Heard]:
    match update:
        case MessageCreated():
            yield from _message(event, update.message, update.user_locale, own=own)
        case MessageEdited():
            yield from _edited(event, update.message)
        case MessageCallback():
            yield from _press(event, update)
        case BotStarted():
            yield _opened(event, update)
            yield _courtesy(event, TYPING, str(update.chat_id))
        case BotStopped() | DialogRemoved():
            yield Reach(address=address_of(event, update.chat_id), open=False)
        case BotAdded():
            yield _courtesy(event, LEAVE, str(update.chat_id))


def _courtesy(event: RawEvent, kind: str, *values: str) -> Courtesy:
    return Courtesy(channel=event.channel, account=event.account, kind=kind, values=values)


def _message(event: RawEvent, message: Message, locale: str | None, *, own: bool) -> Iterator[Heard]:
    chat = message.recipient.chat_id
    if chat is None or message.sender is None or message.sender.is_bot:
        return
    if message.recipient.chat_type is not ChatType.DIALOG:
        if message.recipient.chat_type is ChatType.CHAT:
            yield _courtesy(event, LEAVE, str(chat))
        return
    yield from pieces(event, message, chat, locale, own=own)
    yield _courtesy(event, TYPING, str(chat))


def _edited(event: RawEvent, message: Message) -> Iterator[Heard]:
    chat = message.recipient.chat_id
    said = message.body.text if message.body else None
    dialog = message.recipient.chat_type is ChatType.DIALOG
    if chat is None or not said or not dialog or message.sender is None or message.sender.is_bot:
        return
    yield line(event, chat, text=said, data={"edited": "yes"}, at_ms=message.timestamp)
    yield _courtesy(event, TYPING, str(chat))


def _opened(event: RawEvent, update: BotStarted) -> Said:
    told = clean_text(update.payload or "", 64).text
    code = told.removeprefix(JOIN) if told.startswith(JOIN) else ""
    data = {"again": "yes"} | ({"code": code} if code else {"source": told} if told else {})
    locale, when = update.user_locale, update.timestamp
    return line(event, update.chat_id, kind=Kind.OPENED, data=data, locale=locale, at_ms=when)


def _press(event: RawEvent, update: MessageCallback) -> Iterator[Heard]:
    """A press is answered in any case; the answer shows in the old menu what was chosen."""
    message, callback = update.message, update.callback
    chat = message.recipient.chat_id if message else None
    if message is None or chat is None:
        # The menu was deleted under the finger: there is no dialog to answer in but the one with this button.
        yield _courtesy(event, LATE, callback.callback_id)
        return
    token = callback.payload or ""
    if message.recipient.chat_type is ChatType.DIALOG:
        said, locale = label_of(message, token), update.user_locale
        yield line(event, chat, kind=Kind.PRESS, token=token, text=said, locale=locale, at_ms=callback.timestamp)
        yield _courtesy(event, TYPING, str(chat))
    menu = marked(message, token) if chosen(token) else ""
    yield _courtesy(event, ANSWER, callback.callback_id, *([menu] if menu else []))


def _little(event: RawEvent, update: Mapping[str, object], kind: str) -> Iterator[Heard]:
    """What an answer needs, of an update that maxapi cannot read. Raises Unreadable when not even that is there."""
    chat = at(update, "message", "recipient", "chat_id")
    if not isinstance(chat, int) or isinstance(chat, bool):
        chat = at(update, "chat_id")
    if not isinstance(chat, int) or isinstance(chat, bool):
        raise Unreadable(f"{kind} without a chat")
    match kind:
        case "message_created" | "message_edited":
            message = at(update, "message")
            text = at(message, "body", "text")
            if at(message, "recipient", "chat_type") == "dialog" and not at(message, "sender", "is_bot"):
                data = {"edited": "yes"} if kind == "message_edited" else {}
                yield line(event, chat, text=text if isinstance(text, str) else "", data=data)
                yield _courtesy(event, TYPING, str(chat))
        case "message_callback":
            press, token = at(update, "callback", "callback_id"), at(update, "callback", "payload")
            yield line(event, chat, kind=Kind.PRESS, token=token if isinstance(token, str) else "")
            if isinstance(press, str) and press:
                yield _courtesy(event, ANSWER, press)
        case "bot_started":
            yield line(event, chat, kind=Kind.OPENED, data={"again": "yes"})
        case "bot_stopped" | "dialog_removed":
            yield Reach(address=address_of(event, chat), open=False)
        case _:
            yield _courtesy(event, LEAVE, str(chat))
