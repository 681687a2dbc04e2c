"""A bot against a Telegram that behaves badly: every fault is told for what it is, and nothing is said too soon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from channels.connection import Connection
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy, FileRef
from channels.not_fetched import Refused
from channels.port import Surroundings, Trouble
from channels.telegram.account import TelegramAccount
from channels.telegram.connecting import connect
from channels.telegram.fake import TOKEN, FakeTelegram
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.outbox import Failure, Outgoing, Settled
from dialog.reply import Asks, Attachment, Author, Choice, Lane, Reply
from tests.fakes.stillness import CountedDice, StillClock

HELLO = Reply(text="Здравствуйте!", choices=(Choice(label="Записаться", token="A" * 16),))


class Ticks:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bot:
    """An account, the fake behind it, and the time."""

    def __init__(self, account: TelegramAccount, fake: FakeTelegram, ticks: Ticks, url: str) -> None:
        self.account, self.fake, self.ticks, self.url = account, fake, ticks, url


def around(ticks: Ticks, public_url: str = "") -> Surroundings:
    return Surroundings(clock=StillClock(), dice=CountedDice(), public_url=public_url, ticks=ticks)


@asynccontextmanager
async def bot(public_url: str = "", *, fault: Fault | None = None) -> AsyncIterator[Bot]:
    """``fault``: what its first call meets. Only who answers slowly is not waited for."""
    ticks = Ticks()
    fake = FakeTelegram(faults=Faults(lambda: 1.0, retry_after=7), ticks=ticks)
    fake.faults.drip_seconds = 60.0
    if fault is not None:
        fake.faults.plan(fault)
    async with FakeServer(fake) as server:
        connection = Connection(
            channel="telegram",
            account="123456789",
            path="p",
            settings={"base_url": server.url},
            secrets={"token": TOKEN, "hook_secret": "s" * 32},
        )
        account = TelegramAccount(connection, around(ticks, public_url), timeout=0.4 if fault is Fault.SLOW else 20.0)
        try:
            yield Bot(account, fake, ticks, server.url)
        finally:
            await account.close()


def line(reply: Reply = HELLO, *, peer: str = "5", message_class: str = "dialog", sent: int = 0) -> Outgoing:
    return Outgoing(
        id=OutboxId(1),
        conversation_id=ConversationId(1),
        address=Address(channel="telegram", account="123456789", peer=peer),
        lane=Lane.DIALOG,
        author=Author.BOT,
        message_class=message_class,
        reply=reply,
        attempt=1,
        parts_sent=sent,
    )


CLASSES = {
    Fault.THROTTLE: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.ERROR_BEFORE: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.ERROR_AFTER: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.DROP_BEFORE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.DROP_AFTER: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.SLOW: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.HTML: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.GARBAGE: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.BLOCKED: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.DEACTIVATED: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.NO_CHAT: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.MIGRATED: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.UNAUTHORIZED: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.WRONG_TOKEN: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.TOO_LONG: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.BAD_BUTTON: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.EMPTY: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.NOT_MODIFIED: (Settled.ACCEPTED, Failure.NONE),
    Fault.QUERY_TOO_OLD: (Settled.ACCEPTED, Failure.NONE),
    Fault.CONFLICT: (Settled.REJECTED, Failure.BAD_MESSAGE),
}


@pytest.mark.parametrize("fault", CLASSES)
async def test_every_fault_is_told_for_what_it_is(fault: Fault) -> None:
    async with bot(fault=fault) as made:
        settlement = await made.account.send(line())
        assert (settlement.outcome, settlement.failure) == CLASSES[fault]
        assert TOKEN not in settlement.error


async def test_nobody_there_is_not_an_unknown_fate() -> None:
    async with bot() as made:
        made.url = ""
    settlement = await made.account.send(line())
    assert (settlement.outcome, settlement.failure) == (Settled.DEFERRED, Failure.TRANSIENT)
    await made.account.close()


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.HTML, Fault.GARBAGE])
@pytest.mark.parametrize(
    ("message_class", "author"),
    [("marketing", Author.BOT), ("marketing", Author.SYSTEM), ("dialog", Author.MANAGER), ("service", Author.MANAGER)],
)
async def test_what_must_not_be_doubled_is_not_repeated_after_a_stumble(
    fault: Fault, message_class: str, author: Author
) -> None:
    """The server stumbled, perhaps with the line already on the client's screen: for these nobody tries again."""
    async with bot() as made:
        made.fake.faults.plan(fault)
        settlement = await made.account.send(replace(line(message_class=message_class), author=author))
        assert (settlement.outcome, settlement.failure) == (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME)
        assert len(made.fake.sent) == (fault is Fault.ERROR_AFTER)


