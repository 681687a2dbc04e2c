"""Telegram's updates as what was heard. Pure: no call, no clock, nothing but the update."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineKeyboardMarkup, Message, Update
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from channels.clean_text import clean_text
from channels.guards import BadJson, read_json
from channels.heard import Courtesy, FileRef, Heard, Reach, Said, Unreadable
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.limits import limits_of
from channels.telegram.deep_link import JOIN
from dialog.message import Address, InboundMessage, Kind
from dialog.tokens import MORE

CHANNEL = "telegram"
ANSWER, MARK, LEAVE = "answer", "mark", "leave"
CHOSEN = "✓ "
_LIMITS = limits_of(CHANNEL)
_GONE = frozenset({"kicked", "left"})
_PLACES = 5


def parse(event: RawEvent) -> Sequence[Heard]:
    """Everything in one update. Raises Unreadable."""
    try:
        update = Update.model_validate(read_json(event.body))
    except BadJson as error:
        raise Unreadable(str(error)) from None
    except ValidationError as error:
        places = [".".join(map(str, found["loc"])) for found in error.errors()[:_PLACES]]
        raise Unreadable(f"not an update: {', '.join(places)}") from None
    return tuple(_heard(event, update))


def _heard(event: RawEvent, update: Update) -> Iterator[Heard]:
    if update.message is not None:
        yield from _message(event, update.message, edited=False)
    elif update.edited_message is not None:
        yield from _message(event, update.edited_message, edited=True)
    elif update.callback_query is not None:
        yield from _press(event, update.callback_query)
    elif update.my_chat_member is not None:
        yield from _membership(event, update.my_chat_member)


def _address(event: RawEvent, peer: int) -> Address:
    return Address(channel=CHANNEL, account=event.account, peer=str(peer))


def _courtesy(event: RawEvent, kind: str, *values: str) -> Courtesy:
    return Courtesy(channel=CHANNEL, account=event.account, kind=kind, values=values)


def _membership(event: RawEvent, change: ChatMemberUpdated) -> Iterator[Heard]:
    status = change.new_chat_member.status
    if change.chat.type == "private":
        yield Reach(address=_address(event, change.chat.id), open=status not in _GONE)
    elif status not in _GONE:
        yield _courtesy(event, LEAVE, str(change.chat.id))


def _message(event: RawEvent, message: Message, *, edited: bool) -> Iterator[Heard]:
    if message.chat.type != "private":
        if message.chat.type in ("group", "supergroup"):
            yield _courtesy(event, LEAVE, str(message.chat.id))
        return
    if message.from_user is None or message.from_user.is_bot:
        return
    yield from _said(event, message, edited=edited)


def _said(event: RawEvent, message: Message, *, edited: bool) -> Iterator[Heard]:
    text = message.text or ""
    if text.split(" ", 1)[0] == "/start" and not edited:
        yield _opened(event, message, text.partition(" ")[2].strip())
    elif text:
        data = {"edited": "yes"} if edited else {}
        yield _line(event, message, event.key, Kind.TEXT, text, data)
    elif edited:
        return
    else:
        yield from _not_text(event, message)
    yield _courtesy(event, TYPING, str(message.chat.id))


def _opened(event: RawEvent, message: Message, tag: str) -> Said:
    told = clean_text(tag, 64).text
    code = told.removeprefix(JOIN) if told.startswith(JOIN) else ""
    data = {"again": "yes"} | ({"code": code} if code else {"source": told} if told else {})
    return _line(event, message, event.key, Kind.OPENED, "", data)


def _line(
    event: RawEvent,
    message: Message,
    key: str,
    kind: Kind,
    text: str = "",
    data: dict[str, str] | None = None,
    file: str = "",
) -> Said:
    cleaned = clean_text(text, _LIMITS.text_accepted)
    told = (data or {}) | ({"clipped": "yes"} if cleaned.clipped else {})
    address = _address(event, message.chat.id)
    if kind is Kind.TEXT and not cleaned.text:
        kind = Kind.UNKNOWN
    return Said(
        message=InboundMessage(
            address=address,
            event_key=key,
            kind=kind,
            text=cleaned.text,
            data=told,
            language=_language(message.from_user.language_code if message.from_user else None),
            sent_at=message.date,
            cuts_burst=kind not in (Kind.TEXT, Kind.MEDIA),
        ),
        file=FileRef(address=address, event_key=key, ref=file, kind=told.get("media", "")) if file else None,
    )


def _not_text(event: RawEvent, message: Message) -> Iterator[Heard]:
    if message.contact is not None:
        yield _contact(event, message)
    elif message.location is not None:
        place = message.location
        data = {"latitude": f"{place.latitude:.6f}", "longitude": f"{place.longitude:.6f}"}
        yield _line(event, message, event.key, Kind.LOCATION, data=data)
    elif found := _media(message):
        kind, file = found
        yield _line(event, message, event.key, Kind.MEDIA, data={"media": kind}, file=file)
        if message.caption:
            # What is written under a photo is said, too: it may be the question.
            yield _line(event, message, f"{event.key}:caption", Kind.TEXT, message.caption)
    else:
        yield _line(event, message, event.key, Kind.UNKNOWN)


def _media(message: Message) -> tuple[str, str] | None:
    """What it is and the file's name at Telegram; a sticker has nothing worth fetching."""
    if message.photo:
        return "photo", max(message.photo, key=lambda size: size.width * size.height).file_id
    if message.sticker is not None:
        return "sticker", ""
    for kind, file in (
        ("voice", message.voice or message.audio),
        ("video", message.video or message.video_note or message.animation),
        ("document", message.document),
    ):
        if file is not None:
            return kind, file.file_id
    return None


