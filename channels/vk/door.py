"""VK's Callback API at our door: is it VK, and which event is it? The event itself is read later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from channels.connection import Connection
from channels.guards import BadJson, read_json
from channels.hook import RawEvent
from channels.hook_secret import knows_secret
from channels.port import Call

CONFIRMATION = "confirmation"


def verify(connection: Connection, call: Call) -> bool:
    """Whether the body carries one of our secrets and our community; without a secret nobody is believed."""
    event = _event(call.body)
    return _is_ours(connection, event) and _knows(connection, event.get("secret"))


def confirm(connection: Connection, call: Call) -> str | None:
    """The community's word for «is this address yours?». VK may ask before it has learned the secret, never with a
    wrong one; the word helps nobody who does not rule the community."""
    event = _event(call.body)
    if event.get("type") != CONFIRMATION or not _is_ours(connection, event):
        return None
    if "secret" in event and not _knows(connection, event["secret"]):
        return None
    return connection.settings.get("confirmation") or None


def events(connection: Connection, call: Call) -> Sequence[RawEvent]:
    """One event, under the name that VK gave it: the same at every repeat."""
    body = call.body.decode("utf-8", "replace").replace("\x00", "\ufffd")
    return (RawEvent(channel="vk", account=connection.account, key=event_key(call.body), body=body),)


def event_key(body: bytes) -> str:
    """``event_id``; where there is none, a name made of the bytes."""
    number = _event(body).get("event_id")
    if isinstance(number, str) and 0 < len(number) <= 100 and number.isascii() and number.isprintable():
        return number
    return "bytes:" + hashlib.sha256(body).hexdigest()


def _event(body: bytes) -> dict[str, object]:
    try:
        event = read_json(body)
    except BadJson:
        return {}
    return event if isinstance(event, dict) else {}


def _is_ours(connection: Connection, event: dict[str, object]) -> bool:
    group = event.get("group_id")
    return isinstance(group, int) and not isinstance(group, bool) and str(group) == connection.account


def _knows(connection: Connection, given: object) -> bool:
    return isinstance(given, str) and knows_secret(connection, given)
