"""Live screens: nothing lost after a drop, nothing shown to whoever may not look, everything made once."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from console.frames import Frame
from console.screen import GONE, SLOW, Screen
from console.visit import token_hash
from dialog.ids import ConversationId
from handoff.roles import Role
from tests.console.salon import ORIGIN, Browser, Salon

SOCKET = "ws://salon.test/console/ws"


@contextlib.contextmanager
def screen(browser: Browser, after: int = 0) -> Iterator[WebSocketTestSession]:
    """An open screen that has said how far it has read."""
    with browser.client.websocket_connect(SOCKET, headers={"origin": ORIGIN}) as socket:
        socket.send_text(orjson.dumps({"after": after}).decode())
        yield socket


def take(socket: WebSocketTestSession) -> dict[str, Any]:
    """The next frame."""
    frame: dict[str, Any] = orjson.loads(socket.receive_bytes())
    return frame


def do(browser: Browser, work: Any) -> Any:
    """Run ``work`` (a coroutine function's call) in the application's own loop."""
    assert browser.client.portal
    return browser.client.portal.call(work)


@pytest.fixture
def desk(salon: Salon, browser: Browser) -> Browser:
    """A manager before a salon with one conversation and three events."""

    async def fill() -> None:
        now = salon.clock.now()
        await salon.hire(Role.MANAGER, "Инна", "inna")
        await salon.hire(Role.OWNER, "Вера", "vera")
        number = await salon.desk.open("conv-1", now, name="Анна")
        for text in ("раз", "два", "мой номер +79161231234"):
            await salon.desk.say(number, "client", text, now)

    do(browser, fill)
    assert browser.log_in("inna") == 200
    return browser


def say(salon: Salon, text: str) -> Any:
    """The client of the one conversation says ``text``."""

    async def work() -> None:
        await salon.desk.say(ConversationId(1), "client", text, salon.clock.now())

    return work


def test_hello_tells_where_the_stream_is_and_what_was_missed(salon: Salon, desk: Browser) -> None:
    with screen(desk, after=1) as socket:
        hello = take(socket)
        assert (hello["type"], hello["reset"]) == ("hello", False)
        assert hello["version"] == salon.console.app.state.parts.assets.version
        frame = take(socket)
        assert (frame["seq"], frame["item"]["id"], frame["item"]["last_seq"]) == (3, "conv-1", 3)
        assert [line["seq"] for line in frame["messages"]] == [1, 2, 3]


def test_whoever_is_up_to_date_gets_the_new_only(salon: Salon, desk: Browser) -> None:
    with screen(desk, after=3) as socket:
        take(socket)
        do(desk, say(salon, "четыре"))
        frame = take(socket)
        assert (frame["seq"], frame["messages"][-1]["text"], frame["kinds"]) == (4, "четыре", ["message"])


def test_a_lost_signal_costs_a_second_and_no_event(salon: Salon, desk: Browser) -> None:
    with screen(desk, after=3) as socket:
        take(socket)
        salon.bus.deaf = True
        start = time.monotonic()
        do(desk, say(salon, "тихо"))
        assert take(socket)["seq"] == 4
        assert time.monotonic() - start < 2


def test_too_much_missed_means_load_anew(salon: Salon, desk: Browser) -> None:
    async def much() -> None:
        for number in range(900):
            await salon.desk.say(ConversationId(1), "client", str(number), salon.clock.now())

    do(desk, much)
    with screen(desk, after=0) as socket:
        assert take(socket)["reset"] is False, "this process has seen everything itself"
    with TestClient(salon.twin().app(), base_url=ORIGIN, cookies=desk.client.cookies) as client:
        restarted = Browser(client)
        with screen(restarted, after=0) as socket:
            assert take(socket)["reset"] is True
        with screen(restarted, after=850) as socket:
            assert take(socket)["reset"] is False
            assert take(socket)["seq"] == 903


def test_phones_are_masked_by_role(salon: Salon, desk: Browser) -> None:
    with screen(desk) as socket:
        take(socket)
        assert "9161231234" not in str(take(socket))
    desk.client.cookies.clear()
    desk.log_in("vera")
    with screen(desk) as socket:
        take(socket)
        assert "+79161231234" in str(take(socket))


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.test"}, {}, {"origin": "null"}, {"origin": ORIGIN, "sec-fetch-site": "cross-site"}],
    ids=str,
)
def test_another_sites_page_gets_no_socket(desk: Browser, headers: dict[str, str]) -> None:
    with pytest.raises(WebSocketDisconnect), desk.client.websocket_connect(SOCKET, headers=headers):
        raise AssertionError("let in")


ODD: Sequence[str | bytes] = (
    "",
    "{",
    "null",
    "[]",
    '{"after":"1"}',
    '{"after":-1}',
    '{"after":true}',
    '{"after":1,"box":"all"}',
    "[" * 900,
    "x" * 2000,
    '{"after":' + "9" * 40 + "}",
    b"\x00\xff",
)


@pytest.mark.parametrize("word", ODD, ids=lambda word: repr(word[:16]))
def test_an_odd_first_word_closes_the_socket_and_tells_nothing(desk: Browser, word: str | bytes) -> None:
    with desk.client.websocket_connect(SOCKET, headers={"origin": ORIGIN}) as socket:
        if isinstance(word, bytes):
            socket.send_bytes(word)
        else:
            socket.send_text(word)
        closed = socket.receive()
    assert (closed["type"], closed["code"], closed["reason"]) == ("websocket.close", 4400, "")


def test_a_screen_pings_and_says_nothing_else(desk: Browser) -> None:
    with screen(desk, after=3) as socket:
        take(socket)
        socket.send_text("ping")
        assert take(socket) == {"type": "pong"}
        socket.send_text('{"claim":"conv-1"}')
        assert socket.receive()["code"] == 4400


def closed_within_a_second(socket: WebSocketTestSession) -> int:
    """The code the socket is closed with, if that happens soon enough."""
    start = time.monotonic()
    message = socket.receive()
    assert message["type"] == "websocket.close"
    assert time.monotonic() - start < 1
    return int(message["code"])


def test_logging_out_closes_the_screens_of_the_session(desk: Browser) -> None:
    with screen(desk, after=3) as socket:
        take(socket)
        desk.client.post("/console/api/logout", json={}, headers=desk.headers())
        assert closed_within_a_second(socket) == GONE


def test_a_session_ended_in_another_process_closes_its_screens(salon: Salon, desk: Browser) -> None:
    with screen(desk, after=3) as socket:
        take(socket)
        salon.accounts.forget_session(token_hash(desk.client.cookies["zabota"]))
        assert closed_within_a_second(socket) == GONE


@pytest.mark.parametrize("role", [Role.MASTER, Role.OWNER])
def test_another_role_closes_the_screens_opened_in_the_old_one(salon: Salon, desk: Browser, role: Role) -> None:
    async def change() -> None:
        user = await salon.accounts.by_login("inna")
        assert user
        salon.accounts.change_role(user.id, role)

    with screen(desk, after=3) as socket:
        take(socket)
        do(desk, change)
        assert closed_within_a_second(socket) == GONE


async def test_a_frame_is_made_once_for_any_number_of_managers(salon: Salon) -> None:
    now = salon.clock.now()
    number = await salon.desk.open("conv-1", now)
    reads = 0
    item = salon.desk.item

    async def counted(public_id: str) -> Any:
        nonlocal reads
        reads += 1
        return await item(public_id)

    salon.desk.item = counted  # type: ignore[method-assign]
    live = salon.console.app.state.parts.live
    screens = [Screen(f"key-{index}", Role.MANAGER) for index in range(1000)]
    async with salon.console.running():
        for one in screens:
            live.open(one)
        await asyncio.sleep(0.05)  # until the stream is listened to
        await salon.desk.say(number, "client", "привет", now)
        bodies = await asyncio.wait_for(asyncio.gather(*(one.next() for one in screens)), 5)
    assert reads == 1
    assert len({id(body) for body in bodies}) == 1


async def test_a_screen_that_does_not_keep_up_is_sent_away_to_catch_up(salon: Salon) -> None:
    slow = Screen("key", Role.MANAGER)
    frame = Frame(1, ["message"], None, (), {})
    while slow.put([frame]):
        pass
    slow.shut(SLOW)
    assert await slow.next() == SLOW
