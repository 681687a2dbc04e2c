"""WhatsApp's events as what was heard. Pure: no call, no clock, nothing but the event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from channels.clean_text import clean_text
from channels.guards import BadJson, read_json
from channels.heard import Courtesy, FileRef, Heard, Moved, Reach, Receipt, Said, Unreadable
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.limits import limits_of
from channels.whatsapp.codes import meaning_of
from channels.whatsapp.door import CHANNEL
from channels.whatsapp.mark import part_of
from channels.whatsapp.wire import Chosen, Envelope, Message, Status, Value
from dialog.message import Address, InboundMessage, Kind
from dialog.outbox import SendStatus, Settled
from dialog.tokens import MORE, TOKEN_LENGTH

_LIMITS = limits_of(CHANNEL)
_PLACES = 5
_OURS = re.compile(rf"{re.escape(MORE)}?[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}", re.ASCII)
_PHONE = re.compile(r"[0-9]{8,15}", re.ASCII)
_SILENT = frozenset({"reaction", "revoke", "request_welcome"})
"""A thumb under a line and a line taken back say nothing that could be answered."""
_STATUSES = {
    "sent": SendStatus.ACCEPTED,
    "delivered": SendStatus.DELIVERED,
    "read": SendStatus.READ,
    "played": SendStatus.READ,
    "failed": SendStatus.FAILED,
}


def parse(event: RawEvent) -> Sequence[Heard]:
    """Everything in one event; of a batch that is stored whole, everything in it. Raises Unreadable."""
    try:
        envelope = Envelope.model_validate(read_json(event.body))
        values = [
            Value.model_validate(change.value)
            for entry in envelope.entry
            for change in entry.changes
            if change.field == "messages"
        ]
    except BadJson as error:
        raise Unreadable(str(error)) from None
    except ValidationError as error:
        places = [".".join(map(str, found["loc"])) for found in error.errors()[:_PLACES]]
        raise Unreadable(f"not an event: {', '.join(places)}") from None
    return tuple(one for value in values for one in _heard(event.account, value))


def _heard(account: str, value: Value) -> Iterator[Heard]:
    for message in value.messages:
        peer = _sender(message, value)
        if not peer:
            raise Unreadable("a message of nobody")
        yield from _message(Address(channel=CHANNEL, account=account, peer=peer), message)
    for status in value.statuses:
        yield from _status(account, status)


def _sender(message: Message, value: Value) -> str:
    """The phone; where the client hides it, the id that he has for this salon."""
    known = value.contacts[0] if len(value.contacts) == 1 else None
    names = (message.sender, known.wa_id if known else "", message.from_user_id, known.user_id if known else "")
    return next((name for name in names if name), "")


def _message(address: Address, message: Message) -> Iterator[Heard]:
    if message.type in _SILENT:
        return
    if message.type == "system":
        if message.system and message.system.type == "user_changed_number" and message.system.wa_id:
            yield Moved(
                address=address, to=Address(channel=CHANNEL, account=address.account, peer=message.system.wa_id)
            )
        return
    said = list(_said(address, message))
    yield from said
    if said:
        yield Courtesy(channel=CHANNEL, account=address.account, kind=TYPING, values=(message.id,))


def _said(address: Address, message: Message) -> Iterator[Said]:
    match message.type:
        case "text" if message.text:
            yield _line(address, message, Kind.TEXT, message.text.body, {})
        case "edit" if message.edit:
            if edited := message.edit.message.text:
                yield _line(address, message, Kind.TEXT, edited.body, {"edited": "yes"})
        case "interactive" if message.interactive:
            chosen = message.interactive.button_reply or message.interactive.list_reply
            yield _press(address, message, chosen) if chosen else _line(address, message, Kind.UNKNOWN)
        case "button" if message.button:
            yield _press(address, message, Chosen(id=message.button.payload, title=message.button.text))
        case "location" if message.location:
            place = message.location
            data = {"latitude": f"{place.latitude:.6f}", "longitude": f"{place.longitude:.6f}"}
            yield _line(address, message, Kind.LOCATION, data=data)
        case "contacts" if message.contacts:
            yield _card(address, message)
        case "image" | "video" | "audio" | "document" | "sticker":
            yield from _file(address, message)
        case _:
            yield _line(address, message, Kind.UNKNOWN)


def _line(
    address: Address,
    message: Message,
    kind: Kind,
    text: str = "",
    data: dict[str, str] | None = None,
    *,
    token: str = "",
    file: tuple[str, str] | None = None,
    key: str = "",
) -> Said:
    """``file``: its name at WhatsApp and what it is."""
    cleaned = clean_text(text, _LIMITS.text_accepted)
    told = (data or {}) | ({"clipped": "yes"} if cleaned.clipped else {})
    if message.referral and message.referral.source_id:
        told["source"] = clean_text(f"ad:{message.referral.source_id}", 64).text
    if kind is Kind.TEXT and not cleaned.text:
        kind = Kind.UNKNOWN
    event_key = key or message.id
    return Said(
        message=InboundMessage(
            address=address,
            event_key=event_key,
            kind=kind,
            text=cleaned.text,
            token=token,
            data=told,
            sent_at=datetime.fromtimestamp(int(message.timestamp), UTC),
            cuts_burst=kind not in (Kind.TEXT, Kind.MEDIA),
        ),
        file=FileRef(address=address, event_key=event_key, ref=file[0], kind=file[1]) if file and file[0] else None,
        # Nobody writes from a number that is not his: WhatsApp itself has proved it.
        phone=f"+{address.peer}" if _PHONE.fullmatch(address.peer) else "",
    )


def _press(address: Address, message: Message, chosen: Chosen) -> Said:
    """A button of ours, or one of a template that carries nothing but its own words: those are said."""
    if _OURS.fullmatch(chosen.id):
        return _line(address, message, Kind.PRESS, chosen.title, token=chosen.id)
    return _line(address, message, Kind.TEXT, chosen.title)


def _card(address: Address, message: Message) -> Said:
    """A phone that the client told: a card may be anybody's, his own number is known anyway."""
    card = message.contacts[0]
    digits = "".join(letter for one in card.phones[:1] for letter in one.wa_id or one.phone if letter in "0123456789")
    phone = f"+{digits}" if _PHONE.fullmatch(digits) else ""
    return _line(address, message, Kind.CONTACT, phone, {"phone": phone} if phone else {})


