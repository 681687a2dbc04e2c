"""Where messengers call: who is not believed leaves nothing behind; who is believed is stored before he is answered."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from channels.connection import Connection, Pulse
from channels.directory import Directory
from channels.hook import Hook, RawEvent
from channels.hook_door import HookDoor
from channels.port import load_channel
from dialog.errors import StoreBusy
from tests.fakes.local_bus import MemoryBus
from tests.fakes.stillness import StillClock, StillJournal

SECRET = "Zx9" * 12
HEADER = "X-Telegram-Bot-Api-Secret-Token"
FORGED = 300


class MemoryConnections:
    """Two bots, one of them switched off."""

    def __init__(self) -> None:
        self.known = [
            Connection(channel="telegram", account="1", path="first", secrets={"hook_secret": SECRET, "token": "t"}),
            Connection(channel="telegram", account="2", path="second", secrets={"hook_secret": "other" * 8}),
            Connection(channel="telegram", account="3", path="mute", secrets={"token": "t"}),
            Connection(channel="telegram", account="4", path="off", secrets={"hook_secret": SECRET}, enabled=False),
        ]

    async def all(self) -> Sequence[Connection]:
        return list(self.known)

    async def put(self, connection: Connection, now: datetime) -> None:
        self.known.append(connection)

    async def forget(self, channel: str, account: str) -> None:
        self.known = [one for one in self.known if one.account != account]

    async def troubled(self, channel: str, account: str, trouble: str, now: datetime) -> None: ...

    async def move(self, channel: str, account: str, cursor: int) -> None: ...

    async def pulse(self, channel: str, account: str) -> Pulse:
        return Pulse()


class MemoryHooks:
    """Keeps events by key; can be too busy."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], RawEvent] = {}
        self.busy = False

    async def store(self, events: Sequence[RawEvent], now: datetime) -> int:
        if self.busy:
            raise StoreBusy("full", retry_after=2.5)
        before = len(self.kept)
        for one in events:
            self.kept.setdefault((one.channel, one.account, one.key), one)
        return len(self.kept) - before

    async def waiting(self, channels: Sequence[str], now: datetime, most: int) -> Sequence[Hook]:
        return ()

    async def done(self, ids: Sequence[int]) -> None: ...

    async def failed(self, hook: Hook, error: str, now: datetime) -> bool:
        return False

    async def early(self, hook: Hook, now: datetime) -> bool:
        return False

    async def forget(self, before: datetime) -> int:
        return 0


@pytest.fixture
async def door() -> tuple[TestClient, MemoryHooks]:
    directory = Directory(MemoryConnections(), MemoryBus(), StillJournal())
    await directory.read()
    hooks = MemoryHooks()
    messenger = load_channel("telegram").messenger
    assert messenger is not None
    routes = HookDoor(directory, hooks, StillClock().now).routes("telegram", messenger)
    return TestClient(Starlette(routes=routes)), hooks


def test_a_repeat_is_stored_once_and_believed_twice(door: tuple[TestClient, MemoryHooks]) -> None:
    client, hooks = door
    update = {"update_id": 7, "message": {"text": "привет"}}
    for _ in range(3):
        answer = client.post("/hooks/telegram/first", json=update, headers={HEADER: SECRET})
        assert (answer.status_code, answer.text) == (200, "")
    (kept,) = hooks.kept.values()
    assert (kept.account, kept.key, json.loads(kept.body)) == ("1", "7", update)


def test_what_cannot_be_read_is_kept_and_not_asked_for_again(door: tuple[TestClient, MemoryHooks]) -> None:
    client, hooks = door
    for body in (b"", b"\xff\xfe\x00", b"{", b"[" * 5000, b'{"update_id":' + b"9" * 5000 + b"}", b'{"update_id":true}'):
        assert client.post("/hooks/telegram/first", content=body, headers={HEADER: SECRET}).status_code == 200
    assert len(hooks.kept) == 6
    assert all(key.startswith("bytes:") and "\x00" not in one.body for (_, _, key), one in hooks.kept.items())


def test_a_busy_store_is_said_so_never_with_a_code_that_makes_telegram_forget_us(
    door: tuple[TestClient, MemoryHooks],
) -> None:
    client, hooks = door
    hooks.busy = True
    answer = client.post("/hooks/telegram/first", json={"update_id": 1}, headers={HEADER: SECRET})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")


