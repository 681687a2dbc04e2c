"""A WhatsApp that is not there: the Cloud API's wire, its limits, its faults, and clients who write and press."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from channels.fakes.faults import Fault, Faults
from channels.fakes.server import Answered, Asked
from channels.whatsapp.door import SIGNATURE_HEADER, signature
from channels.whatsapp.not_captured import REFUSALS, SUBSCRIPTION

TOKEN = "EAAfake" * 6
APP_SECRET = "fa" * 16
APP, NUMBER, BUSINESS = "1010101010", "106540352242922", "419561257915477"
Json = dict[str, Any]
_TAKEN = frozenset({Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.SLOW})
_FILE_TYPES = ("application/pdf", "image/jpeg", "image/png", "text/plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that a client has on his screen. ``at`` in seconds of the fake's own clock."""

    to: str
    name: str
    body: Json
    at: float

    @property
    def text(self) -> str:
        """Its words."""
        inner = self.body.get("interactive", {}).get("body", self.body.get("text", {}))
        return str(inner.get("text", inner.get("body", "")))

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Labels and ids of its buttons or of the rows of its list, in order."""
        action = self.body.get("interactive", {}).get("action", {})
        rows = [row for section in action.get("sections", ()) for row in section["rows"]]
        return [(one["title"], one["id"]) for one in (*(b["reply"] for b in action.get("buttons", ())), *rows)]


@dataclass(slots=True)
class FakeWhatsApp:
    """The server's handler and everything that it knows. ``ticks``: seconds."""

    faults: Faults
    ticks: Callable[[], float]
    token: str = TOKEN
    app_secret: str = APP_SECRET
    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[str, str, Json]] = field(default_factory=list)
    """Method, path and body of everything that was asked."""
    files: dict[str, bytes] = field(default_factory=dict)
    kindnesses: list[Json] = field(default_factory=list)
    app_address: str = ""
    webhook: tuple[str, str] | None = None
    """Address and verify token of the number."""
    asks: httpx.AsyncClient | None = None
    """By which an address is asked before it is believed, as Meta does; None: every address is believed."""
    _numbers: int = 0

    # ---------------------------------------------------------------- what the salon does

    async def __call__(self, asked: Asked) -> Answered | None:
        """Answer one request, or drop it."""
        if self.faults.down:
            return None
        path = asked.path.split("?", 1)[0].lstrip("/")
        body = orjson.loads(asked.body) if asked.body.startswith(b"{") else {}
        self.calls.append((asked.method, path, body))
        key = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if key not in (self.token, f"{APP}|{self.app_secret}"):
            return _refusal(*REFUSALS[Fault.UNAUTHORIZED])
        if path == f"{NUMBER}/messages":
            return self._message(body)
        return await self._asked(asked.method, path, body, asked)

    def _message(self, body: Json) -> Answered | None:
        if body.get("status") == "read":
            self.kindnesses.append(body)
            return _json({"success": True})
        fault = self.faults.next()
        if fault is not None and fault not in _TAKEN:
            return self._fault(fault)
        answered = self._take(body)
        return answered if fault is None else self._fault(fault, answered)

    def _fault(self, fault: Fault, taken: Answered | None = None) -> Answered | None:
        match fault:
            case Fault.DROP_BEFORE | Fault.DROP_AFTER:
                return None
            case Fault.SLOW:
                return Answered(body=taken.body if taken else b"{}", drip=self.faults.drip_seconds)
            case Fault.HTML | Fault.ERROR_AFTER:
                return Answered(status=502, body=b"<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
            case Fault.GARBAGE:
                return Answered(body=b'{"messages":[')
            case _:
                return _refusal(*REFUSALS[fault])

    def _take(self, body: Json) -> Answered:
        wrong = next(_wrong(body), None)
        if wrong is not None:
            return _refusal(400, 131009, wrong)
        peer = str(body.get("to") or body["recipient"])
        sent = Sent(to=peer, name=f"wamid.OUT{len(self.sent) + 1}", body=body, at=self.ticks())
        self.sent.append(sent)
        contact = {"input": peer, "wa_id": peer}
        return _json({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": sent.name}]})

    async def _asked(self, method: str, path: str, body: Json, asked: Asked) -> Answered:
        match method, path.split("/"):
            case "GET", [number] if number == NUMBER:
                return _json({"id": NUMBER, "display_phone_number": "+7 999 555-00-00", "verified_name": "Lilia"})
            case "POST", [number] if number == NUMBER:
                told = body["webhook_configuration"]
                return await self._call_there(told["override_callback_uri"], told["verify_token"])
            case "GET", [business, "phone_numbers"] if business == BUSINESS:
                return _json({"data": [{"id": NUMBER}]})
            case "POST", [business, "subscribed_apps"] if business == BUSINESS:
                return _json({"success": True})
            case "GET", [app, "subscriptions"] if app == APP:
                known = {**SUBSCRIPTION, "callback_url": self.app_address}
                return _json({"data": [known] if self.app_address else []})
            case "POST", [app, "subscriptions"] if app == APP:
                self.app_address = body["callback_url"]
                return _json({"success": True})
            case "POST", [number, "media"] if number == NUMBER:
                return self._upload(asked)
            case "GET", ["files", name] if name in self.files:
                return Answered(body=self.files[name], content_type="application/octet-stream")
            case "GET", [name] if name in self.files:
                host = asked.headers["host"]
                return _json({"id": name, "url": f"http://{host}/files/{name}", "mime_type": "image/jpeg"})
            case _:
                return _refusal(400, 100, "Unsupported request. Object does not exist or permissions are missing")

    def _upload(self, asked: Asked) -> Answered:
        if asked.form.get("type") not in _FILE_TYPES or asked.form.get("messaging_product") != "whatsapp":
            return _refusal(400, 100, "Param file must be a file with one of the following types")
        name = f"90{len(self.files) + 1}"
        self.files[name] = next(iter(asked.files.values()))
        return _json({"id": name})

    async def _call_there(self, url: str, word: str) -> Answered:
        """Meta calls an address before it believes it."""
        if self.asks is not None:
            query = {"hub.mode": "subscribe", "hub.verify_token": word, "hub.challenge": "1158201444"}
            answer = await self.asks.get(url, params=query)
            if (answer.status_code, answer.text) != (200, "1158201444"):
                return _refusal(400, 100, "Callback verification failed")
        self.webhook = url, word
        return _json({"success": True})

    # ---------------------------------------------------------------- what clients do

    def says(self, phone: str, text: str = "", **more: Any) -> Json:
        """A client writes. ``more``: ``image={...}`` and the like instead of a text."""
        kind, inner = next(iter(more.items()), ("text", {"body": text}))
        return self._envelope(messages=[self._message_of(phone) | {"type": kind, kind: inner}])

    def presses(self, sent: Sent, label: str) -> Json:
        """A client presses a button, or a row, of a message that he has."""
        token = next(token for shown, token in sent.buttons if shown == label)
        kind = "button_reply" if sent.body["interactive"]["type"] == "button" else "list_reply"
        pressed = {"type": kind, kind: {"id": token, "title": label}}
        context = {"from": "79995550000", "id": sent.name}
        message = self._message_of(sent.to) | {"context": context, "type": "interactive", "interactive": pressed}
        return self._envelope(messages=[message])

    def status(self, sent: Sent, status: str, *codes: int) -> Json:
        """What became of a message, with the mark that came along with it."""
        told: Json = {"id": sent.name, "status": status, "timestamp": "1780000001", "recipient_id": sent.to}
        if mark := sent.body.get("biz_opaque_callback_data"):
            told["biz_opaque_callback_data"] = mark
        if codes:
            told["errors"] = [{"code": code, "title": "x", "message": "x"} for code in codes]
        return self._envelope(statuses=[told])

    def _message_of(self, phone: str) -> Json:
        self._numbers += 1
        return {"from": phone, "id": f"wamid.IN{self._numbers}", "timestamp": "1780000000"}

    def _envelope(self, **items: list[Json]) -> Json:
        people = {one.get("from") or one.get("recipient_id") for found in items.values() for one in found}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "79995550000", "phone_number_id": NUMBER},
            "contacts": [{"profile": {"name": f"Client {one}"}, "wa_id": one} for one in people],
            **items,
        }
        change = {"value": value, "field": "messages"}
        return {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "changes": [change]}]}

    def signed(self, call: Json) -> tuple[bytes, Mapping[str, str]]:
        """A call as Meta makes it: its bytes and its headers."""
        body = orjson.dumps(call)
        return body, {SIGNATURE_HEADER: signature(self.app_secret, body), "content-type": "application/json"}

    async def deliver(self, client: httpx.AsyncClient, call: Json) -> int:
        """Bring it to the webhook once; the status of the answer, 0 when there was none."""
        if self.webhook is None:
            return 0
        body, headers = self.signed(call)
        try:
            return (await client.post(self.webhook[0], content=body, headers=headers)).status_code
        except httpx.HTTPError:
            return 0


