"""VK's events as what was heard. Pure: no call, no clock, nothing but the event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from channels.clean_text import clean_text
from channels.guards import BadJson, read_json
from channels.heard import Courtesy, FileRef, Heard, Reach, Receipt, Said, Unreadable
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.limits import limits_of
from channels.vk.able import ABLE, able_of
from channels.vk.attachments import Attached, attached
from channels.vk.deep_link import JOIN
from channels.vk.events import Consent, Envelope, Message, New, Press, Seen
from channels.vk.not_captured import START
from dialog.message import Address, InboundMessage, Kind
from dialog.outbox import SendStatus

CHANNEL = "vk"
ANSWER = "answer"
TOKEN = "c"
"""The name under which a button's token stands in its payload."""
FIRST_CHAT = 2_000_000_000
"""Peers from here on are conversations of several people: the salon's affairs do not belong there."""
_LIMITS = limits_of(CHANNEL)
_LANGUAGES = {0: "ru", 1: "uk", 2: "be", 3: "en"}
_PLACES = 5


def parse(event: RawEvent) -> Sequence[Heard]:
    """Everything in one event. Raises Unreadable."""
    try:
        envelope = Envelope.model_validate(read_json(event.body))
        return tuple(_heard(event, envelope))
    except BadJson as error:
        raise Unreadable(str(error)) from None
    except ValidationError as error:
        places = [".".join(map(str, found["loc"])) for found in error.errors()[:_PLACES]]
        raise Unreadable(f"not an event: {', '.join(places)}") from None


def _heard(event: RawEvent, envelope: Envelope) -> Iterator[Heard]:
    match envelope.type:
        case "message_new":
            yield from _new(event, New.model_validate(envelope.object))
        case "message_edit":
            yield from _edited(event, Message.model_validate(envelope.object))
        case "message_event":
            yield from _press(event, Press.model_validate(envelope.object))
        case "message_allow" | "message_deny":
            user = Consent.model_validate(envelope.object).user_id
            yield Reach(address=_address(event, user), open=envelope.type == "message_allow")
        case "message_read":
            seen = Seen.model_validate(envelope.object)
            name = f"{seen.peer_id}:{seen.read_message_id}"
            yield Receipt(channel=CHANNEL, account=event.account, provider_id=name, status=SendStatus.READ)


def _address(event: RawEvent, peer: int) -> Address:
    return Address(channel=CHANNEL, account=event.account, peer=str(peer))


def _courtesy(event: RawEvent, kind: str, *values: str) -> Courtesy:
    return Courtesy(channel=CHANNEL, account=event.account, kind=kind, values=values)


def _is_clients(message: Message) -> bool:
    return message.from_id > 0 and 0 < message.peer_id < FIRST_CHAT


def _new(event: RawEvent, new: New) -> Iterator[Heard]:
    message = new.message
    if not _is_clients(message):
        return
    info = new.client_info
    language = _LANGUAGES.get(info.lang_id) if info is not None and info.lang_id is not None else None
    sent_at = datetime.fromtimestamp(message.date, UTC) if message.date else None
    for said in _said(event, message):
        yield replace(said, message=replace(said.message, language=language, sent_at=sent_at))
    if info is not None:
        yield _courtesy(event, ABLE, str(message.peer_id), able_of(info))
    yield _courtesy(event, TYPING, str(message.peer_id))


def _edited(event: RawEvent, message: Message) -> Iterator[Heard]:
    """VK tells of our own edits, too."""
    if _is_clients(message) and message.text:
        yield _line(event, message, event.key, Kind.TEXT, message.text, {"edited": "yes"})
        yield _courtesy(event, TYPING, str(message.peer_id))


def _said(event: RawEvent, message: Message) -> Iterator[Said]:
    payload = _payload(message.payload)
    tag = _tag(message.ref)
    if payload.get("command") == START:
        yield _line(event, message, event.key, Kind.OPENED, "", {"again": "yes"} | tag)
        return
    if "code" in tag:
        # The link that brought him joins him to who he was on the site; what he wrote with it comes after.
        yield _line(event, message, f"{event.key}:ref", Kind.OPENED, "", {"again": "yes"} | tag)
        tag = {}
    token = payload.get(TOKEN)
    if isinstance(token, str) and token:
        yield _pressed(event, message.peer_id, token, message.text)
    elif message.geo is not None and message.geo.coordinates is not None:
        place = message.geo.coordinates
        data = {"latitude": f"{place.latitude:.6f}", "longitude": f"{place.longitude:.6f}"}
        yield _line(event, message, event.key, Kind.LOCATION, "", data | tag)
    else:
        yield from _words_and_files(event, message, tag)


def _words_and_files(event: RawEvent, message: Message, tag: dict[str, str]) -> Iterator[Said]:
    files = [found for one in message.attachments if (found := attached(one)) is not None]
    for number, file in enumerate(files):
        key = f"{event.key}:{number}" if number else event.key
        yield _line(event, message, key, Kind.MEDIA, "", {"media": file.kind} | tag, file)
    if message.text:
        # What is written beside a photo is said, too: it may be the question.
        yield _line(event, message, f"{event.key}:text" if files else event.key, Kind.TEXT, message.text, tag)
    elif not files:
        yield _line(event, message, event.key, Kind.UNKNOWN, "", tag)


def _line(
    event: RawEvent,
    message: Message,
    key: str,
    kind: Kind,
    text: str,
    data: Mapping[str, str],
    file: Attached | None = None,
) -> Said:
    cleaned = clean_text(text, _LIMITS.text_accepted)
    told = {**data, **({"clipped": "yes"} if cleaned.clipped else {})}
    address = _address(event, message.peer_id)
    if kind is Kind.TEXT and not cleaned.text:
        kind = Kind.UNKNOWN
    return Said(
        message=InboundMessage(
            address=address,
            event_key=key,
            kind=kind,
            text=cleaned.text,
            data=told,
            cuts_burst=kind not in (Kind.TEXT, Kind.MEDIA),
        ),
        file=FileRef(address=address, event_key=key, ref=file.url, kind=file.kind) if file and file.url else None,
    )


def _press(event: RawEvent, press: Press) -> Iterator[Heard]:
    """A press is answered in any case, or the button spins."""
    token = _payload(press.payload).get(TOKEN)
    if 0 < press.peer_id < FIRST_CHAT and isinstance(token, str) and token:
        yield _pressed(event, press.peer_id, token, "")
        yield _courtesy(event, TYPING, str(press.peer_id))
    yield _courtesy(event, ANSWER, clean_text(press.event_id, 200).text, str(press.user_id), str(press.peer_id))


def _pressed(event: RawEvent, peer: int, token: str, label: str) -> Said:
    return Said(
        message=InboundMessage(
            address=_address(event, peer),
            event_key=event.key,
            kind=Kind.PRESS,
            text=clean_text(label, _LIMITS.text_accepted).text,
            token=clean_text(token, 64).text,
            cuts_burst=True,
        )
    )


def _payload(given: object) -> dict[str, Any]:
    """A button's payload: text that holds JSON in a message, JSON itself in a press; anything may stand there."""
    if isinstance(given, str):
        try:
            given = read_json(given)
        except BadJson:
            return {}
    return given if isinstance(given, dict) else {}


def _tag(ref: str | None) -> dict[str, str]:
    told = clean_text(ref or "", 64).text
    if told.startswith(JOIN):
        return {"code": told.removeprefix(JOIN)}
    return {"source": told} if told else {}
