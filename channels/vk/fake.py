"""A VK that is not there: the wire of its API and Callback API, its limits and faults, clients who write and press.

Not captured: every body here is written after the published schema and documentation, none was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from channels.fakes.faults import Fault, Faults
from channels.fakes.server import Answered, Asked

TOKEN = "vk1.a." + "Fake_token-" * 8
GROUP = 211_000_001
CONFIRMATION = "c0ffee42"
Json = dict[str, Any]

ERRORS: Mapping[Fault, tuple[int, str]] = {
    Fault.THROTTLE: (6, "Too many requests per second"),
    Fault.BUSY: (9, "Flood control"),
    Fault.DAY_LIMIT: (29, "Rate limit reached"),
    Fault.ERROR_BEFORE: (10, "Internal server error: could not get application"),
    Fault.ERROR_AFTER: (10, "Internal server error: Unknown error, try later"),
    Fault.BLOCKED: (900, "Can't send messages for users from blacklist"),
    Fault.DEACTIVATED: (18, "User was deleted or banned"),
    Fault.NO_CHAT: (901, "Can't send messages for users without permission"),
    Fault.UNAUTHORIZED: (5, "User authorization failed: invalid access_token (4)."),
    Fault.WRONG_TOKEN: (27, "Group authorization failed: group auth is failed"),
    Fault.TOO_LONG: (914, "Message is too long"),
    Fault.BAD_BUTTON: (911, "Keyboard format is invalid"),
    Fault.EMPTY: (100, "One of the parameters specified was missing or invalid: message is empty or invalid"),
    Fault.WINDOW_CLOSED: (950, "Reply timed out"),
    Fault.CAPTCHA: (14, "Captcha needed"),
}
_TAKEN = frozenset({Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.SLOW})
_MOST_TEXT, _MOST_LABEL, _MOST_PAYLOAD = 4096, 40, 255
_INLINE, _KEYBOARD = (5, 6, 10), (5, 10, 40)
"""Buttons in a row, rows, buttons in all."""
_WHOLE_ROW = frozenset({"location", "vkpay", "open_app"})


class VkRefusal(Exception):
    """The call is answered with an error."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that a client has on his screen. ``at`` in seconds of the fake's own clock."""

    peer: int
    message_id: int
    random_id: int
    text: str
    keyboard: Json
    template: Json
    attachment: str
    at: float

    @property
    def actions(self) -> list[Json]:
        """What its buttons do, in order: under it, in place of the letters, or on its cards."""
        rows = self.keyboard.get("buttons", ())
        cards = self.template.get("elements", ())
        return [one["action"] for row in rows for one in row] + [
            one["action"] for card in cards for one in card["buttons"]
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call that came in, with what it met."""

    method: str
    path: str
    form: Mapping[str, str]
    at: float
    fault: Fault | None


@dataclass(slots=True)
class FakeVk:
    """The server's handler and everything that it knows. ``ticks``: seconds."""

    faults: Faults
    ticks: Callable[[], float]
    token: str = TOKEN
    group: int = GROUP
    confirmation: str = CONFIRMATION
    date: int = 1_780_000_000
    rights: tuple[str, ...] = ("manage", "messages", "photos", "docs")
    url: str = ""
    """Its own address, for files."""
    asks: httpx.AsyncClient | None = None
    """By what it asks an address whether it is ours; without it every address is believed."""
    sent: list[Sent] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    """Presses that stopped spinning."""
    servers: dict[int, Json] = field(default_factory=dict)
    wishes: dict[str, str] = field(default_factory=dict)
    abilities: Json = field(
        default_factory=lambda: {
            "button_actions": ["text", "vkpay", "open_app", "location", "open_link", "callback"],
            "keyboard": True,
            "inline_keyboard": True,
            "carousel": True,
            "lang_id": 0,
        }
    )
    _keyed: dict[tuple[int, int], int] = field(default_factory=dict)
    _numbers: int = 0

    # ---------------------------------------------------------------- what the community does

    async def __call__(self, asked: Asked) -> Answered | None:
        """Answer one request, or drop it."""
        if self.faults.down:
            return None
        path = asked.path.split("?", 1)[0]
        if path.startswith("/upload/"):
            return self._upload(path, asked)
        if path.startswith("/file/"):
            content = self.files.get(path.rsplit("/", 1)[1])
            return Answered(body=content, content_type="application/octet-stream") if content else Answered(status=404)
        if not path.startswith("/method/"):
            return Answered(status=404, body=b"<html>404</html>", content_type="text/html")
        method = path.removeprefix("/method/")
        fault = self.faults.next() if method == "messages.send" else None
        self.calls.append(Called(method=method, path=asked.path, form=asked.form, at=self.ticks(), fault=fault))
        if fault is not None and fault not in _TAKEN:
            return self._fault(fault)
        answered = self._answered(method, asked.form)
        if method in ("groups.addCallbackServer", "groups.editCallbackServer"):
            await self._confirm()
        return answered if fault is None else self._fault(fault, answered)

    def _fault(self, fault: Fault, taken: Answered | None = None) -> Answered | None:
        match fault:
            case Fault.DROP_BEFORE | Fault.DROP_AFTER:
                return None
            case Fault.SLOW:
                return Answered(body=taken.body if taken else b"{}", drip=self.faults.drip_seconds)
            case Fault.HTML:
                return Answered(status=502, body=b"<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
            case Fault.GARBAGE:
                return Answered(body=b'{"response":')
            case _:
                return _error(*ERRORS[fault], extra=_CAPTCHA if fault is Fault.CAPTCHA else {})

    def _answered(self, method: str, form: Mapping[str, str]) -> Answered:
        if form.get("access_token") != self.token:
            return _error(*ERRORS[Fault.UNAUTHORIZED])
        try:
            return Answered(body=orjson.dumps({"response": self._response(method, form)}))
        except VkRefusal as refusal:
            return _error(refusal.code, refusal.words)

    def _response(self, method: str, form: Mapping[str, str]) -> object:
        match method:
            case "messages.send":
                return self._take(form)
            case "messages.sendMessageEventAnswer":
                self.answered.append(form["event_id"])
                return 1
            case "messages.setActivity" | "groups.setSettings":
                return 1
            case "docs.getMessagesUploadServer":
                return {"upload_url": f"{self.url}/upload/{form['peer_id']}"}
            case "docs.save":
                document = {"id": 7, "owner_id": -self.group, "title": form["title"], "size": 9, "ext": "ics"}
                return {"type": "doc", "doc": document | {"date": self.date, "type": 8, "url": f"{self.url}/file/doc"}}
            case _:
                return self._about_the_group(method, form)

    def _about_the_group(self, method: str, form: Mapping[str, str]) -> object:
        match method:
            case "groups.getById":
                return {"groups": [{"id": self.group, "name": "Salon", "screen_name": "salon"}], "profiles": []}
            case "groups.getTokenPermissions":
                return {"mask": 0, "permissions": [{"name": name, "setting": 1} for name in self.rights]}
            case "groups.getCallbackConfirmationCode":
                return {"code": self.confirmation}
            case "groups.getCallbackServers":
                return {"count": len(self.servers), "items": list(self.servers.values())}
            case "groups.addCallbackServer":
                if len(self.servers) >= 10:
                    raise VkRefusal(2000, "Servers number limit is reached")
                number = len(self.servers) + 1
                self.servers[number] = self._server(number, form)
                return {"server_id": number}
            case "groups.editCallbackServer":
                self.servers[int(form["server_id"])] = self._server(int(form["server_id"]), form)
                return 1
            case "groups.setCallbackSettings":
                self.wishes = dict(form)
                return 1
            case _:
                raise VkRefusal(3, "Unknown method passed")

    def _server(self, number: int, form: Mapping[str, str]) -> Json:
        if len(form["title"]) > 14 or len(form["secret_key"]) > 50:
            raise VkRefusal(*ERRORS[Fault.EMPTY])
        told = {"url": form["url"], "secret_key": form["secret_key"], "title": form["title"]}
        return {"id": number, "creator_id": 1, "status": "wait" if self.asks else "ok"} | told

    async def _confirm(self) -> None:
        """Ask every address that waits whether it is ours."""
        for server in self.servers.values():
            if self.asks is not None and server["status"] == "wait":
                question = {"type": "confirmation", "group_id": self.group, "secret": server["secret_key"]}
                answer = await self.asks.post(server["url"], content=orjson.dumps(question))
                said = answer.status_code == 200 and answer.text == self.confirmation
                server["status"] = "ok" if said else "failed"

    def _take(self, form: Mapping[str, str]) -> int:
        """A number that was there before gives back the first message, and shows nothing."""
        peer, random_id = int(form["peer_id"]), int(form["random_id"])
        known = self._keyed.get((peer, random_id)) if random_id else None
        if known is not None:
            return known
        text = form.get("message", "")
        keyboard, template = orjson.loads(form.get("keyboard", "{}")), orjson.loads(form.get("template", "{}"))
        if not text.strip() and not form.get("attachment"):
            raise VkRefusal(*ERRORS[Fault.EMPTY])
        if len(text) > _MOST_TEXT:
            raise VkRefusal(*ERRORS[Fault.TOO_LONG])
        if not _fits(keyboard) or not _cards_fit(template):
            raise VkRefusal(*ERRORS[Fault.BAD_BUTTON])
        self._numbers += 1
        self._keyed[peer, random_id] = self._numbers
        sent = Sent(
            peer=peer,
            message_id=self._numbers,
            random_id=random_id,
            text=text,
            keyboard=keyboard,
            template=template,
            attachment=form.get("attachment", ""),
            at=self.ticks(),
        )
        self.sent.append(sent)
        return self._numbers

    def _upload(self, path: str, asked: Asked) -> Answered:
        self.files["doc"] = next(iter(asked.files.values()), b"")
        return Answered(body=orjson.dumps({"file": f"{path}|doc"}))

    # ---------------------------------------------------------------- what clients do

    def says(self, peer: int, text: str = "", **more: Any) -> Json:
        """A client writes. ``more``: other fields of the message (attachments, geo, payload, ref...)."""
        return self._event("message_new", {"message": self._message(peer, text) | more, "client_info": self.abilities})

    def presses(self, sent: Sent, label: str) -> Json:
        """A client presses a button of a message that he has: a callback comes silently, another one writes."""
        action = next(one for one in sent.actions if one.get("label") == label)
        payload = action["payload"]
        if action["type"] != "callback":
            return self.says(sent.peer, label, payload=payload)
        press = {"user_id": sent.peer, "peer_id": sent.peer, "event_id": f"press{self._numbers + 1}"}
        told = {"payload": orjson.loads(payload), "conversation_message_id": sent.message_id}
        return self._event("message_event", press | told)

    def denies(self, peer: int) -> Json:
        """A client shuts the door."""
        return self._event("message_deny", {"user_id": peer})

    def allows(self, peer: int) -> Json:
        """A client opens it."""
        return self._event("message_allow", {"user_id": peer, "key": ""})

    def reads(self, sent: Sent) -> Json:
        """A client has seen a message."""
        seen = {"from_id": sent.peer, "peer_id": sent.peer, "read_message_id": sent.message_id}
        return self._event("message_read", seen | {"conversation_message_id": sent.message_id})

    def _event(self, kind: str, body: Json) -> Json:
        self._numbers += 1
        return {"type": kind, "event_id": f"{self._numbers:040x}", "v": "5.199", "group_id": self.group, "object": body}

    def _message(self, peer: int, text: str) -> Json:
        self._numbers += 1
        known = {
            "date": self.date,
            "from_id": peer,
            "id": self._numbers,
            "out": 0,
            "version": 10_000_000 + self._numbers,
        }
        flags = {"important": False, "is_hidden": False, "attachments": [], "fwd_messages": []}
        place = {"conversation_message_id": self._numbers, "peer_id": peer, "random_id": 0}
        return known | flags | place | {"text": text}

    async def deliver(self, client: httpx.AsyncClient, event: Json, retry: int = 0) -> bool:
        """Bring one event to the first address once; whether it was taken: anything but ``ok`` is a no."""
        server = self.servers[1]
        headers = {"X-Retry-Counter": str(retry)} if retry else {}
        body = orjson.dumps({**event, "secret": server["secret_key"]})
        try:
            answer = await client.post(server["url"], content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and answer.content == b"ok"


_CAPTCHA = {"captcha_sid": "1", "captcha_img": "https://api.vk.ru/captcha.php?sid=1"}


def _error(code: int, words: str, extra: Mapping[str, str] | None = None) -> Answered:
    body = {"error_code": code, "error_msg": words, "request_params": [{"key": "v", "value": "5.199"}], **(extra or {})}
    return Answered(body=orjson.dumps({"error": body}))


def _fits(keyboard: Json) -> bool:
    rows = keyboard.get("buttons", [])
    per_row, most_rows, most = _INLINE if keyboard.get("inline") else _KEYBOARD
    actions = [[button["action"] for button in row] for row in rows]
    return (
        len(rows) <= most_rows
        and sum(map(len, rows)) <= most
        and all(0 < len(row) <= per_row for row in rows)
        and all(_action_fits(one) for row in actions for one in row)
        and not any(len(row) > 1 and any(one["type"] in _WHOLE_ROW for one in row) for row in actions)
    )


def _action_fits(action: Json) -> bool:
    label, payload = action.get("label"), action.get("payload", "")
    short = isinstance(payload, str) and len(payload.encode()) <= _MOST_PAYLOAD
    return short and (action["type"] in _WHOLE_ROW or (isinstance(label, str) and 0 < len(label) <= _MOST_LABEL))


def _cards_fit(template: Json) -> bool:
    cards = template.get("elements", [])
    return len(cards) <= 10 and all(
        0 < len(card["title"]) <= 80
        and len(card.get("description", "")) <= 80
        and 0 < len(card["buttons"]) <= 3
        and all(_action_fits(button["action"]) for button in card["buttons"])
        for card in cards
    )
