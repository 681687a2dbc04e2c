"""A community against a VK that behaves badly: every fault is told for what it is, and nothing is said twice."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from aiohttp import TCPConnector
from starlette.applications import Starlette

from channels.connection import Connection
from channels.directory import Directory
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.hook_door import HookDoor
from channels.not_fetched import Refused
from channels.port import Trouble, load_channel
from channels.vk import account
from channels.vk.account import VkAccount
from channels.vk.connecting import connect
from channels.vk.fake import CONFIRMATION, GROUP, TOKEN, FakeVk, Json
from channels.vk.library import VKAPIError
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.outbox import Failure, Outgoing, Settled
from dialog.reply import Asks, Attachment, Author, Choice, Lane, Reply
from tests.channels.test_hook_door import MemoryConnections, MemoryHooks
from tests.channels.test_telegram_account import HELLO, Ticks, around
from tests.fakes.local_bus import MemoryBus
from tests.fakes.stillness import StillClock, StillJournal

SALON = "https://salon.example"
SECRET = "s" * 32


class Community:
    """An account, the fake behind it, and the time."""

    def __init__(self, connection: Connection, fake: FakeVk, ticks: Ticks, public_url: str, timeout: float) -> None:
        self.fake, self.ticks, self.connection = fake, ticks, connection
        self.account = VkAccount(connection, around(ticks, public_url), timeout=timeout)


@asynccontextmanager
async def community(public_url: str = SALON, *, fault: Fault | None = None) -> AsyncIterator[Community]:
    """``fault``: what its first call meets. Only who answers slowly is not waited for."""
    ticks = Ticks()
    fake = FakeVk(faults=Faults(lambda: 1.0), ticks=ticks)
    fake.faults.drip_seconds = 60.0
    if fault is not None:
        fake.faults.plan(fault)
    async with FakeServer(fake) as server:
        fake.url = server.url
        connection = Connection(
            channel="vk",
            account=str(GROUP),
            path="p",
            settings={"base_url": server.url, "confirmation": CONFIRMATION},
            secrets={"token": TOKEN, "hook_secret": SECRET},
        )
        made = Community(connection, fake, ticks, public_url, 1.0 if fault is Fault.SLOW else 20.0)
        try:
            yield made
        finally:
            await made.account.close()


def line(reply: Reply = HELLO, *, peer: str = "5001", number: int = 77, sent: int = 0) -> Outgoing:
    return Outgoing(
        id=OutboxId(1),
        conversation_id=ConversationId(1),
        address=Address(channel="vk", account=str(GROUP), peer=peer),
        lane=Lane.DIALOG,
        author=Author.BOT,
        message_class="dialog",
        reply=reply,
        attempt=1,
        parts_sent=sent,
        random_id=number,
    )


CLASSES = {
    Fault.THROTTLE: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.BUSY: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.DAY_LIMIT: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.ERROR_BEFORE: (Settled.RETRY, Failure.TRANSIENT),
    Fault.ERROR_AFTER: (Settled.RETRY, Failure.TRANSIENT),
    Fault.DROP_BEFORE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.DROP_AFTER: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.SLOW: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.HTML: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.GARBAGE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.BLOCKED: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.DEACTIVATED: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.NO_CHAT: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.UNAUTHORIZED: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.WRONG_TOKEN: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.CAPTCHA: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.TOO_LONG: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.BAD_BUTTON: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.EMPTY: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.WINDOW_CLOSED: (Settled.REJECTED, Failure.WINDOW_CLOSED),
}


@pytest.mark.parametrize("fault", CLASSES)
async def test_every_fault_is_told_for_what_it_is_and_a_repeat_shows_nothing_twice(fault: Fault) -> None:
    async with community(fault=fault) as made:
        settlement = await made.account.send(line())
        assert (settlement.outcome, settlement.failure) == CLASSES[fault]
        assert TOKEN not in repr(settlement)
        made.ticks.now += 3601
        again = await made.account.send(line())
        assert again.outcome is Settled.ACCEPTED
        (shown,) = made.fake.sent
        assert again.provider_id == f"5001:{shown.message_id}"


async def test_nobody_there_is_not_an_unknown_fate() -> None:
    async with community() as made:
        pass
    unheard = VkAccount(made.connection, around(made.ticks))
    settlement = await unheard.send(line())
    assert (settlement.outcome, settlement.failure) == (Settled.DEFERRED, Failure.TRANSIENT)
    await unheard.close()


async def test_whoever_does_not_take_up_the_connection_has_heard_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(TCPConnector, "_create_connection", nobody)
    async with community() as made:
        unheard = VkAccount(made.connection, around(made.ticks), timeout=2.0)
        settlement = await unheard.send(line())
        await unheard.close()
    assert (settlement.outcome, settlement.failure) == (Settled.DEFERRED, Failure.TRANSIENT)


async def test_the_token_is_in_no_address_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown = warnings.showwarning
    async with community() as made:
        made.fake.faults.plan(Fault.HTML, Fault.GARBAGE, Fault.WRONG_TOKEN, Fault.DROP_AFTER, None)
        told = []
        for _ in range(5):
            told.append(repr(await made.account.send(line())))
            made.ticks.now += 100
        assert made.fake.sent
        assert not any("access_token" in call.path or TOKEN in call.path for call in made.fake.calls)
        assert not any(TOKEN in one for one in (*told, caplog.text, repr(made.connection)))
        assert "Здравствуйте" not in caplog.text
    assert warnings.showwarning is shown


async def test_too_fast_silences_everybody_and_flood_one_line_only() -> None:
    async with community() as made:
        made.fake.faults.plan(Fault.THROTTLE)
        assert (await made.account.send(line())).retry_after == 1
        before = len(made.fake.calls)
        waiting = await made.account.send(line(peer="6"))
        assert (waiting.outcome, waiting.called) == (Settled.DEFERRED, False)
        await made.account.be_kind(Courtesy(channel="vk", account="1", kind="typing", values=("6",)))
        assert len(made.fake.calls) == before
        made.ticks.now += 1.1
        made.fake.faults.plan(Fault.BUSY)
        assert (await made.account.send(line())).retry_after == 60
        assert (await made.account.send(line(peer="6"))).outcome is Settled.ACCEPTED


async def test_a_line_that_vk_stumbles_over_waits_alone_and_longer_each_time() -> None:
    async with community() as made:
        for attempt, pause in ((1, 2.0), (2, 4.0), (10, 600.0)):
            made.fake.faults.plan(Fault.ERROR_BEFORE)
            assert (await made.account.send(replace(line(), attempt=attempt))).retry_after == pause
            assert (await made.account.send(line(peer=f"{attempt}"))).outcome is Settled.ACCEPTED
            made.ticks.now += 10


async def test_a_typing_sign_over_its_limit_holds_back_no_line_and_is_not_shown_again_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typing = Courtesy(channel="vk", account="1", kind="typing", values=("5001",))
    asked: list[str] = []

    async def refused(method: str, call: Json) -> Json:
        asked.append(method)
        raise VKAPIError[29](error_msg="Rate limit reached", request_params=[])

    async with community() as made:
        real = made.account._api.request
        monkeypatch.setattr(made.account._api, "request", refused)
        await made.account.be_kind(typing)
        made.ticks.now += 590
        await made.account.be_kind(typing)
        assert asked == ["messages.setActivity"]
        monkeypatch.setattr(made.account._api, "request", real)
        assert (await made.account.send(line())).outcome is Settled.ACCEPTED
        made.ticks.now += 11
        await made.account.be_kind(typing)
        assert [call.method for call in made.fake.calls] == ["messages.send", "messages.setActivity"]


async def test_twenty_calls_a_second_are_never_exceeded() -> None:
    async with community() as made:
        moments = []
        for number in range(60):
            wait = made.account._pacer.reserve(f"c{number}", 10.0)
            moments.append(made.ticks.now + wait)
        assert max(sum(at <= other < at + 1 for other in moments) for at in moments) <= 20


async def test_a_long_line_goes_on_where_it_stopped_each_part_under_its_own_number() -> None:
    long = Reply(text="Слово за словом. " * 500)
    async with community() as made:
        made.fake.faults.plan(None, Fault.DROP_AFTER)
        first = await made.account.send(line(long))
        assert (first.outcome, first.parts_sent) == (Settled.UNKNOWN, 1)
        second = await made.account.send(line(long, sent=first.parts_sent))
        assert second.outcome is Settled.ACCEPTED
        assert "".join("".join(sent.text.split()) for sent in made.fake.sent) == "".join(long.text.split())
        assert [sent.random_id for sent in made.fake.sent] == [77 + n for n in range(len(made.fake.sent))]


async def test_a_line_without_a_number_is_sent_without_a_key() -> None:
    async with community() as made:
        await made.account.send(line(number=0))
        await made.account.send(line(number=0))
        assert [sent.random_id for sent in made.fake.sent] == [0, 0]


SERVICES = tuple(Choice(label=f"Окрашивание {n}", token=f"{n:016d}", description=f"{n} 000 ₽") for n in range(1, 4))


async def able(made: Community, words: str) -> None:
    await made.account.be_kind(Courtesy(channel="vk", account="1", kind="able", values=("5001", words)))


async def test_what_is_shown_follows_what_the_application_can() -> None:
    asked = Reply(text="Что выберете?", choices=SERVICES)
    async with community() as made:
        for number, words in enumerate(("callback inline carousel keyboard", "inline keyboard", "keyboard", "")):
            await able(made, words)
            assert (await made.account.send(line(asked, number=100 + number))).outcome is Settled.ACCEPTED
            made.ticks.now += 10
        cards, buttons, keyboard, bare = made.fake.sent
        assert [one["type"] for one in cards.actions] == ["callback"] * 3
        assert [card["title"] for card in cards.template["elements"]] == [choice.label for choice in SERVICES]
        assert buttons.keyboard["inline"] is True
        assert [one["type"] for one in buttons.actions] == ["text"] * 3
        assert (keyboard.keyboard["inline"], keyboard.keyboard["one_time"]) == (False, True)
        assert bare.actions == []
        assert "1. Окрашивание 1" in bare.text


async def test_forty_services_lose_none_and_links_and_places_have_their_buttons() -> None:
    many = tuple(Choice(label=f"Услуга {n}", token=f"{n:016d}") for n in range(40))
    async with community() as made:
        await able(made, "callback inline carousel keyboard")
        await made.account.send(line(Reply(text="Услуги", choices=many)))
        assert [one["label"] for one in made.fake.sent[0].actions] == [choice.label for choice in many]
        link = Choice(label="Открыть карту", token="", url="https://maps.example/1")
        await made.account.send(line(Reply(text="Мы здесь", choices=(link,)), number=500))
        assert made.fake.sent[1].actions == [
            {"type": "open_link", "link": "https://maps.example/1", "label": "Открыть карту"}
        ]
        await made.account.send(line(Reply(text="Где вы?", asks=Asks.LOCATION), number=600))
        assert made.fake.sent[2].actions[0]["type"] == "location"
        long = tuple(Choice(label=f"Сложное окрашивание, вариант {n}", token=f"{n:016d}") for n in range(12))
        made.ticks.now += 60
        await able(made, "keyboard")
        asked = await made.account.send(line(Reply(text="Где вы?", choices=long, asks=Asks.LOCATION), number=650))
        assert asked.outcome is Settled.ACCEPTED
        assert len(made.fake.sent.pop().keyboard["buttons"]) == 10
        await made.account.send(line(Reply(text="Спасибо"), number=700))
        assert made.fake.sent[3].keyboard == {"one_time": True, "inline": False, "buttons": []}


async def test_a_file_is_brought_over_and_hung_on() -> None:
    visit = Attachment(name="visit.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR")
    async with community() as made:
        assert (await made.account.send(line(Reply(text="Ждём!", media=(visit,))))).outcome is Settled.ACCEPTED
        assert made.fake.sent[1].attachment == f"doc-{GROUP}_7"
        assert made.fake.files["doc"] == b"BEGIN:VCALENDAR"


async def test_clients_files_come_from_vks_hosts_only() -> None:
    where = Address(channel="vk", account="1", peer="5001")
    async with community() as made:
        made.fake.files["cat"] = b"\xff\xd8\xff" + b"0" * 64
        url = f"{made.fake.url}/file/cat"
        media = await made.account.fetch(FileRef(address=where, event_key="1", ref=url, kind="photo"))
        assert media.content_type == "image/jpeg"
        with pytest.raises(Refused):
            await made.account.fetch(
                FileRef(address=where, event_key="1", ref="https://vk.com.evil.example/x", kind="photo")
            )


async def test_a_press_stops_spinning() -> None:
    async with community() as made:
        answer = Courtesy(channel="vk", account="1", kind="answer", values=("a1b2", "5001", "5001"))
        await made.account.be_kind(answer)
        await made.account.be_kind(Courtesy(channel="vk", account="1", kind="typing", values=("5001",)))
        assert made.fake.answered == ["a1b2"]
        assert [call.method for call in made.fake.calls] == ["messages.sendMessageEventAnswer", "messages.setActivity"]


class Door:
    """The web side of one community: what VK would reach."""

    def __init__(self, connection: Connection) -> None:
        self.connections = MemoryConnections()
        self.connections.known = [connection]
        self.hooks = MemoryHooks()

    async def client(self) -> httpx.AsyncClient:
        directory = Directory(self.connections, MemoryBus(), StillJournal())
        await directory.read()
        messenger = load_channel("vk").messenger
        assert messenger is not None
        app = Starlette(routes=HookDoor(directory, self.hooks, StillClock().now).routes("vk", messenger))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SALON)


async def test_the_address_is_put_there_confirmed_and_brings_events() -> None:
    async with community() as made:
        door = Door(made.connection)
        async with await door.client() as client:
            made.fake.asks = client
            await made.account.settle_in()
            await made.account.settle_in()
            (server,) = made.fake.servers.values()
            assert (server["url"], server["secret_key"]) == (f"{SALON}/hooks/vk/p", SECRET)
            assert (made.fake.wishes["message_new"], made.fake.wishes["message_typing_state"]) == ("1", "0")
            assert server["status"] == "ok"
            told = made.fake.says(5001, "Здравствуйте")
            assert [await made.fake.deliver(client, told, retry) for retry in range(3)] == [True] * 3
        (kept,) = door.hooks.kept.values()
        assert isinstance(kept, RawEvent)
        assert kept.key == told["event_id"]


async def test_a_server_that_vk_paused_is_put_there_anew_when_it_is_looked_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account, "LOOK_EVERY", 0.0)
    async with community() as made:
        await made.account.settle_in()
        made.fake.servers[1]["status"] = "failed"
        assert await made.account.poll(4) == ((), 4)
        assert made.fake.servers[1]["status"] == "ok"
        made.fake.faults.down = True
        with pytest.raises(OSError, match="Disconnected"):
            await made.account.poll(4)


FORGED: list[Json] = [
    {"type": "message_new", "group_id": GROUP, "event_id": "x"},
    {"type": "message_new", "group_id": GROUP, "event_id": "x", "secret": ""},
    {"type": "message_new", "group_id": GROUP, "event_id": "x", "secret": SECRET[:-1]},
    {"type": "message_new", "group_id": GROUP, "event_id": "x", "secret": [SECRET]},
    {"type": "message_new", "group_id": GROUP + 1, "event_id": "x", "secret": SECRET},
    {"type": "message_new", "group_id": str(GROUP), "event_id": "x", "secret": SECRET},
    {"type": "confirmation", "group_id": GROUP + 1},
    {"type": "confirmation", "group_id": GROUP, "secret": "wrong"},
]


async def test_forged_calls_leave_nothing_and_learn_nothing() -> None:
    async with community() as made:
        door = Door(made.connection)
        async with await door.client() as client:
            for forged in FORGED:
                answer = await client.post("/hooks/vk/p", json=forged)
                assert (answer.status_code, answer.text) == (403, ""), forged
            assert (await client.post("/hooks/vk/p", content=b"\xff{")).status_code == 403
        assert door.hooks.kept == {}


async def test_what_stands_in_the_way_of_events_is_said() -> None:
    async def trouble(public_url: str = SALON, **changed: object) -> str:
        async with community(public_url) as made:
            for number in range(int(str(changed.get("servers", 0)))):
                made.fake.servers[number + 1] = {"id": number + 1, "url": "https://other.example", "status": "ok"}
            made.fake.confirmation = str(changed.get("confirmation", CONFIRMATION))
            made.fake.token = str(changed.get("token", TOKEN))
            with pytest.raises(Trouble) as caught:
                await made.account.settle_in()
            return caught.value.code

    assert await trouble("") == await trouble("http://salon.example") == "no_public_url"
    assert await trouble(servers=10) == "servers_full"
    assert await trouble(confirmation="another") == "confirmation_changed"
    assert await trouble(token="another") == "bad_credentials"


async def test_an_address_that_was_not_confirmed_is_put_there_anew() -> None:
    async with community() as made:
        await made.account.settle_in()
        made.fake.servers[1]["status"] = "wait"
        with pytest.raises(Trouble, match="hook_waiting"):
            await made.account.settle_in()
        made.fake.asks = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette()), base_url=SALON)
        made.fake.servers[1]["status"] = "failed"
        with pytest.raises(Trouble, match="hook_refused"):
            await made.account.settle_in()
        await made.fake.asks.aclose()
        made.fake.asks = None
        await made.account.settle_in()
        assert [one["status"] for one in made.fake.servers.values()] == ["ok"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"token": "привет"}, "token_shape"),
        ({"token": ""}, "token_shape"),
        ({"token": "x" * 60}, "token_refused"),
        ({"token": TOKEN, "base_url": "http://somebody.example"}, "bad_base_url"),
        ({"token": TOKEN, "proxy": "не адрес"}, "bad_proxy"),
        ({"token": TOKEN, "base_url": "http://127.0.0.1:1"}, "unreachable"),
    ],
)
async def test_a_bad_key_is_refused_with_what_is_wrong(given: dict[str, str], code: str) -> None:
    async with community() as made:
        with pytest.raises(Trouble) as caught:
            await connect({"base_url": made.fake.url} | given, around(made.ticks))
        assert caught.value.code == code


async def test_a_key_with_too_few_rights_is_said_at_once() -> None:
    async with community() as made:
        made.fake.rights = ("messages",)
        with pytest.raises(Trouble, match="missing_rights"):
            await connect({"token": TOKEN, "base_url": made.fake.url}, around(made.ticks))


async def test_a_good_key_makes_a_connection_that_hides_it() -> None:
    async with community() as made:
        found = await connect({"token": f" {TOKEN}\n", "base_url": made.fake.url}, around(made.ticks))
        assert (found.account, found.title, found.settings["confirmation"]) == (str(GROUP), "Salon", CONFIRMATION)
        assert TOKEN not in repr(found)
        assert len(found.secrets["hook_secret"]) <= 50
        messenger = load_channel("vk").messenger
        assert messenger is not None
        assert messenger.way_in is not None
        assert messenger.way_in(found, "c0de") == f"https://vk.me/club{GROUP}?ref=l_c0de"
