"""WhatsApp in a golden conversation: every call is signed, cut and parsed; buttons and rows are pressed where shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.heard import Said
from channels.port import Account, Call
from channels.whatsapp.account import WhatsAppAccount
from channels.whatsapp.door import events, verify
from channels.whatsapp.fake import NUMBER, FakeWhatsApp, Json
from channels.whatsapp.reading import parse
from dialog.effects import Send
from dialog.message import Address, InboundMessage
from tests.channels.golden_screens import Leaps, Running, Screen
from tests.channels.test_whatsapp_account import connection

ANNA = "79990001122"
FILES: dict[str, Json] = {
    "photo": {"image": {"id": "1", "mime_type": "image/jpeg"}},
    "voice": {"audio": {"id": "2", "mime_type": "audio/ogg; codecs=opus", "voice": True}},
    "location": {"location": {"latitude": 56.3, "longitude": 44.0}},
    "sticker": {"sticker": {"id": "3", "mime_type": "image/webp"}},
}


class WhatsAppScreen(Screen):
    """A label may be cut, or stand on a page that is not open: then the client types it."""

    address = Address(channel="whatsapp", account=NUMBER, peer=ANNA)
    leap = 2.0

    def __init__(self, running: Running, language: str) -> None:
        super().__init__(running)
        self._shown: dict[str, str] = {}
        self.fake = FakeWhatsApp(faults=Faults(lambda: 1.0), ticks=Leaps(1.0))
        self._server = FakeServer(self.fake)
        self._running.run(self._server.__aenter__())
        self._connection = connection(self._server.url)

        async def opened() -> Account:
            return WhatsAppAccount(self._connection, self._around)

        self.account = self._running.run(opened())

    def shows(self, send: Send, language: str) -> None:
        super().shows(send, language)
        self._shown |= {choice.label: choice.token for choice in send.reply.choices}

    def brings(self, act: str, what: Any) -> Sequence[InboundMessage]:
        match act:
            case "says":
                texts = what if isinstance(what, list) else [what]
                return [message for text in texts for message in self._read(self.fake.says(ANNA, text))]
            case "presses":
                return self._read(self._press(what))
            case "sends" if what in FILES:
                return self._read(self.fake.says(ANNA, **FILES[what]))
        return []

    def _press(self, label: str) -> Json:
        token = self._shown[label]
        for sent in reversed(self.fake.sent):
            for shown, one in sent.buttons:
                if one == token:
                    return self.fake.presses(sent, shown)
        return self.fake.says(ANNA, label)

    def _read(self, made: Json) -> list[InboundMessage]:
        body, headers = self.fake.signed(made)
        call = Call(headers=headers, body=body)
        assert verify(self._connection, call)
        found = [one for event in events(self._connection, call) for one in parse(event)]
        return [one.message for one in found if isinstance(one, Said)]

    def close(self) -> None:
        super().close()
        self._running.run(self._server.__aexit__(None, None, None))
