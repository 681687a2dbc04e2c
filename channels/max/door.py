"""MAX's webhook: is it MAX, and which event is it? The event itself is read later.

Updates of MAX have no number. A message has its own id, a press that of its button and the moment; whatever else
happens is known by who, where and when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from channels.connection import Connection
from channels.guards import BadJson, read_json
from channels.hook import RawEvent
from channels.hook_secret import knows_secret
from channels.max.contact import is_own
from channels.port import Call

CHANNEL = "max"
SECRET_HEADER = "x-max-bot-api-secret"
OWN = "own contact\n"
"""Before a body whose contact card was proved: the token is here, and not where events are read."""
_LONGEST_KEY = 200


def verify(connection: Connection, call: Call) -> bool:
    """Whether the call carries one of our secrets."""
    return knows_secret(connection, call.headers.get(SECRET_HEADER, ""))


def events(connection: Connection, call: Call) -> Sequence[RawEvent]:
    """One update. What cannot be read is kept all the same, under a name made of its bytes: MAX would repeat it, and
    unsubscribe us in the end."""
    return (raw_event(connection, call.body),)


def raw_event(connection: Connection, raw: bytes) -> RawEvent:
    """An update as it is stored, brought to us or fetched."""
    try:
        update = read_json(raw)
    except BadJson:
        update = None
    body = raw.decode("utf-8", "replace").replace("\x00", "\ufffd")
    if body.startswith(OWN):
        body = f" {body}"
    elif isinstance(update, Mapping) and _proves_contact(update, connection.secrets.get("token", "")):
        body = OWN + body
    return RawEvent(channel=CHANNEL, account=connection.account, key=update_key(update, raw), body=body)


def update_key(update: object, raw: bytes) -> str:
    """The same at every repeat; for what is no update, a name made of its bytes."""
    kind = at(update, "update_type")
    if isinstance(kind, str):
        for parts in (
            _message_parts(update, kind),
            _press_parts(update),
            (kind, at(update, "chat_id"), at(update, "user", "user_id"), at(update, "timestamp")),
        ):
            if all(isinstance(part, str | int) for part in parts):
                key = ":".join(map(str, parts))
                plain = len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()
                return key if plain else _digest(key.encode("utf-8", "replace"))
    return "bytes:" + _digest(raw)


def _message_parts(update: object, kind: str) -> tuple[object, ...]:
    """A message may be edited more than once: what was written tells one time from the other."""
    mid = at(update, "message_id") or (None if "callback" in _keys(update) else at(update, "message", "body", "mid"))
    if kind != "message_edited":
        return mid, kind
    return mid, kind, _digest(str(at(update, "message", "body", "text")).encode("utf-8", "replace"))[:16]


def _press_parts(update: object) -> tuple[object, ...]:
    """The id may be that of the keyboard: with the moment it is that of the press."""
    return at(update, "callback", "callback_id"), at(update, "callback", "timestamp")


def _keys(value: object) -> Sequence[object]:
    return tuple(value) if isinstance(value, Mapping) else ()


def _proves_contact(update: Mapping[str, object], token: str) -> bool:
    """Whether all cards of the message are the sender's own."""
    attachments = at(update, "message", "body", "attachments")
    listed = attachments if isinstance(attachments, list) else []
    cards = [at(one, "payload") for one in listed if at(one, "type") == "contact"]
    sender = at(update, "message", "sender", "user_id")
    return bool(cards) and all(isinstance(card, Mapping) and is_own(card, sender, token) for card in cards)


def at(value: object, *path: str) -> object:
    """What lies there in nested objects; None where nothing does."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
