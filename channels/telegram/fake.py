"""A Telegram that is not there: the Bot API's real wire, its limits, its faults, and clients who write and press."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from channels.fakes.faults import Fault, Faults
from channels.fakes.server import Answered, Asked
from channels.rendering.capabilities import Unit
from channels.rendering.measure import length

TOKEN = "123456789:" + "fake" * 8 + "000"
USERNAME = "zabota_fake_bot"
Json = dict[str, Any]

_ERRORS: Mapping[Fault, tuple[int, str]] = {
    Fault.BLOCKED: (403, "Forbidden: bot was blocked by the user"),
    Fault.DEACTIVATED: (403, "Forbidden: user is deactivated"),
    Fault.NO_CHAT: (400, "Bad Request: chat not found"),
    Fault.UNAUTHORIZED: (401, "Unauthorized"),
    Fault.WRONG_TOKEN: (404, "Not Found"),
    Fault.TOO_LONG: (400, "Bad Request: message is too long"),
    Fault.BAD_BUTTON: (400, "Bad Request: BUTTON_DATA_INVALID"),
    Fault.EMPTY: (400, "Bad Request: message text is empty"),
    Fault.NOT_MODIFIED: (400, "Bad Request: message is not modified"),
    Fault.QUERY_TOO_OLD: (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    Fault.CONFLICT: (409, "Conflict: terminated by other getUpdates request"),
    Fault.ERROR_BEFORE: (500, "Internal Server Error"),
    Fault.ERROR_AFTER: (502, "Bad Gateway"),
}
_TAKEN = frozenset({Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.SLOW})
_SENDS = frozenset({"sendMessage", "sendDocument"})
_MOST_TEXT = 4096
_MOST_DATA = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that a client has on his screen. ``at`` in seconds of the fake's own clock."""

    chat: int
    message_id: int
    text: str
    markup: Json
    at: float
    file: bytes = b""

    @property
    def buttons(self) -> list[Json]:
        """Its inline buttons, in order."""
        return [button for row in self.markup.get("inline_keyboard", ()) for button in row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call that came in, with what it met."""

    method: str
    form: Mapping[str, str]
    at: float
    fault: Fault | None


@dataclass(slots=True)
class FakeTelegram:
    """The server's handler and everything that it knows. ``ticks``: seconds."""

    faults: Faults
    ticks: Callable[[], float]
    token: str = TOKEN
    date: int = 1_780_000_000
    sent: list[Sent] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    updates: dict[int, Json] = field(default_factory=dict)
    """Not fetched or delivered yet, by ``update_id``."""
    webhook: tuple[str, str] | None = None
    """Address and secret."""
    _numbers: int = 0
    _message_ids: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # ---------------------------------------------------------------- what the bot does

    async def __call__(self, asked: Asked) -> Answered | None:
        """Answer one request, or drop it."""
        if self.faults.down:
            return None
        path = asked.path.split("?", 1)[0]
        if path.startswith(f"/file/bot{self.token}/"):
            content = self.files.get(path.rsplit("/", 1)[1])
            return Answered(body=content, content_type="application/octet-stream") if content else _refusal(404, "")
        prefix = f"/bot{self.token}/"
        if not path.startswith(prefix):
            return _refusal(404, "Not Found")
        return await self._called(path[len(prefix) :], asked)

    async def _called(self, method: str, asked: Asked) -> Answered | None:
        fault = self.faults.next() if method in _SENDS else None
        self.calls.append(Called(method=method, form=asked.form, at=self.ticks(), fault=fault))
        if fault is not None and fault not in _TAKEN:
            return self._fault(fault)
        answered = await self._answer(method, asked)
        return answered if fault is None else self._fault(fault, answered)

    def _fault(self, fault: Fault, taken: Answered | None = None) -> Answered | None:
        match fault:
            case Fault.THROTTLE:
                seconds = self.faults.retry_after
                return _refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
            case Fault.MIGRATED:
                return _refusal(
                    400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100
                )
            case Fault.DROP_BEFORE | Fault.DROP_AFTER:
                return None
            case Fault.SLOW:
                body = taken.body if taken else b"{}"
                return Answered(body=body, drip=self.faults.drip_seconds)
            case Fault.HTML:
                return Answered(status=502, body=b"<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
            case Fault.GARBAGE:
                return Answered(body=b'{"ok":true,"result":')
            case _:
                return _refusal(*_ERRORS[fault])

    async def _answer(self, method: str, asked: Asked) -> Answered:
        match method:
            case "getMe":
                return _result(
                    {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Salon"}
                    | {"username": USERNAME}
                )
            case "sendMessage":
                return self._take_message(asked)
            case "sendDocument":
                return _result(self._store(int(asked.form["chat_id"]), "", {}, next(iter(asked.files.values()), b"")))
            case "editMessageReplyMarkup" | "editMessageText":
                return self._edit(asked)
            case "deleteMessage":
                return self._delete(asked)
            case "getUpdates":
                return await self._give_updates(asked)
            case "getFile":
                name = asked.form["file_id"]
                known = name in self.files
                return (
                    _result({"file_id": name, "file_unique_id": name, "file_path": name})
                    if known
                    else _refusal(400, "Bad Request: invalid file_id")
                )
            case "setWebhook":
                self.webhook = asked.form["url"], asked.form.get("secret_token", "")
                return _result(True)
            case "deleteWebhook":
                self.webhook = None
                return _result(True)
            case "answerCallbackQuery" | "sendChatAction" | "leaveChat" | "setMyCommands" | "setMessageReaction":
                return _result(True)
            case _:
                return _refusal(404, "Not Found: method not found")

    def _take_message(self, asked: Asked) -> Answered:
        text = asked.form.get("text", "")
        markup = orjson.loads(asked.form.get("reply_markup") or "{}")
        if not text.strip():
            return _refusal(400, "Bad Request: message text is empty")
        if length(text, Unit.UTF16) > _MOST_TEXT:
            return _refusal(400, "Bad Request: message is too long")
        rows = markup.get("inline_keyboard", ())
        if any(len(b.get("callback_data", "").encode()) > _MOST_DATA for row in rows for b in row):
            return _refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        return _result(self._store(int(asked.form["chat_id"]), text, markup))

    def _store(self, chat: int, text: str, markup: Json, file: bytes = b"") -> Json:
        number = self._message_id(chat)
        self.sent.append(Sent(chat=chat, message_id=number, text=text, markup=markup, at=self.ticks(), file=file))
        return {"message_id": number, "date": self.date, "chat": self._chat(chat), "text": text}

    def _edit(self, asked: Asked) -> Answered:
        chat, number = int(asked.form["chat_id"]), int(asked.form["message_id"])
        for place, known in enumerate(self.sent):
            if (known.chat, known.message_id) == (chat, number):
                markup = orjson.loads(asked.form.get("reply_markup") or "{}")
                text = asked.form.get("text", known.text)
                if (text, markup) == (known.text, known.markup):
                    return _refusal(*_ERRORS[Fault.NOT_MODIFIED])
                self.sent[place] = Sent(
                    chat=chat, message_id=number, text=text, markup=markup, at=known.at, file=known.file
                )
                return _result({"message_id": number, "date": self.date, "chat": self._chat(chat), "text": text})
        return _refusal(400, "Bad Request: message to edit not found")

    def _delete(self, asked: Asked) -> Answered:
        where = int(asked.form["chat_id"]), int(asked.form["message_id"])
        kept = [known for known in self.sent if (known.chat, known.message_id) != where]
        if len(kept) == len(self.sent):
            return _refusal(400, "Bad Request: message to delete not found")
        self.sent[:] = kept
        return _result(True)

    async def _give_updates(self, asked: Asked) -> Answered:
        if self.webhook is not None:
            return _refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(asked.form.get("offset") or 0)
        for number in [number for number in self.updates if number < offset]:
            del self.updates[number]
        if not self.updates:
            self._news.clear()
            try:
                async with asyncio.timeout(float(asked.form.get("timeout") or 0) or 0.01):
                    await self._news.wait()
            except TimeoutError:
                return _result([])
        return _result([update for number, update in sorted(self.updates.items()) if number >= offset][:100])

    # ---------------------------------------------------------------- what clients do

    def says(self, chat: int, text: str = "", **more: Any) -> Json:
        """A client writes. ``more``: other fields of the message (photo, contact, location...)."""
        content = {"text": text} if text else {}
        return self._update("message", self._message(chat) | content | more)

    def answers(self, sent: Sent, text: str) -> Json:
        """A client answers one of the bot's messages."""
        message = self._message(sent.chat, sent.message_id) | {"text": sent.text}
        return self.says(sent.chat, text, reply_to_message=message)

    def presses(self, sent: Sent, label: str) -> Json:
        """A client presses a button of a message that he has."""
        data = next(b["callback_data"] for b in sent.buttons if b["text"].removeprefix("✓ ") == label)
        message = self._message(sent.chat, sent.message_id) | {"text": sent.text, "reply_markup": sent.markup}
        message["from"] = {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Salon"}
        query = {
            "id": str(self._numbers + 1),
            "from": self._user(sent.chat),
            "message": message,
            "chat_instance": "1",
            "data": data,
        }
        return self._update("callback_query", query)

    def member(self, chat: int, status: str, kind: str = "private") -> Json:
        """A client blocks the bot (``kicked``) or lets it back (``member``); or it is put into a group."""
        where = self._chat(chat) if kind == "private" else {"id": chat, "type": kind, "title": "x"}
        person = {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Salon"}
        left = {"status": status, "user": person} | ({"until_date": 0} if status == "kicked" else {})
        change = {"chat": where, "from": self._user(abs(chat)), "date": self.date}
        return self._update(
            "my_chat_member",
            change | {"old_chat_member": {"status": "member", "user": person}, "new_chat_member": left},
        )

    def _update(self, kind: str, body: Json) -> Json:
        self._numbers += 1
        update = {"update_id": self._numbers, kind: body}
        self.updates[self._numbers] = update
        self._news.set()
        return update

    def _message(self, chat: int, number: int = 0) -> Json:
        return {
            "message_id": number or self._message_id(chat),
            "date": self.date,
            "chat": self._chat(chat),
            "from": self._user(chat),
        }

    def _message_id(self, chat: int) -> int:
        self._message_ids[chat] += 1
        return self._message_ids[chat]

    def _chat(self, chat: int) -> Json:
        return {"id": chat, "type": "private", "first_name": f"Client {chat}"}

    def _user(self, chat: int) -> Json:
        return {"id": chat, "is_bot": False, "first_name": f"Client {chat}", "language_code": "ru"}

    async def deliver(self, client: httpx.AsyncClient, update: Json) -> int:
        """Bring one update to the webhook once; the status of the answer, 0 when there was none."""
        if self.webhook is None:
            return 0
        url, secret = self.webhook
        try:
            answer = await client.post(
                url, content=orjson.dumps(update), headers={"X-Telegram-Bot-Api-Secret-Token": secret}
            )
        except httpx.HTTPError:
            return 0
        if answer.is_success:
            self.updates.pop(int(update["update_id"]), None)
        return answer.status_code


def _result(result: object) -> Answered:
    return Answered(body=orjson.dumps({"ok": True, "result": result}))


def _refusal(status: int, description: str, **parameters: int) -> Answered:
    body: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answered(status=status, body=orjson.dumps(body))
