"""A client's messenger in a golden conversation: the real adapter and its fake stand between him and the engine."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol, TypeVar

import orjson

from channels.connection import Connection
from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy, Said
from channels.hook import RawEvent
from channels.port import Account, Surroundings
from channels.sms.account import SmsAccount
from channels.sms.fake import API_ID, FakeSmsRu
from channels.sms.smsru import SmsRu
from channels.telegram.account import TelegramAccount
from channels.telegram.fake import TOKEN, FakeTelegram
from channels.telegram.reading import parse
from channels.vk.account import VkAccount
from channels.vk.fake import GROUP, FakeVk
from channels.vk.fake import TOKEN as VK_TOKEN
from channels.vk.reading import parse as vk_parse
from dialog.effects import Send
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address, InboundMessage, Kind
from dialog.outbox import Outgoing, Settled
from tests.fakes.stillness import CountedDice, StillClock

T = TypeVar("T")
FILES: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]},
    "voice": {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
    "location": {"location": {"latitude": 56.3, "longitude": 44.0}},
    "sticker": {
        "sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 9, "height": 9}
        | {"is_animated": False, "is_video": False}
    },
}


_NUMBERED = re.compile(r"^(\d+)\. (.+?)(?: — .*)?$", re.MULTILINE)


class Running(Protocol):
    """Runs a coroutine to its end, always in the same loop."""

    def run(self, coro: Coroutine[Any, Any, T]) -> T: ...


class Leaps:
    """Seconds that leap: nobody waits for his turn to send."""

    def __init__(self, seconds: float) -> None:
        self._step = seconds
        self._now = 0.0

    def __call__(self) -> float:
        self._now += self._step
        return self._now


class Screen(ABC):
    """What both have in common: lines go out through the account, one by one, and each is taken."""

    address: Address
    account: Account
    numbers: bool
    leap = 100.0

    def __init__(self, running: Running) -> None:
        self._running = running
        ticks = Leaps(self.leap)
        self._around = Surroundings(clock=StillClock(), dice=CountedDice(), public_url="", ticks=ticks)

    def shows(self, send: Send, language: str) -> None:
        """The line arrives."""
        outgoing = Outgoing(
            id=OutboxId(1),
            conversation_id=ConversationId(1),
            address=self.address,
            lane=send.lane,
            author=send.author,
            message_class=send.message_class,
            reply=send.reply,
            attempt=1,
            language=language,
        )
        settled = self._running.run(self.account.send(outgoing))
        assert settled.outcome is Settled.ACCEPTED, settled

    @abstractmethod
    def brings(self, act: str, what: Any) -> Sequence[InboundMessage]:
        """The client's doing as the adapter reads it; nothing for what this messenger does not have."""

    def close(self) -> None:
        """Everything is put away."""
        self._running.run(self.account.close())


class TelegramScreen(Screen):
    """Buttons are pressed where they were shown; everything comes in as an update and is parsed."""

    address = Address(channel="telegram", account="1", peer="5")
    leap = 2.0

    def __init__(self, running: Running, language: str) -> None:
        super().__init__(running)
        self._language = language
        self.fake = FakeTelegram(faults=Faults(lambda: 1.0), ticks=Leaps(1.0))
        self._server = FakeServer(self.fake)
        self._running.run(self._server.__aenter__())
        connection = Connection(
            channel="telegram",
            account="1",
            path="p",
            settings={"base_url": self._server.url},
            secrets={"token": TOKEN, "hook_secret": "s"},
        )

        async def opened() -> Account:
            return TelegramAccount(connection, self._around)

        self.account = self._running.run(opened())

    def brings(self, act: str, what: Any) -> Sequence[InboundMessage]:
        match act:
            case "opens":
                return self._read(self._says("/start"))
            case "says":
                texts = what if isinstance(what, list) else [what]
                return [message for text in texts for message in self._read(self._says(text))]
            case "presses":
                shown = next(sent for sent in reversed(self.fake.sent) if what in [b["text"] for b in sent.buttons])
                return self._read(self.fake.presses(shown, what))
            case "sends" if what in FILES:
                return self._read(self._says("", **FILES[what]))
        return []

    def _says(self, text: str, **more: Any) -> dict[str, Any]:
        who = {"id": 5, "is_bot": False, "first_name": "x", "language_code": self._language}
        return self.fake.says(5, text, **{"from": who}, **more)

    def _read(self, update: dict[str, Any]) -> list[InboundMessage]:
        event = RawEvent(
            channel="telegram", account="1", key=str(update["update_id"]), body=orjson.dumps(update).decode()
        )
        return [heard.message for heard in parse(event) if isinstance(heard, Said)]

    def close(self) -> None:
        super().close()
        self._running.run(self._server.__aexit__(None, None, None))


