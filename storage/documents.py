"""Nouns of the dialog as JSON text, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import orjson

from dialog.conversation import DialogState
from dialog.effects import Effect
from dialog.inbox import Finished
from dialog.message import Address, InboundMessage, Kind
from dialog.reply import Attachment, Choice, Reply

_encode = msgspec.json.Encoder(enc_hook=repr).encode
_state = msgspec.json.Decoder(DialogState)
_reply = msgspec.json.Decoder(Reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a transcript shows of a message, whoever wrote it."""

    text: str = ""
    choices: tuple[Choice, ...] = ()
    media_id: str = ""
    media: tuple[Attachment, ...] = ()


_line = msgspec.json.Decoder(Line)


def state_text(state: DialogState) -> str:
    """The dialog's state for its column."""
    return _encode(state).decode()


def state_of(text: str) -> DialogState:
    """The state back; fields that an older version did not know have their defaults."""
    return _state.decode(text) if text != "{}" else DialogState()


def reply_text(reply: Reply) -> str:
    """A line for the outbox and, unchanged, for the transcript."""
    return _encode(reply).decode()


def reply_of(text: str) -> Reply:
    """The line back."""
    return _reply.decode(text)


def line_of(text: str) -> Line:
    """What to show of a stored message."""
    return _line.decode(text)


def client_line(message: InboundMessage) -> str:
    """A client's message for the transcript."""
    line = {"text": message.text}
    if media := message.data.get("media_id"):
        line["media_id"] = media
    return orjson.dumps(line).decode()


def inbound_text(message: InboundMessage) -> str:
    """What the inbox keeps of a message besides its columns; empty fields are left out."""
    body: dict[str, object] = {}
    if message.text:
        body["text"] = message.text
    if message.token:
        body["token"] = message.token
    if message.data:
        body["data"] = dict(message.data)
    if message.language:
        body["language"] = message.language
    if message.sent_at:
        body["sent_at"] = message.sent_at.isoformat()
    if message.cuts_burst:
        body["cuts"] = True
    return orjson.dumps(body).decode()


def inbound_of(address: Address, event_key: str, kind: str, text: str) -> InboundMessage:
    """The message back."""
    body = orjson.loads(text)
    sent_at = body.get("sent_at")
    return InboundMessage(
        address=address,
        event_key=event_key,
        kind=Kind(kind),
        text=body.get("text", ""),
        token=body.get("token", ""),
        data=body.get("data", {}),
        language=body.get("language"),
        sent_at=datetime.fromisoformat(sent_at).astimezone(UTC) if sent_at else None,
        cuts_burst=body.get("cuts", False),
    )


def turn_text(finished: Finished) -> str:
    """A turn with the record from which it can be run again exactly."""
    context, turn = finished.context, finished.turn
    return _encode(
        {
            "events": [row.message.event_key for row in finished.work.rows],
            "rows": [row.id for row in finished.work.rows],
            "route": turn.trace.route,
            "path": turn.trace.path,
            "rungs": turn.trace.rungs,
            "record": {
                "now": context.now,
                "seed": context.seed,
                "rulebook": context.rulebook.digest,
                "detection": context.detection,
                "answers": finished.answers,
                **({"refused": context.refused} if context.refused else {}),
            },
            "effects": [_named(effect) for effect in turn.effects],
        }
    ).decode()


def _named(effect: Effect) -> tuple[str, Effect]:
    return type(effect).__name__, effect


def strings(mapping: Mapping[str, object]) -> str:
    """A small JSON object as text."""
    return orjson.dumps(dict(mapping)).decode()
