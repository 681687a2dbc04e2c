"""sms.ru tells what became of an SMS: believed by its signature, stored line by line, read later."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from channels.connection import Connection
from channels.heard import Heard, Receipt, Unreadable
from channels.hook import RawEvent
from channels.port import Call
from dialog.outbox import SendStatus

_KIND = "sms_status"
_MOST_FIELDS = 400
STATUSES: Mapping[int, SendStatus] = {
    103: SendStatus.DELIVERED,
    110: SendStatus.READ,
    **dict.fromkeys((104, 105, 106, 107, 108, 150), SendStatus.FAILED),
}


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)


def _lines(fields: dict[str, str]) -> list[str]:
    numbered = [(name[5:-1], value) for name, value in fields.items() if name.startswith("data[") and name[-1] == "]"]
    found = [(int(number), value) for number, value in numbered if number.isascii() and number.isdecimal()]
    return [value for _, value in sorted(found)]


def verify(connection: Connection, call: Call) -> bool:
    """SHA-256 of our key and all lines; without lines there is nothing to believe."""
    fields = _fields(call.body)
    api_id = connection.secrets.get("api_id", "")
    lines = _lines(fields)
    signed = hashlib.sha256((api_id + "".join(lines)).encode()).hexdigest()
    given = fields.get("hash", "").encode("utf-8", "replace")
    return bool(api_id and lines) and hmac.compare_digest(signed.encode(), given)


def events(connection: Connection, call: Call) -> Sequence[RawEvent]:
    """One for each line; the same line again is a repeat."""
    found = []
    for line in _lines(_fields(call.body)):
        kind, *rest = line.split("\n")
        if kind == _KIND and len(rest) >= 2:
            found.append(status_event(connection.account, rest[0][:64], rest[1][:8]))
    return found


def status_event(account: str, sms_id: str, code: str) -> RawEvent:
    """An event of our own making: the id and the code of what happened."""
    return RawEvent(channel="sms", account=account, key=f"{sms_id}:{code}", body=f"{sms_id}\n{code}")


def parse(event: RawEvent) -> Sequence[Heard]:
    """A receipt, or nothing for what is still on its way. Raises Unreadable."""
    sms_id, _, code = event.body.partition("\n")
    if not sms_id or not (code.isascii() and code.isdecimal()):
        raise Unreadable("neither an id nor a code")
    status = STATUSES.get(int(code))
    if status is None:
        return ()
    return (Receipt(channel="sms", account=event.account, provider_id=sms_id, status=status),)
