"""A client's message in MAX, piece by piece: each file, card and place, and what was written with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from maxapi.enums.message_link_type import MessageLinkType
from maxapi.types.attachments import Audio, Contact, File, Image, Location, Share, Sticker, Video
from maxapi.types.message import Message, MessageBody

from channels.clean_text import clean_text
from channels.heard import FileRef, Heard, Said
from channels.hook import RawEvent
from channels.limits import limits_of
from channels.max.contact import phone_of
from channels.max.door import CHANNEL
from dialog.message import Address, InboundMessage, Kind

_LIMITS = limits_of(CHANNEL)
_FILES = ((Image, "photo"), (Audio, "voice"), (Video, "video"), (File, "document"))
_MOST_PIECES = 12
"""A message of MAX has so many attachments at most."""


def address_of(event: RawEvent, chat: int) -> Address:
    """A client is his dialog with us: every event has it, and a dialog can be read back."""
    return Address(channel=CHANNEL, account=event.account, peer=str(chat))


def line(
    event: RawEvent,
    chat: int,
    *,
    key: str = "",
    kind: Kind = Kind.TEXT,
    text: str = "",
    token: str = "",
    data: Mapping[str, str] | None = None,
    locale: str | None = None,
    at_ms: int | None = None,
    file: str = "",
) -> Said:
    """One thing that the client said or did. A text of which nothing is left is none that anybody knows."""
    cleaned = clean_text(text, _LIMITS.text_accepted)
    told = dict(data or {}) | ({"clipped": "yes"} if cleaned.clipped else {})
    if kind is Kind.TEXT and not cleaned.text:
        kind = Kind.UNKNOWN
    address, name = address_of(event, chat), key or event.key
    return Said(
        message=InboundMessage(
            address=address,
            event_key=name,
            kind=kind,
            text=cleaned.text,
            token=clean_text(token, 64).text,
            data=told,
            language=locale[:2].lower() if locale else None,
            sent_at=_moment(at_ms),
            cuts_burst=kind not in (Kind.TEXT, Kind.MEDIA),
        ),
        file=FileRef(address=address, event_key=name, ref=file, kind=told.get("media", "")) if file else None,
    )


def pieces(event: RawEvent, message: Message, chat: int, locale: str | None, *, own: bool) -> Iterator[Heard]:
    """At least one. ``own``: the cards are the sender's, MAX vouches for it."""
    body = _what_was_sent(message)
    found = list(_attached(event, body, chat, own=own)) if body else []
    text = (body.text or "") if body else ""
    if text or not found:
        name = f"{event.key}:caption" if found else ""
        found.append(line(event, chat, key=name, text=text or _shared(body), locale=locale, at_ms=message.timestamp))
    yield from found


def _what_was_sent(message: Message) -> MessageBody | None:
    """What the client wrote, or what he passed on when he wrote nothing himself."""
    body, link = message.body, message.link
    if link is not None and link.type is MessageLinkType.FORWARD and not (body and (body.text or body.attachments)):
        return link.message
    return body


def _attached(event: RawEvent, body: MessageBody, chat: int, *, own: bool) -> Iterator[Said]:
    for number, one in enumerate((body.attachments or [])[:_MOST_PIECES]):
        name = f"{event.key}:{number}" if number else event.key
        match one:
            case Contact():
                yield _contact(event, one, chat, name, own=own)
            case Location(latitude=float(latitude), longitude=float(longitude)):
                place = {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}"}
                yield line(event, chat, key=name, kind=Kind.LOCATION, data=place)
            case Sticker():
                yield line(event, chat, key=name, kind=Kind.MEDIA, data={"media": "sticker"})
            case Image() | Audio() | Video() | File():
                kind = next(word for known, word in _FILES if isinstance(one, known))
                url = getattr(one.payload, "url", None)
                file = url if isinstance(url, str) else ""
                yield line(event, chat, key=name, kind=Kind.MEDIA, data={"media": kind}, file=file)


def _contact(event: RawEvent, contact: Contact, chat: int, name: str, *, own: bool) -> Said:
    """The client's own phone is proved by MAX; somebody else's card is only a phone that he told."""
    card = getattr(contact.payload, "vcf_info", None) or ""
    person = getattr(contact.payload, "max_info", None)
    phone = phone_of(card)
    called = clean_text(person.first_name, 60).text if own and person is not None else ""
    data = {key: value for key, value in (("phone", phone), ("name", called)) if value}
    said = line(event, chat, key=name, kind=Kind.CONTACT, text=phone, data=data)
    return Said(message=said.message, phone=phone if own else "")


def _shared(body: MessageBody | None) -> str:
    """The address of a link that was shared without a word."""
    shares = [one for one in (body.attachments or [] if body else []) if isinstance(one, Share)]
    return next((one.payload.url for one in shares if one.payload and one.payload.url), "")


def _moment(at_ms: int | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC) if at_ms is not None else None
    except (OverflowError, OSError, ValueError):
        return None