def _contact(event: RawEvent, message: Message) -> Said:
    """The client's own phone is proved by Telegram; somebody else's card is only a phone that he told."""
    contact = message.contact
    sender = message.from_user
    digits = "".join(letter for letter in (contact.phone_number if contact else "") if letter in "0123456789")
    phone = f"+{digits}" if 8 <= len(digits) <= 15 else ""
    own = bool(contact and sender and contact.user_id == sender.id)
    name = clean_text(contact.first_name if contact else "", 60).text
    data = {name: value for name, value in (("phone", phone), ("name", name if own else "")) if value}
    said = _line(event, message, event.key, Kind.CONTACT, phone, data)
    return Said(message=said.message, phone=phone if own else "")


def _press(event: RawEvent, query: CallbackQuery) -> Iterator[Heard]:
    """A press is answered in any case, or the button spins; the old menu shows what was chosen."""
    message = query.message
    markup = message.reply_markup if isinstance(message, Message) else None
    token = query.data or ""
    if message is None or message.chat.type == "private":
        yield Said(
            message=InboundMessage(
                address=_address(event, query.from_user.id),
                event_key=event.key,
                kind=Kind.PRESS,
                text=clean_text(_label(markup, token), 64).text,
                token=clean_text(token, 64).text,
                language=_language(query.from_user.language_code),
                cuts_burst=True,
            )
        )
        yield _courtesy(event, TYPING, str(query.from_user.id))
    yield _courtesy(event, ANSWER, query.id)
    if isinstance(message, Message) and markup is not None and not token.startswith(MORE):
        marked = _marked(markup, token)
        if marked != markup and (chosen := _told(marked)):
            yield _courtesy(event, MARK, str(message.chat.id), str(message.message_id), chosen)


def _label(markup: InlineKeyboardMarkup | None, token: str) -> str:
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if button.callback_data == token:
                return button.text.removeprefix(CHOSEN)
    return ""


def _marked(markup: InlineKeyboardMarkup, token: str) -> InlineKeyboardMarkup:
    rows = [
        [
            button.model_copy(
                update={"text": (CHOSEN if button.callback_data == token else "") + button.text.removeprefix(CHOSEN)}
            )
            for button in row
        ]
        for row in markup.inline_keyboard
    ]
    return markup.model_copy(update={"inline_keyboard": rows})


def _told(markup: InlineKeyboardMarkup) -> str:
    """As JSON; empty when there is half a sign in it, which cannot be sent."""
    try:
        return markup.model_dump_json(exclude_none=True)
    except PydanticSerializationError:
        return ""


def _language(code: str | None) -> str | None:
    return code[:2].lower() if code else None
