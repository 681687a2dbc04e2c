"""Telegram's webhook: is it Telegram, and which update is it? The update itself is read later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from channels.connection import Connection
from channels.guards import BadJson, read_json
from channels.hook import RawEvent
from channels.hook_secret import knows_secret
from channels.port import Call

SECRET_HEADER = "x-telegram-bot-api-secret-token"


def verify(connection: Connection, call: Call) -> bool:
    """Whether the call carries one of our secrets; without a secret nobody is believed."""
    return knows_secret(connection, call.headers.get(SECRET_HEADER, ""))


def events(connection: Connection, call: Call) -> Sequence[RawEvent]:
    """One update. What cannot be read is kept all the same, under a name made of its bytes: Telegram would repeat it
    at the head of that chat's queue for a day."""
    body = call.body.decode("utf-8", "replace").replace("\x00", "\ufffd")
    return (RawEvent(channel="telegram", account=connection.account, key=update_key(call.body), body=body),)


def update_key(body: bytes) -> str:
    """``update_id``, the same at every repeat."""
    try:
        update = read_json(body)
    except BadJson:
        update = None
    number = update.get("update_id") if isinstance(update, dict) else None
    if isinstance(number, int) and not isinstance(number, bool):
        return str(number)
    return "bytes:" + hashlib.sha256(body).hexdigest()