def test_too_much_is_refused_before_it_is_read(door: tuple[TestClient, MemoryHooks]) -> None:
    client, hooks = door
    answer = client.post("/hooks/telegram/first", content=b"x" * 1_100_000, headers={HEADER: SECRET})
    assert (answer.status_code, hooks.kept) == (413, {})


@pytest.mark.parametrize("path", ["second", "mute", "off", "nobody", "", "first/", "First", "first%00"])
def test_a_secret_opens_its_own_door_only(door: tuple[TestClient, MemoryHooks], path: str) -> None:
    client, hooks = door
    answer = client.post(f"/hooks/telegram/{path}", json={"update_id": 1}, headers={HEADER: SECRET})
    assert answer.status_code in (403, 404)
    assert hooks.kept == {}


def test_an_empty_secret_opens_nothing(door: tuple[TestClient, MemoryHooks]) -> None:
    client, hooks = door
    for headers in ({}, {HEADER: ""}):
        assert client.post("/hooks/telegram/mute", json={"update_id": 1}, headers=headers).status_code == 403
    assert hooks.kept == {}


def test_two_headers_are_one_too_many(door: tuple[TestClient, MemoryHooks]) -> None:
    client, hooks = door
    twice = [(HEADER, "wrong"), (HEADER, SECRET)]
    assert client.post("/hooks/telegram/first", json={"update_id": 1}, headers=twice).status_code == 403
    assert hooks.kept == {}


async def test_a_call_that_only_asks_whether_the_address_is_ours_is_answered_and_not_stored() -> None:
    directory = Directory(MemoryConnections(), MemoryBus(), StillJournal())
    await directory.read()
    hooks = MemoryHooks()
    messenger = load_channel("telegram").messenger
    assert messenger is not None
    asks = replace(messenger, confirm=lambda connection, call: "c0de" if call.body == b"yours?" else None)
    client = TestClient(Starlette(routes=HookDoor(directory, hooks, StillClock().now).routes("telegram", asks)))
    answer = client.post("/hooks/telegram/first", content=b"yours?")
    assert (answer.status_code, answer.text, hooks.kept) == (200, "c0de", {})
    assert client.post("/hooks/telegram/off", content=b"yours?").status_code == 404
    assert client.post("/hooks/telegram/first", content=b"{}").status_code == 403
    assert client.post("/hooks/telegram/first", json={"update_id": 1}, headers={HEADER: SECRET}).text == ""
    assert len(hooks.kept) == 1


def test_forged_calls_leave_nothing(door: tuple[TestClient, MemoryHooks]) -> None:
    client, hooks = door
    chance = random.Random(1)
    for number in range(FORGED):
        wrong = forged(chance)
        answer = client.post("/hooks/telegram/first", json={"update_id": number}, headers={HEADER: wrong})
        assert answer.status_code == 403, wrong
    assert hooks.kept == {}


def forged(chance: random.Random) -> str:
    """Nearly the secret, in one of many ways."""
    cut = chance.randrange(1, len(SECRET))
    return chance.choice(
        [
            SECRET[:cut],
            SECRET + chance.choice("xX0"),
            SECRET.swapcase(),
            SECRET[:cut] + "_" + SECRET[cut + 1 :],
            SECRET[::-1] + "!",
            "".join(chance.choice("ABCabc123_-") for _ in SECRET),
        ]
    )


async def test_a_messenger_that_asks_by_get_is_answered_only_where_one_does() -> None:
    """The question is put to the account's own secret; a word given twice is a guess."""
    directory = Directory(MemoryConnections(), MemoryBus(), StillJournal())
    await directory.read()
    known = load_channel("telegram").messenger
    assert known is not None

    def greet(connection: Connection, asked: Mapping[str, str]) -> str | None:
        return asked.get("n") if asked.get("word") == connection.secrets.get("hook_secret") else None

    door = HookDoor(directory, MemoryHooks(), StillClock().now)
    asking = TestClient(Starlette(routes=door.routes("telegram", replace(known, greet=greet))))
    right = f"/hooks/telegram/first?word={SECRET}&n=7"
    assert (asking.get(right).status_code, asking.get(right).text) == (200, "7")
    for wrong in (right + "0&n=7", right.replace("first", "second"), "/hooks/telegram/first", right + "&word=x"):
        assert asking.get(wrong).status_code == 403
    for nobody in (right.replace("first", "nobody"), right.replace("first", "off")):
        assert asking.get(nobody).status_code == 404
    assert TestClient(Starlette(routes=door.routes("telegram", known))).get(right).status_code == 405