def _wrong(body: Json) -> Iterator[str]:
    """What the real one refuses."""
    if body.get("messaging_product") != "whatsapp" or not (body.get("to") or body.get("recipient")):
        yield "to"
    kind = str(body.get("type"))
    if kind == "text" and not 0 < len(body["text"]["body"].strip()) <= 4096:
        yield "text.body"
    if kind == "interactive":
        yield from _wrong_menu(body["interactive"])


def _wrong_menu(menu: Json) -> Iterator[str]:
    action = menu["action"]
    if not 0 < len(menu["body"]["text"].strip()) <= 1024:
        yield "interactive.body"
    buttons = [one["reply"] for one in action.get("buttons", ())]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    if menu["type"] == "button" and not 1 <= len(buttons) <= 3:
        yield "buttons"
    if menu["type"] == "list" and not (1 <= len(rows) <= 10 and 0 < len(action["button"]) <= 20):
        yield "rows"
    for found, title, name in ((buttons, 20, 256), (rows, 24, 200)):
        if any(not 0 < len(one["title"]) <= title or not 0 < len(one["id"]) <= name for one in found):
            yield "title or id"
        if len({one["title"] for one in found}) < len(found) or len({one["id"] for one in found}) < len(found):
            yield "doubled"
    if any(len(row.get("description", "")) > 72 for row in rows):
        yield "description"


def _json(body: object) -> Answered:
    return Answered(body=orjson.dumps(body))


def _refusal(status: int, code: int, message: str) -> Answered:
    told = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answered(status=status, body=orjson.dumps({"error": told}))
