"""A number against a WhatsApp that behaves badly: every fault is told for what it is, and nothing is said too soon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import orjson
import pytest

from channels.connection import Connection
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import Answered, Asked, FakeServer
from channels.heard import Courtesy, FileRef
from channels.not_fetched import Refused
from channels.port import Surroundings, Trouble
from channels.whatsapp.account import WhatsAppAccount
from channels.whatsapp.connecting import connect
from channels.whatsapp.fake import APP, APP_SECRET, BUSINESS, NUMBER, TOKEN, FakeWhatsApp
from channels.whatsapp.mark import Part, part_of
from channels.whatsapp.not_captured import SUBSCRIPTION
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.outbox import Failure, Mark, Outgoing, Settled
from dialog.reply import Asks, Attachment, Author, Choice, Lane, Reply
from tests.channels.test_telegram_account import Ticks
from tests.fakes.stillness import CountedDice, StillClock

HELLO = Reply(text="Здравствуйте!", choices=(Choice(label="Записаться", token="A" * 16),))
SALON = "https://salon.example"
GIVEN = {
    "token": TOKEN,
    "app_secret": APP_SECRET,
    "app_id": APP,
    "number_id": NUMBER,
    "business_id": BUSINESS,
}


@dataclass
class Number:
    """An account, the fake behind it, and the time."""

    account: WhatsAppAccount
    fake: FakeWhatsApp
    ticks: Ticks
    url: str


def around(ticks: Ticks, public_url: str = SALON) -> Surroundings:
    return Surroundings(clock=StillClock(), dice=CountedDice(), public_url=public_url, ticks=ticks)


def connection(url: str) -> Connection:
    return Connection(
        channel="whatsapp",
        account=NUMBER,
        path="p",
        settings={"base_url": url, "app_id": APP, "business_id": BUSINESS},
        secrets={"token": TOKEN, "app_secret": APP_SECRET, "hook_secret": "w" * 32},
    )


@asynccontextmanager
async def number(fault: Fault | None = None, public_url: str = SALON) -> AsyncIterator[Number]:
    """``fault``: what its first call meets. Only who answers slowly is not waited for."""
    ticks = Ticks()
    fake = FakeWhatsApp(faults=Faults(lambda: 1.0), ticks=ticks)
    fake.faults.drip_seconds = 60.0
    if fault is not None:
        fake.faults.plan(fault)
    async with FakeServer(fake) as server:
        account = WhatsAppAccount(
            connection(server.url), around(ticks, public_url), timeout=0.4 if fault is Fault.SLOW else 20.0
        )
        try:
            yield Number(account, fake, ticks, server.url)
        finally:
            await account.close()


def line(reply: Reply = HELLO, *, peer: str = "79990001122", message_class: str = "dialog", sent: int = 0) -> Outgoing:
    return Outgoing(
        id=OutboxId(7),
        conversation_id=ConversationId(1),
        address=Address(channel="whatsapp", account=NUMBER, peer=peer),
        lane=Lane.DIALOG,
        author=Author.BOT,
        message_class=message_class,
        reply=reply,
        attempt=1,
        parts_sent=sent,
        random_id=12345,
    )


CLASSES = {
    Fault.THROTTLE: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.PAIR_LIMIT: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.DAY_LIMIT: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.ERROR_BEFORE: (Settled.RETRY, Failure.TRANSIENT),
    Fault.BUSY: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.ERROR_AFTER: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.DROP_BEFORE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.DROP_AFTER: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.SLOW: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.HTML: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.GARBAGE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.NO_CHAT: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.WINDOW_CLOSED: (Settled.REJECTED, Failure.WINDOW_CLOSED),
    Fault.OPTED_OUT: (Settled.REJECTED, Failure.OPTED_OUT),
    Fault.HELD_BACK: (Settled.REJECTED, Failure.THROTTLED),
    Fault.NOT_LISTED: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.UNAUTHORIZED: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.WRONG_TOKEN: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.LOCKED: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.NO_MONEY: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.TOO_LONG: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.BAD_BUTTON: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.EMPTY: (Settled.REJECTED, Failure.BAD_MESSAGE),
}


@pytest.mark.parametrize("fault", CLASSES)
async def test_every_fault_is_told_for_what_it_is(fault: Fault) -> None:
    async with number(fault) as made:
        settlement = await made.account.send(line())
        assert (settlement.outcome, settlement.failure) == CLASSES[fault]
        assert TOKEN not in settlement.error
        assert len(made.fake.calls) == 1, "one attempt is one call"


async def test_nobody_there_is_not_an_unknown_fate() -> None:
    async with number() as made:
        pass
    account = WhatsAppAccount(connection("http://127.0.0.1:1"), around(made.ticks))
    settlement = await account.send(line())
    assert (settlement.outcome, settlement.failure) == (Settled.DEFERRED, Failure.TRANSIENT)
    await account.close()


async def test_what_the_owner_must_mend_is_named() -> None:
    for fault, trouble in (
        (Fault.LOCKED, "locked"),
        (Fault.NO_MONEY, "payment"),
        (Fault.DAY_LIMIT, "spam"),
        (Fault.NOT_LISTED, "test_list"),
        (Fault.UNAUTHORIZED, "bad_credentials"),
        (Fault.PAIR_LIMIT, ""),
    ):
        async with number(fault) as made:
            assert (await made.account.send(line())).trouble == trouble


@pytest.mark.parametrize(("message_class", "author"), [("marketing", Author.BOT), ("dialog", Author.MANAGER)])
async def test_what_must_not_be_doubled_is_not_repeated_after_a_stumble(message_class: str, author: Author) -> None:
    async with number(Fault.ERROR_BEFORE) as made:
        settlement = await made.account.send(replace(line(message_class=message_class), author=author))
        assert settlement.outcome is Settled.UNKNOWN


async def test_a_limit_of_the_number_silences_everybody_and_one_of_a_client_only_him() -> None:
    async with number() as made:
        made.fake.faults.plan(Fault.PAIR_LIMIT)
        assert (await made.account.send(line())).retry_after == 6
        assert (await made.account.send(line(peer="79990005566"))).outcome is Settled.ACCEPTED
        before = len(made.fake.calls)
        assert (await made.account.send(line())).called is False
        made.fake.faults.plan(Fault.THROTTLE)
        made.ticks.now += 6
        assert (await made.account.send(line())).retry_after == 5
        assert (await made.account.send(line(peer="79990005566"))).called is False
        await made.account.be_kind(typing())
        assert len(made.fake.calls) == before + 1
        made.ticks.now += 5.1
        assert (await made.account.send(line(peer="79990005566"))).outcome is Settled.ACCEPTED


def typing() -> Courtesy:
    return Courtesy(channel="whatsapp", account=NUMBER, kind="typing", values=("wamid.IN1",))


async def test_read_and_typing_are_one_call() -> None:
    async with number() as made:
        await made.account.be_kind(typing())
        assert made.fake.kindnesses == [
            {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": "wamid.IN1",
                "typing_indicator": {"type": "text"},
            }
        ]


async def test_every_message_carries_the_mark_of_its_line() -> None:
    long = Reply(text="Слово за словом. " * 500, choices=HELLO.choices)
    async with number() as made:
        settlement = await made.account.send(line(long))
        assert settlement.provider_id == made.fake.sent[-1].name
        parts = [part_of(sent.body["biz_opaque_callback_data"]) for sent in made.fake.sent]
        count = len(parts)
        mark = Mark(id=OutboxId(7), random_id=12345)
        assert parts == [Part(line=mark, number=place + 1, count=count) for place in range(count)]
        assert count > 2
    for other in ("", "z", "z1.2.3", "z1.2.3.4x", "z-1.2.3.4", "я1.2.3.4", "z" + "9" * 30 + ".1.1.1"):
        assert part_of(other) is None


async def test_a_long_line_goes_on_where_it_stopped() -> None:
    long = Reply(text="Слово за словом. " * 500)
    async with number() as made:
        made.fake.faults.plan(None, Fault.THROTTLE)
        first = await made.account.send(line(long))
        assert (first.outcome, first.parts_sent) == (Settled.DEFERRED, 1)
        made.ticks.now += 8
        assert (await made.account.send(line(long, sent=1))).outcome is Settled.ACCEPTED
        assert "".join("".join(sent.text.split()) for sent in made.fake.sent) == "".join(long.text.split())


def services(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(label=f"Услуга номер {n}", token=f"{n:016d}") for n in range(count))


async def test_native_forms() -> None:
    async with number() as made:
        for count in (1, 3, 4, 10, 40):
            await made.account.send(line(Reply(text="Выберите", choices=services(count))))
        kinds = [sent.body["interactive"]["type"] for sent in made.fake.sent]
        assert kinds == ["button", "button", "list", "list", "list"]
        assert [len(sent.buttons) for sent in made.fake.sent] == [1, 3, 4, 10, 10]
        assert made.fake.sent[-1].buttons[-1] == ("Ещё…", "+" + f"{9:016d}")
        await made.account.send(line(Reply(text="Где вы?", asks=Asks.LOCATION, choices=services(2))))
        question, place = made.fake.sent[-2:]
        assert [label for label, _ in question.buttons] == ["Услуга номер 0", "Услуга номер 1"]
        assert place.body["interactive"]["type"] == "location_request_message"
        await made.account.send(line(Reply(text="Спасибо"), peer="RU.13491208655302741918"))
        assert (made.fake.sent[-1].body["recipient"], "to" in made.fake.sent[-1].body) == (
            "RU.13491208655302741918",
            False,
        )


async def test_a_visit_for_the_calendar_is_a_document_and_never_undoes_the_words() -> None:
    visit = Attachment(name="visit.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR")
    async with number() as made:
        assert (await made.account.send(line(Reply(text="Ждём вас!", media=(visit,))))).outcome is Settled.ACCEPTED
        words, document = made.fake.sent
        assert words.text == "Ждём вас!"
        assert document.body["document"]["filename"] == "visit.ics"
        assert made.fake.files[document.body["document"]["id"]] == b"BEGIN:VCALENDAR"
        made.fake.faults.plan(None, Fault.BAD_BUTTON)
        settlement = await made.account.send(line(Reply(text="Ждём вас!", media=(visit,))))
        assert (settlement.outcome, settlement.parts_sent) == (Settled.ACCEPTED, 2)


async def test_a_line_that_meta_stumbles_over_waits_alone_and_longer_each_time() -> None:
    async with number() as made:
        for attempt, pause in ((1, 2.0), (2, 4.0), (10, 600.0)):
            made.fake.faults.plan(Fault.ERROR_BEFORE)
            assert (await made.account.send(replace(line(), attempt=attempt))).retry_after == pause
            assert (await made.account.send(line(peer="79990005566"))).outcome is Settled.ACCEPTED


@pytest.mark.parametrize("answer", [None, Answered(status=502), Answered(body=b"{}")])
async def test_a_file_that_did_not_get_there_says_nothing_and_nobody_waits(answer: Answered | None) -> None:
    async def torn(asked: Asked) -> Answered | None:
        return answer if asked.path.endswith("/media") else await meta(asked)

    ticks = Ticks()
    meta = FakeWhatsApp(faults=Faults(lambda: 1.0), ticks=ticks)
    visit = Attachment(name="visit.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR")
    async with FakeServer(torn) as server:
        account = WhatsAppAccount(connection(server.url), around(ticks))
        told = await account.send(line(Reply(text="Ждём вас!", media=(visit,)), message_class="marketing"))
        assert (told.outcome, told.failure, told.parts_sent) == (Settled.DEFERRED, Failure.TRANSIENT, 1)
        assert (await account.send(line(peer="79990005566"))).outcome is Settled.ACCEPTED
        await account.close()


@pytest.mark.parametrize("status", [404, 408])
async def test_a_wrong_address_of_a_relay_throws_no_answer_away(status: int) -> None:
    async def lost(_: Asked) -> Answered:
        return Answered(status=status, body=b"<html>no such page</html>", content_type="text/html")

    async with FakeServer(lost) as server:
        account = WhatsAppAccount(connection(server.url), around(Ticks()))
        told = await account.send(replace(line(), author=Author.MANAGER))
        await account.close()
    assert (told.outcome, told.failure) == (Settled.DEFERRED, Failure.TRANSIENT)


async def test_files_come_with_our_key() -> None:
    async with number() as made:
        made.fake.files["77"] = b"\xff\xd8\xff" + b"0" * 64
        where = Address(channel="whatsapp", account=NUMBER, peer="79990001122")
        media = await made.account.fetch(FileRef(address=where, event_key="1", ref="77", kind="photo"))
        assert media.content_type == "image/jpeg"
        with pytest.raises(Refused):
            await made.account.fetch(FileRef(address=where, event_key="1", ref="78", kind="photo"))


async def test_metas_words_are_told_without_keys_and_phones() -> None:
    async def wordy(_: Asked) -> Answered:
        words = f"Malformed access token {TOKEN} for +79990001122"
        return Answered(status=400, body=orjson.dumps({"error": {"code": 100, "message": words}}))

    async with FakeServer(wordy) as server:
        account = WhatsAppAccount(connection(server.url), around(Ticks()))
        told = await account.send(line())
        await account.close()
    assert told.error == "400 100 Malformed access token … for …"


async def test_meta_is_told_where_to_bring_events_and_an_app_of_others_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with number() as made:
        await made.account.settle_in()
        address = f"{SALON}/hooks/whatsapp/p"
        assert (made.fake.webhook, made.fake.app_address) == ((address, "w" * 32), address)
        made.fake.app_address = "https://crm.example/hook"
        await made.account.settle_in()
        assert made.fake.app_address == "https://crm.example/hook"
        assert await made.account.poll(0) is None
        monkeypatch.setitem(SUBSCRIPTION, "fields", [{"name": "account_update"}])
        with pytest.raises(Trouble, match="app_taken"):
            await made.account.settle_in()
        assert made.fake.app_address == "https://crm.example/hook"
        monkeypatch.undo()
        made.fake.token = "another"
        with pytest.raises(Trouble, match="bad_credentials"):
            await made.account.settle_in()


async def test_without_an_address_on_the_web_nothing_is_promised() -> None:
    ticks = Ticks()
    real = replace(connection(""), settings={"app_id": APP, "business_id": BUSINESS})
    account = WhatsAppAccount(real, around(ticks, "http://salon.example"))
    with pytest.raises(Trouble, match="needs_web"):
        await account.settle_in()
    await account.close()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"token": "привет"}, "token_shape"),
        ({"app_secret": "короткий"}, "secret_shape"),
        ({"number_id": "+7 999 000-11-22"}, "id_shape"),
        ({"app_id": ""}, "id_shape"),
        ({"token": "EAAother" * 6}, "token_refused"),
        ({"number_id": "123456789"}, "number_not_found"),
        ({"business_id": "123456789"}, "wrong_business"),
        ({"app_secret": "0" * 32}, "wrong_app_secret"),
        ({"base_url": "ftp://x"}, "bad_base_url"),
        ({"base_url": "http://somebody.example"}, "bad_base_url"),
        ({"proxy": "не адрес"}, "bad_proxy"),
        ({"base_url": "http://127.0.0.1:1"}, "unreachable"),
    ],
)
async def test_what_is_wrong_is_found_before_anything_is_kept(given: dict[str, str], code: str) -> None:
    async with number() as made:
        with pytest.raises(Trouble) as caught:
            await connect(GIVEN | {"base_url": made.url} | given, around(made.ticks))
        assert caught.value.code == code


async def test_a_good_key_makes_a_connection_that_hides_it() -> None:
    async with number() as made:
        spaced = GIVEN | {"token": f" {TOKEN}\n", "number_id": " 1065 4035 2242 922", "base_url": made.url}
        found = await connect(spaced, around(made.ticks))
        assert (found.account, found.title) == (NUMBER, "+7 999 555-00-00 · Lilia")
        assert TOKEN not in repr(found)
        assert APP_SECRET not in repr(found)
        with pytest.raises(Trouble, match="needs_web"):
            await connect(GIVEN | {"base_url": ""}, around(made.ticks, ""))
