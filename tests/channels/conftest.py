"""A site chat on fakes, spoken to by a test client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession

from channels.port import Ports
from channels.webchat.protocol import SUBPROTOCOL
from channels.webchat.routes import routes
from channels.webchat.visitor import CHANNEL
from dialog.message import Address
from dialog.reply import Choice
from tests.fakes.chat_store import MemoryChat, MemoryMedia
from tests.fakes.local_bus import MemoryBus
from tests.fakes.onward import MemoryOnward
from tests.fakes.stillness import CountedDice, StillClock

KEY = b"k" * 32
ORIGIN = "https://salon.example"
SITES = {
    "lavanda": {"title": "Лаванда", "origins": [ORIGIN]},
    "second": {"title": "Вторая", "origins": ["https://second.example"], "same_origin": False},
}


@dataclass
class Chat:
    """One running site chat and what stands behind it."""

    client: TestClient
    store: MemoryChat
    bus: MemoryBus
    clock: StillClock
    media: MemoryMedia
    onward: MemoryOnward

    def token(self, site: str = "lavanda", origin: str = ORIGIN) -> str:
        answer = self.client.post("/chat/session", json={"site": site}, headers={"origin": origin})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    def address(self, token: str, site: str = "lavanda") -> Address:
        return Address(channel=CHANNEL, account=site, peer=token.split(".", maxsplit=1)[0])

    def socket(self, token: str, origin: str | None = ORIGIN) -> WebSocketTestSession:
        headers = {"origin": origin} if origin else {}
        return self.client.websocket_connect("/chat/ws", subprotocols=[SUBPROTOCOL, token], headers=headers)

    def send(self, token: str, frame: object, origin: str | None = ORIGIN) -> Any:
        headers = {"x-chat-token": token} | ({"origin": origin} if origin else {})
        return self.client.post("/chat/send", content=json.dumps(frame), headers=headers)

    def poll(self, token: str, after: int = 0, wait: int = 0) -> Any:
        headers = {"x-chat-token": token, "origin": ORIGIN}
        return self.client.get(f"/chat/poll?after={after}&wait={wait}", headers=headers)

    def say(self, address: Address, text: str, choices: tuple[Choice, ...] = (), **more: Any) -> None:
        assert self.client.portal is not None
        self.client.portal.call(lambda: self.store.say(address, text, self.clock.now(), choices, **more))


def settings(**changes: object) -> dict[str, object]:
    return {"sites": SITES, "look_every": 0.05, "poll_for": 1.0, "ping_every": 25.0} | changes


def open_chat(**changes: object) -> Iterator[Chat]:
    bus, clock, media = MemoryBus(), StillClock(), MemoryMedia()
    store = MemoryChat(bus)
    onward = MemoryOnward()
    ports = Ports(
        inbox=store,
        transcript=store,
        bus=bus,
        clock=clock,
        dice=CountedDice(),
        keys=(KEY,),
        media=media,
        onward=onward,
    )
    app = Starlette(routes=list(routes(ports, settings(**changes))))
    with TestClient(app, raise_server_exceptions=True) as client:
        yield Chat(client=client, store=store, bus=bus, clock=clock, media=media, onward=onward)


@pytest.fixture
def chat() -> Iterator[Chat]:
    yield from open_chat()


def until(socket: WebSocketTestSession, kind: str, most: int = 20) -> Any:
    """The next frame of a type; other frames before it are passed over."""
    for _ in range(most):
        frame = json.loads(socket.receive_text())
        if frame["type"] == kind:
            return frame
    raise AssertionError(f"no {kind} frame came")