VK_FILES: dict[str, dict[str, Any]] = {
    "photo": {
        "attachments": [{"type": "photo", "photo": {"sizes": [{"url": "https://x.userapi.com/p", "type": "x"}]}}]
    },
    "voice": {"attachments": [{"type": "audio_message", "audio_message": {"link_ogg": "https://x.userapi.com/v"}}]},
    "location": {"geo": {"type": "point", "coordinates": {"latitude": 56.3, "longitude": 44.0}}},
    "sticker": {"attachments": [{"type": "sticker", "sticker": {"sticker_id": 1}}]},
}


class VkScreen(Screen):
    """Buttons, cards and keyboards are pressed where they were shown; the application says what it can show."""

    address = Address(channel="vk", account=str(GROUP), peer="5001")
    leap = 2.0

    def __init__(self, running: Running, language: str) -> None:
        super().__init__(running)
        self.fake = FakeVk(faults=Faults(lambda: 1.0), ticks=Leaps(1.0))
        self.fake.abilities["lang_id"] = {"ru": 0, "en": 3}[language]
        self._server = FakeServer(self.fake)
        self._running.run(self._server.__aenter__())
        self.fake.url = self._server.url
        connection = Connection(
            channel="vk",
            account=str(GROUP),
            path="p",
            settings={"base_url": self._server.url},
            secrets={"token": VK_TOKEN, "hook_secret": "s"},
        )

        async def opened() -> Account:
            return VkAccount(connection, self._around)

        self.account = self._running.run(opened())

    def brings(self, act: str, what: Any) -> Sequence[InboundMessage]:
        match act:
            case "opens":
                return self._read(self.fake.says(5001, "Начать", payload='{"command":"start"}'))
            case "says":
                texts = what if isinstance(what, list) else [what]
                return [message for text in texts for message in self._read(self.fake.says(5001, text))]
            case "presses":
                shown = next(
                    sent for sent in reversed(self.fake.sent) if what in [a.get("label") for a in sent.actions]
                )
                return self._read(self.fake.presses(shown, what))
            case "sends" if what in VK_FILES:
                return self._read(self.fake.says(5001, "", **VK_FILES[what]))
        return []

    def _read(self, event: dict[str, Any]) -> list[InboundMessage]:
        raw = RawEvent(channel="vk", account=str(GROUP), key=event["event_id"], body=orjson.dumps(event).decode())
        found = vk_parse(raw)
        for one in found:
            if isinstance(one, Courtesy):
                self._running.run(self.account.be_kind(one))
        return [heard.message for heard in found if isinstance(heard, Said)]

    def close(self) -> None:
        super().close()
        self._running.run(self._server.__aexit__(None, None, None))


class OldButton(LookupError):
    """What is to be pressed is no longer on the screen, and cannot be typed."""


class SmsScreen(Screen):
    """Nothing but text: a choice is made by typing its number as it was shown, every other time its label.

    While a person is promised a number may be meant for him, and only labels are typed.
    """

    address = Address(channel="sms", account="a", peer="79990001122")

    def __init__(self, running: Running, language: str) -> None:
        super().__init__(running)
        self._typed = 0
        self.numbers = True
        self.fake = FakeSmsRu(faults=Faults(lambda: 1.0))
        self._server = FakeServer(self.fake)
        self._running.run(self._server.__aenter__())
        connection = Connection(channel="sms", account="a", path="p", secrets={"api_id": API_ID})

        async def opened() -> Account:
            return SmsAccount(connection, self._around, SmsRu(API_ID, base_url=self._server.url))

        self.account = self._running.run(opened())

    def brings(self, act: str, what: Any) -> Sequence[InboundMessage]:
        match act:
            case "says":
                return [self._text(text) for text in (what if isinstance(what, list) else [what])]
            case "presses":
                number = self._number(what)
                return [self._text(number if self.numbers and self._typed % 2 else what)]
        return []

    def _number(self, label: str) -> str:
        """In the newest list of choices."""
        lists = (found for _, _, text in reversed(self.fake.sent) if (found := _NUMBERED.findall(text)))
        number: str | None = next((number for number, shown in next(lists, []) if shown == label), None)
        if number is None:
            raise OldButton(label)
        return number

    def _text(self, text: str) -> InboundMessage:
        self._typed += 1
        return InboundMessage(address=self.address, event_key=f"s{self._typed}", kind=Kind.TEXT, text=text)

    def close(self) -> None:
        super().close()
        self._running.run(self._server.__aexit__(None, None, None))