async def test_silence_is_kept_by_everybody_to_its_end() -> None:
    async with bot() as made:
        made.fake.faults.plan(Fault.THROTTLE)
        assert (await made.account.send(line())).retry_after == 7
        before = len(made.fake.calls)
        made.ticks.now += 6.9
        waiting = await made.account.send(line(peer="6"))
        assert (waiting.outcome, waiting.called) == (Settled.DEFERRED, False)
        await made.account.be_kind(Courtesy(channel="telegram", account="1", kind="typing", values=("6",)))
        assert len(made.fake.calls) == before
        made.ticks.now += 0.2
        assert (await made.account.send(line(peer="6"))).outcome is Settled.ACCEPTED


async def test_a_long_line_goes_on_where_it_stopped() -> None:
    long = Reply(text="Слово за словом. " * 500)
    async with bot() as made:
        made.fake.faults.plan(None, Fault.THROTTLE)
        first = await made.account.send(line(long))
        assert (first.outcome, first.parts_sent) == (Settled.DEFERRED, 1)
        made.ticks.now += 8
        second = await made.account.send(line(long, sent=first.parts_sent))
        assert second.outcome is Settled.ACCEPTED
        assert "".join("".join(sent.text.split()) for sent in made.fake.sent) == "".join(long.text.split())


async def test_native_forms() -> None:
    async with bot() as made:
        visit = Attachment(name="visit.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR")
        asked = Reply(text="Телефон?", asks=Asks.PHONE, choices=HELLO.choices, media=(visit,))
        assert (await made.account.send(line(asked))).outcome is Settled.ACCEPTED
        buttons, contact, file = made.fake.sent
        assert buttons.markup["inline_keyboard"][0][0]["callback_data"] == "A" * 16
        assert contact.markup["keyboard"][0][0]["request_contact"] is True
        assert file.file == b"BEGIN:VCALENDAR"
        await made.account.send(line(Reply(text="Спасибо")))
        assert made.fake.sent[-1].markup == {"remove_keyboard": True}


async def test_files_come_from_the_server_itself() -> None:
    async with bot() as made:
        made.fake.files["cat"] = b"\xff\xd8\xff" + b"0" * 64
        where = Address(channel="telegram", account="123456789", peer="5")
        media = await made.account.fetch(FileRef(address=where, event_key="1", ref="cat", kind="photo"))
        assert media.content_type == "image/jpeg"
        with pytest.raises(Refused):
            await made.account.fetch(FileRef(address=where, event_key="1", ref="dog", kind="photo"))


async def test_updates_are_asked_for_only_without_an_address_of_our_own() -> None:
    async with bot() as made:
        await made.account.settle_in()
        made.fake.says(5, "привет")
        found = await made.account.poll(0)
        assert found is not None
        events, cursor = found
        assert ([one.key for one in events], cursor) == (["1"], 2)
    async with bot("https://salon.example") as made:
        await made.account.settle_in()
        assert made.fake.webhook == ("https://salon.example/hooks/telegram/p", "s" * 32)
        assert await made.account.poll(0) is None


async def test_a_group_is_left_politely_and_once() -> None:
    async with bot() as made:
        leave = Courtesy(channel="telegram", account="123456789", kind="leave", values=("-100",))
        await made.account.be_kind(leave)
        await made.account.be_kind(leave)
        assert [call.method for call in made.fake.calls] == ["sendMessage", "leaveChat"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"token": "привет"}, "token_shape"),
        ({"token": ""}, "token_shape"),
        ({"token": "987654321:" + "x" * 35}, "token_refused"),
        ({"token": TOKEN, "base_url": "ftp://x"}, "bad_base_url"),
        ({"token": TOKEN, "base_url": "http://somebody.example"}, "bad_base_url"),
        ({"token": TOKEN, "proxy": "не адрес"}, "bad_proxy"),
        ({"token": TOKEN, "base_url": "http://127.0.0.1:1"}, "unreachable"),
    ],
)
async def test_a_bad_token_is_refused_with_what_is_wrong(given: dict[str, str], code: str) -> None:
    async with bot() as made:
        with pytest.raises(Trouble) as caught:
            await connect({"base_url": made.url} | given, around(made.ticks))
        assert caught.value.code == code


async def test_a_good_token_makes_a_connection_that_hides_it() -> None:
    async with bot() as made:
        found = await connect({"token": f" {TOKEN}\n", "base_url": made.url}, around(made.ticks))
        assert (found.account, found.title) == ("123456789", "@zabota_fake_bot")
        assert TOKEN not in repr(found)