def _file(address: Address, message: Message) -> Iterator[Said]:
    for file, kind in (
        (message.image, "photo"),
        (message.video, "video"),
        (message.audio, "voice"),
        (message.document, "document"),
        (message.sticker, "sticker"),
    ):
        if file is None:
            continue
        # A sticker has nothing worth fetching.
        name = ("" if kind == "sticker" else file.id, kind)
        yield _line(address, message, Kind.MEDIA, data={"media": kind}, file=name)
        if file.caption:
            # What is written under a photo is said, too: it may be the question.
            yield _line(address, message, Kind.TEXT, file.caption, key=f"{message.id}:caption")
        return
    yield _line(address, message, Kind.UNKNOWN)


def _status(account: str, status: Status) -> Iterator[Heard]:
    told = _STATUSES.get(status.status)
    part = part_of(status.biz_opaque_callback_data)
    if told is None or (part is not None and not part.last and told is not SendStatus.FAILED):
        # A line has arrived when its last message has.
        return
    code = status.errors[0].code if status.errors else None
    peer = status.recipient_id or status.recipient_user_id
    if told is SendStatus.FAILED and peer and meaning_of(code, 400).outcome is Settled.GONE:
        yield Reach(address=Address(channel=CHANNEL, account=account, peer=peer), open=False)
    yield Receipt(
        channel=CHANNEL,
        account=account,
        provider_id=status.id,
        status=told,
        mark=part.line if part else None,
        error=f"code {code}" if code is not None else "",
    )
