"""WhatsApp's webhook: is this address ours, is it Meta who calls, and what is in the batch? It is read later."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence

from channels.connection import Connection
from channels.guards import BadJson, read_json
from channels.hook import RawEvent
from channels.json_text import json_text
from channels.port import Call

CHANNEL = "whatsapp"
SIGNATURE_HEADER = "x-hub-signature-256"
_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}", re.ASCII)
_ITEMS = ("messages", "statuses")
_LONGEST_ID = 512
Json = dict[str, object]


def greet(connection: Connection, asked: Mapping[str, str]) -> str | None:
    """Meta asks whether we expect it: its challenge, if it knows the word that we told it."""
    known = connection.secrets.get("hook_secret", "").encode()
    given = asked.get("hub.verify_token", "").encode("utf-8", "replace")
    challenge = asked.get("hub.challenge", "")
    believed = asked.get("hub.mode") == "subscribe" and bool(known) and hmac.compare_digest(known, given)
    return challenge if believed and _CHALLENGE.fullmatch(challenge) else None


def signature(secret: str, body: bytes) -> str:
    """What Meta writes into the header for these very bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(connection: Connection, call: Call) -> bool:
    """Whether the raw bytes are signed with our app's secret; without a secret nobody is believed."""
    given = call.headers.get(SIGNATURE_HEADER, "").encode("utf-8", "replace")
    secret = connection.secrets.get("app_secret", "")
    return bool(secret) and hmac.compare_digest(signature(secret, call.body).encode(), given)


def events(connection: Connection, call: Call) -> Sequence[RawEvent]:
    """Every message and every status of a batch as an event of its own, in Meta's own shape. What has another shape
    is kept whole, under a name made of its bytes: Meta would repeat the whole batch for a week."""
    try:
        body = read_json(call.body)
        found = list(_cut(connection.account, body)) if isinstance(body, dict) else [("", body)]
    except BadJson:
        return (_event(connection, "", call.body.decode("utf-8", "replace").replace("\x00", "\ufffd")),)
    return tuple(_event(connection, key, json_text(one)) for key, one in found)


def _event(connection: Connection, key: str, body: str) -> RawEvent:
    name = key or "bytes:" + hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
    return RawEvent(channel=CHANNEL, account=connection.account, key=name, body=body)


def _cut(account: str, body: Json) -> Iterator[tuple[str, object]]:
    entries = body.get("entry")
    if not isinstance(entries, list):
        yield "", body
        return
    for entry in entries:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            yield "", {**body, "entry": [entry]}
            continue
        for change in changes:
            yield from _cut_change(account, {**body, "entry": [{**entry, "changes": [change]}]}, change)


def _cut_change(account: str, alone: Json, change: object) -> Iterator[tuple[str, object]]:
    """``alone``: the envelope with nothing but this change in it."""
    value = change.get("value") if isinstance(change, dict) else None
    kinds = [name for name in _ITEMS if isinstance(value, dict) and isinstance(value.get(name), list)]
    if not isinstance(change, dict) or not isinstance(value, dict) or not kinds:
        yield "", alone
        return
    if not _ours(account, value):
        return
    entry = alone["entry"]
    assert isinstance(entry, list)
    rest = {name: one for name, one in value.items() if name not in (*_ITEMS, "contacts")}
    for kind in kinds:
        for item in value[kind]:
            told = {**rest, **_contacts(value.get("contacts"), item), kind: [item]}
            yield _key(kind, item), {**alone, "entry": [{**entry[0], "changes": [{**change, "value": told}]}]}


def _ours(account: str, value: Json) -> bool:
    """An app's address hears of all its numbers; each that is connected here has an address of its own."""
    told = value.get("metadata")
    number = told.get("phone_number_id") if isinstance(told, dict) else None
    return number in (None, account)


def _contacts(contacts: object, item: object) -> Json:
    """Those of the batch's contacts that this item is about."""
    if not isinstance(contacts, list) or not isinstance(item, dict):
        return {}
    names = _names(item, "from", "from_user_id", "recipient_id", "recipient_user_id")
    found = [
        one
        for one in contacts
        if isinstance(one, dict) and (len(contacts) == 1 or names & _names(one, "wa_id", "user_id"))
    ]
    return {"contacts": found} if found else {}


def _names(item: Json, *fields: str) -> set[str]:
    return {name for field in fields if isinstance(name := item.get(field), str)}


def _key(kind: str, item: object) -> str:
    """The messenger's own name for it, the same at every repeat; empty when there is none."""
    name = item.get("id") if isinstance(item, dict) else None
    status = item.get("status") if isinstance(item, dict) else None
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_ID or not name.isascii() or not name.isprintable():
        return ""
    if kind == "messages":
        return name
    return f"{name}:{status[:32]}" if isinstance(status, str) and status.isascii() and status.isprintable() else ""
