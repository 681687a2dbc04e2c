"""An sms.ru that is not there: its wire, its codes, and the calls by which it tells what became of an SMS."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson

from channels.fakes.faults import Fault, Faults
from channels.fakes.server import Answered, Asked

API_ID = "FAKE0000-0000-0000-0000-000000000000"
_CODES: Mapping[Fault, int] = {
    Fault.UNAUTHORIZED: 200,
    Fault.NO_MONEY: 201,
    Fault.BAD_NUMBER: 202,
    Fault.EMPTY: 203,
    Fault.NO_ROUTE: 207,
    Fault.BUSY: 220,
    Fault.DAY_LIMIT: 230,
    Fault.THROTTLE: 231,
}
_TAKEN = frozenset({Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.SLOW})


@dataclass(slots=True)
class FakeSmsRu:
    """The server's handler and everything that it knows."""

    faults: Faults
    api_id: str = API_ID
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    """Id, number and text of every SMS that went out."""
    statuses: dict[str, int] = field(default_factory=dict)
    calls: int = 0

    async def __call__(self, asked: Asked) -> Answered | None:
        """Answer one request, or drop it."""
        if self.faults.down:
            return None
        if asked.form.get("api_id") != self.api_id:
            return _json({"status": "ERROR", "status_code": 200})
        match asked.path:
            case "/sms/send":
                return self._send(asked.form["to"], asked.form["msg"])
            case "/sms/status":
                told = {one: {"status_code": self.statuses.get(one, -1)} for one in asked.form["sms_id"].split(",")}
                return _json({"status": "OK", "status_code": 100, "sms": told})
            case "/my/balance":
                return _json({"status": "OK", "status_code": 100, "balance": 250.5})
            case _:
                return Answered(status=404)

    def _send(self, number: str, text: str) -> Answered | None:
        self.calls += 1
        fault = self.faults.next()
        if fault is None:
            return self._take(number, text)
        taken = self._take(number, text) if fault in _TAKEN else None
        if fault in _CODES:
            inner = {"status": "ERROR", "status_code": _CODES[fault], "status_text": "x"}
            return _json({"status": "OK", "status_code": 100, "sms": {number: inner}})
        match fault:
            case Fault.DROP_BEFORE | Fault.DROP_AFTER:
                return None
            case Fault.SLOW if taken is not None:
                return Answered(body=taken.body, drip=self.faults.drip_seconds)
            case Fault.GARBAGE:
                return Answered(body=b'{"status":')
            case Fault.HTML:
                return Answered(status=502, body=b"<html>502</html>", content_type="text/html")
            case _:
                return Answered(status=500, body=b"")

    def _take(self, number: str, text: str) -> Answered:
        sms_id = f"202611-{len(self.sent) + 1}"
        self.sent.append((sms_id, number, text))
        self.statuses[sms_id] = 102
        inner = {"status": "OK", "status_code": 100, "sms_id": sms_id, "cost": "3.90"}
        return _json({"status": "OK", "status_code": 100, "sms": {number: inner}, "balance": 246.6})

    def callback(self, *told: tuple[str, int]) -> bytes:
        """The body of a call that tells what became of some SMS."""
        lines = [f"sms_status\n{sms_id}\n{code}\n1780000000" for sms_id, code in told]
        signed = hashlib.sha256((self.api_id + "".join(lines)).encode()).hexdigest()
        return urlencode([*((f"data[{n}]", line) for n, line in enumerate(lines)), ("hash", signed)]).encode()


def _json(body: object) -> Answered:
    return Answered(body=orjson.dumps(body))
