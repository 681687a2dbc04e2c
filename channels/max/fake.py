"""A MAX that is not there: the Bot API's real wire, its limits, its faults, and clients who write and press."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import httpx
import orjson

from channels.fakes.faults import Fault, Faults
from channels.fakes.server import Answered, Asked
from channels.max.contact import signatures

TOKEN = "fake-" + "Max0" * 12
BOT = 900
USERNAME = "zabota_fake_bot"
Json = dict[str, Any]

_ERRORS: Mapping[Fault, tuple[int, str]] = {
    Fault.BLOCKED: (403, "dialog.suspended"),
    Fault.DEACTIVATED: (403, "chat.denied"),
    Fault.NO_CHAT: (404, "chat.not.found"),
    Fault.UNAUTHORIZED: (401, "verify.token"),
    Fault.WRONG_TOKEN: (403, "verify.token"),
    Fault.TOO_LONG: (400, "proto.payload"),
    Fault.BAD_BUTTON: (400, "proto.payload"),
    Fault.EMPTY: (400, "proto.payload"),
    Fault.NOT_MODIFIED: (400, "something.new"),
    Fault.CONFLICT: (405, "method.not.allowed"),
    Fault.NOT_READY: (400, "attachment.not.ready"),
    Fault.BUSY: (503, "service.unavailable"),
    Fault.DAY_LIMIT: (429, "too.many.requests"),
    Fault.ERROR_BEFORE: (500, "internal.error"),
    Fault.ERROR_AFTER: (502, "bad.gateway"),
}
_TAKEN = frozenset({Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.SLOW})
_MOST_TEXT, _MOST_LABEL, _MOST_PAYLOAD, _MOST_URL = 4_000, 128, 1_024, 2_048
_MOST_ROWS, _MOST_PER_ROW, _MOST_WITH_LINKS = 30, 7, 3
_WIDE = frozenset({"link", "open_app", "request_contact", "request_geo_location"})


@dataclass(slots=True, kw_only=True)
class Sent:
    """One message that a client has on his screen. ``at`` in seconds of the fake's own clock."""

    chat: int
    mid: str
    text: str
    attachments: list[Json]
    at: float
    when: int

    @property
    def buttons(self) -> list[Json]:
        """Its buttons, in order."""
        keyboards = [one["payload"]["buttons"] for one in self.attachments if one["type"] == "inline_keyboard"]
        return [button for rows in keyboards for row in rows for button in row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call that came in, with what it met."""

    method: str
    path: str
    params: Mapping[str, str]
    body: Any
    at: float
    fault: Fault | None


@dataclass(slots=True)
class FakeMax:
    """The server's handler and everything that it knows. ``ticks``: seconds; ``reading``: faults of reading a chat."""

    faults: Faults
    ticks: Callable[[], float]
    reading: Faults = field(default_factory=lambda: Faults(lambda: 1.0))
    token: str = TOKEN
    date: int = 1_790_000_000_000
    url: str = ""
    """Where it is reached: the addresses of its files begin with it."""
    sent: list[Sent] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Name and content by token."""
    updates: dict[int, Json] = field(default_factory=dict)
    """Not fetched or delivered yet, by their place."""
    subscriptions: dict[str, str] = field(default_factory=dict)
    """Secrets by address."""
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # ---------------------------------------------------------------- what the bot does

    async def __call__(self, asked: Asked) -> Answered | None:
        """Answer one request, or drop it."""
        if self.faults.down:
            return None
        path, _, query = asked.path.partition("?")
        params = dict(parse_qsl(query, keep_blank_values=True))
        if path.startswith("/files/"):
            content = self.files.get(path.rsplit("/", 1)[1])
            return Answered(body=content, content_type="application/octet-stream") if content else _refusal(404, "x")
        if path == "/upload":
            return self._take_file(asked)
        if asked.headers.get("authorization") != self.token:
            return _refusal(401, "verify.token")
        return await self._called(asked.method, path, params, orjson.loads(asked.body or b"null"))

    async def _called(self, method: str, path: str, params: Mapping[str, str], body: Any) -> Answered | None:
        faults = {("POST", "/messages"): self.faults, ("GET", "/messages"): self.reading}.get((method, path))
        fault = faults.next() if faults else None
        self.calls.append(Called(method=method, path=path, params=params, body=body, at=self.ticks(), fault=fault))
        if fault is not None and fault not in _TAKEN:
            return self._fault(fault)
        answered = await self._answer(method, path, params, body)
        return answered if fault is None else self._fault(fault, answered)

    def _fault(self, fault: Fault, taken: Answered | None = None) -> Answered | None:
        match fault:
            case Fault.THROTTLE:
                told = orjson.dumps({"code": "too.many.requests", "message": "wait"})
                return Answered(status=429, body=told, headers={"Retry-After": str(self.faults.retry_after)})
            case Fault.DROP_BEFORE | Fault.DROP_AFTER:
                return None
            case Fault.SLOW:
                return Answered(body=taken.body if taken else b"{}", drip=self.faults.drip_seconds)
            case Fault.HTML:
                return Answered(status=502, body=b"<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
            case Fault.GARBAGE:
                return Answered(body=b'{"message":')
            case _:
                return _refusal(*_ERRORS[fault])

    async def _answer(self, method: str, path: str, params: Mapping[str, str], body: Any) -> Answered:
        match method, path.split("/")[1:]:
            case "GET", ["me"]:
                return _result(self._bot())
            case "POST", ["messages"]:
                return self._take_message(params, body)
            case "GET", ["messages"]:
                return self._history(int(params["chat_id"]), int(params.get("count", 50)))
            case "POST", ["answers"]:
                return self._answered(params["callback_id"], body)
            case "POST", ["uploads"]:
                return _result({"url": f"{self.url}/upload"})
            case _, ["subscriptions"]:
                return self._subscription(method, params, body)
            case "GET", ["updates"]:
                return await self._give_updates(params)
            case ("POST", ["chats", _, "actions"]) | ("DELETE", ["chats", _, "members", "me"]):
                return _result({"success": True})
            case _:
                return _refusal(404, "not.found")

    def _take_message(self, params: Mapping[str, str], body: Json) -> Answered:
        text, attachments = body.get("text") or "", body.get("attachments") or []
        if wrong := _wrong(text, attachments):
            return _refusal(400, "proto.payload", wrong)
        whole = [self._attached(one) for one in attachments]
        if None in whole:
            return _refusal(400, "proto.payload", "no such file")
        sent = Sent(
            chat=int(params["chat_id"]),
            mid=f"mid.{next(self._numbers):016x}",
            text=text,
            attachments=[one for one in whole if one is not None],
            at=self.ticks(),
            when=self.date,
        )
        self.sent.append(sent)
        return _result({"message": self._message_of(sent)})

    def _attached(self, one: Json) -> Json | None:
        if one["type"] != "file":
            return one
        token = one["payload"]["token"]
        if token not in self.uploads:
            return None
        name, content = self.uploads[token]
        where = {"url": f"{self.url}/files/{token}", "token": token}
        return {"type": "file", "payload": where, "filename": name, "size": len(content)}

    def _take_file(self, asked: Asked) -> Answered:
        token = f"file-{next(self._numbers)}"
        self.uploads[token] = asked.names.get("data", ""), asked.files.get("data", b"")
        return _result({"token": token})

    def _history(self, chat: int, most: int) -> Answered:
        shown = [self._message_of(sent) for sent in self.sent if sent.chat == chat]
        return _result({"messages": shown[::-1][:most]})

    def _answered(self, callback: str, body: Json) -> Answered:
        mid = callback.split("/", 1)[0]
        message = body.get("message")
        for sent in self.sent:
            if message is not None and sent.mid == mid:
                sent.text, sent.attachments = message["text"], message["attachments"]
        return _result({"success": True})

    def _subscription(self, method: str, params: Mapping[str, str], body: Any) -> Answered:
        match method:
            case "POST" if not str(body["url"]).startswith("https://"):
                return _result({"success": False, "message": "https only"})
            case "POST":
                self.subscriptions[body["url"]] = body.get("secret", "")
            case "DELETE":
                self.subscriptions.pop(params["url"], None)
            case _:
                known = [{"url": url, "time": self.date, "update_types": None} for url in self.subscriptions]
                return _result({"subscriptions": known})
        return _result({"success": True})

    async def _give_updates(self, params: Mapping[str, str]) -> Answered:
        """Without a marker the newest only; with one, what comes from there on, and what was before is forgotten."""
        if self.subscriptions:
            return _result({"updates": [], "marker": None})
        marker = int(params.get("marker", max(self.updates, default=0)))
        for place in [place for place in self.updates if place < marker]:
            del self.updates[place]
        if not self.updates:
            self._news.clear()
            try:
                async with asyncio.timeout(float(params.get("timeout") or 0) or 0.01):
                    await self._news.wait()
            except TimeoutError:
                return _result({"updates": [], "marker": marker})
        found = sorted(self.updates.items())[:100]
        return _result({"updates": [update for _, update in found], "marker": found[-1][0] + 1})

    # ---------------------------------------------------------------- what clients do

    def says(self, chat: int, text: str = "", *attachments: Json, **more: Any) -> Json:
        """A client writes. ``more``: other fields of the update."""
        return self._update("message_created", message=self._said(chat, text, attachments), **more)

    def shares_contact(self, chat: int, phone: str, *, own: bool = True) -> Json:
        """A client presses the button that shares his number, or passes on somebody else's card."""
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{phone}\r\nFN:Client\r\nEND:VCARD\r\n"
        person = self._user(chat + (0 if own else 1))
        signed = signatures(card, self.token)[0].decode()
        payload = {"vcf_info": card, "max_info": person} | ({"hash": signed} if own else {})
        return self.says(chat, "", {"type": "contact", "payload": payload})

    def edits(self, update: Json, text: str) -> Json:
        """A client writes a message of his anew."""
        message = update["message"] | {"body": update["message"]["body"] | {"text": text}}
        return self._update("message_edited", message=message)

    def presses(self, sent: Sent, label: str) -> Json:
        """A client presses a button of a message that he has."""
        button = next(b for b in sent.buttons if b["text"].removeprefix("✓ ") == label)
        number = next(self._numbers)
        callback = {
            "timestamp": self.date + number,
            "callback_id": f"{sent.mid}/{number}",
            "payload": button["payload"],
            "user": self._user(sent.chat),
        }
        return self._update("message_callback", callback=callback, message=self._message_of(sent), user_locale="ru")

    def starts(self, chat: int, payload: str | None = None) -> Json:
        """A client opens the bot, perhaps by a link with a tag."""
        return self._update("bot_started", chat_id=chat, user=self._user(chat), payload=payload, user_locale="ru")

    def leaves(self, chat: int, kind: str = "bot_stopped") -> Json:
        """A client stops the bot, removes the dialog (``dialog_removed``) or mutes it."""
        return self._update(kind, chat_id=chat, user=self._user(chat), user_locale="ru")

    def _update(self, kind: str, **fields: Any) -> Json:
        number = next(self._numbers)
        update = {"update_type": kind, "timestamp": self.date + number, **fields}
        self.updates[number] = update
        self._news.set()
        return update

    def _said(self, chat: int, text: str, attachments: tuple[Json, ...]) -> Json:
        number = next(self._numbers)
        return {
            "sender": self._user(chat),
            "recipient": {"chat_id": chat, "chat_type": "dialog", "user_id": BOT},
            "timestamp": self.date + number,
            "body": {"mid": f"mid.{number:016x}", "seq": number, "text": text, "attachments": list(attachments)},
        }

    def _message_of(self, sent: Sent) -> Json:
        body = {"mid": sent.mid, "seq": int(sent.mid[4:], 16), "text": sent.text, "attachments": sent.attachments}
        return {
            "sender": self._bot(),
            "recipient": {"chat_id": sent.chat, "chat_type": "dialog", "user_id": sent.chat},
            "timestamp": sent.when,
            "body": body,
        }

    def _bot(self) -> Json:
        return self._person(BOT, "Salon", USERNAME, is_bot=True)

    def _user(self, chat: int) -> Json:
        return self._person(chat, f"Client {chat}", None, is_bot=False)

    def _person(self, number: int, name: str, username: str | None, *, is_bot: bool) -> Json:
        named = {"user_id": number, "first_name": name, "name": name, "username": username, "is_bot": is_bot}
        return named | {"last_activity_time": self.date}

    async def deliver(self, client: httpx.AsyncClient, update: Json) -> int:
        """Bring one update to the webhook once; the status of the answer, 0 when there was none."""
        for url, secret in self.subscriptions.items():
            try:
                told = await client.post(url, content=orjson.dumps(update), headers={"X-Max-Bot-Api-Secret": secret})
            except httpx.HTTPError:
                return 0
            return told.status_code
        return 0


def _wrong(text: str, attachments: list[Json]) -> str:
    """What MAX would refuse; empty when nothing."""
    rows = [row for one in attachments if one["type"] == "inline_keyboard" for row in one["payload"]["buttons"]]
    buttons = [button for row in rows for button in row]
    if not text.strip() and not attachments:
        return "empty"
    if len(text) > _MOST_TEXT:
        return "text"
    if len(rows) > _MOST_ROWS or any(len(row) > _most_in(row) for row in rows):
        return "rows"
    if any(not 1 <= len(one["text"]) <= _MOST_LABEL for one in buttons):
        return "label"
    long = any(len(one.get("payload", "")) > _MOST_PAYLOAD or len(one.get("url", "")) > _MOST_URL for one in buttons)
    return "payload" if long else ""


def _most_in(row: list[Json]) -> int:
    return _MOST_WITH_LINKS if any(button["type"] in _WIDE for button in row) else _MOST_PER_ROW


def _result(result: object) -> Answered:
    return Answered(body=orjson.dumps(result))


def _refusal(status: int, code: str, message: str = "no") -> Answered:
    return Answered(status=status, body=orjson.dumps({"code": code, "message": message}))
