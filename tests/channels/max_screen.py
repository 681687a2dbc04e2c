"""A client's MAX in a golden conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from channels.connection import Connection
from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy, Said
from channels.max.account import MaxAccount
from channels.max.door import raw_event
from channels.max.fake import BOT, TOKEN, FakeMax
from channels.max.reading import parse
from channels.port import Account
from dialog.message import Address, InboundMessage
from tests.channels.golden_screens import Leaps, Running, Screen

CHAT = 5
_WHERE = {"url": "https://i.oneme.ru/f", "token": "t"}
FILES: dict[str, dict[str, Any]] = {
    "photo": {"type": "image", "payload": _WHERE | {"photo_id": 1}},
    "voice": {"type": "audio", "payload": _WHERE},
    "location": {"type": "location", "latitude": 56.3, "longitude": 44.0},
    "sticker": {"type": "sticker", "payload": {"url": "https://i.oneme.ru/s", "code": "c"}, "width": 9, "height": 9},
}


class MaxScreen(Screen):
    """Buttons are pressed where they were shown, marked and all; everything comes in as an update and is parsed."""

    address = Address(channel="max", account=str(BOT), peer=str(CHAT))
    leap = 2.0

    def __init__(self, running: Running, language: str) -> None:
        super().__init__(running)
        self._language = language
        self.fake = FakeMax(faults=Faults(lambda: 1.0), ticks=Leaps(1.0))
        self._server = FakeServer(self.fake)
        self._running.run(self._server.__aenter__())
        self.fake.url = self._server.url
        self._connection = Connection(
            channel="max",
            account=str(BOT),
            path="p",
            settings={"base_url": self._server.url},
            secrets={"token": TOKEN, "hook_secret": "s"},
        )

        async def opened() -> Account:
            return MaxAccount(self._connection, self._around)

        self.account = self._running.run(opened())

    def brings(self, act: str, what: Any) -> Sequence[InboundMessage]:
        match act:
            case "opens":
                return self._read(self.fake.starts(CHAT) | {"user_locale": self._language})
            case "says":
                texts = what if isinstance(what, list) else [what]
                return [message for text in texts for message in self._read(self._says(text))]
            case "presses":
                labels = ((sent, [b["text"].removeprefix("✓ ") for b in sent.buttons]) for sent in self.fake.sent[::-1])
                shown = next(sent for sent, there in labels if what in there)
                return self._read(self.fake.presses(shown, what) | {"user_locale": self._language})
            case "sends" if what in FILES:
                return self._read(self._says("", FILES[what]))
        return []

    def _says(self, text: str, *attachments: dict[str, Any]) -> dict[str, Any]:
        return self.fake.says(CHAT, text, *attachments, user_locale=self._language)

    def _read(self, update: dict[str, Any]) -> list[InboundMessage]:
        found = parse(raw_event(self._connection, orjson.dumps(update)))
        for one in found:
            if isinstance(one, Courtesy):
                self._running.run(self.account.be_kind(one))
        return [heard.message for heard in found if isinstance(heard, Said)]

    def close(self) -> None:
        super().close()
        self._running.run(self._server.__aexit__(None, None, None))
