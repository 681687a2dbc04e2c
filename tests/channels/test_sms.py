"""SMS: every code for what it is, nothing twice, parts and cost counted, statuses believed by their signature."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from channels.connection import Connection
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.heard import Receipt, Unreadable
from channels.hook import RawEvent
from channels.port import Call, Surroundings, Trouble
from channels.sms.account import SmsAccount, connect
from channels.sms.fake import API_ID, FakeSmsRu
from channels.sms.parts import parts
from channels.sms.smsru import SmsRu
from channels.sms.statuses import events, parse, verify
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.outbox import Failure, Outgoing, SendStatus, Settled
from dialog.reply import Author, Choice, Lane, Reply
from tests.fakes.stillness import CountedDice, StillClock

AROUND = Surroundings(clock=StillClock(), dice=CountedDice(), public_url="", ticks=lambda: 1000.0)
CONNECTION = Connection(channel="sms", account="a", path="p", secrets={"api_id": API_ID})


@asynccontextmanager
async def company(fault: Fault | None = None) -> AsyncIterator[tuple[SmsAccount, FakeSmsRu, str]]:
    """``fault``: what its first call meets. Only who answers slowly is not waited for."""
    fake = FakeSmsRu(faults=Faults(lambda: 1.0))
    fake.faults.drip_seconds = 60.0
    if fault is not None:
        fake.faults.plan(fault)
    async with FakeServer(fake) as server:
        gateway = SmsRu(API_ID, base_url=server.url)
        gateway._client.timeout = 0.4 if fault is Fault.SLOW else 20.0
        account = SmsAccount(CONNECTION, AROUND, gateway)
        try:
            yield account, fake, server.url
        finally:
            await account.close()


def line(text: str = "Ждём вас завтра в 15:00", peer: str = "79990001122") -> Outgoing:
    return Outgoing(
        id=OutboxId(1),
        conversation_id=ConversationId(1),
        address=Address(channel="sms", account="a", peer=peer),
        lane=Lane.SERVICE,
        author=Author.BOT,
        message_class="service",
        reply=Reply(text=text),
        attempt=1,
    )


CLASSES = {
    Fault.UNAUTHORIZED: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.NO_MONEY: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.BAD_NUMBER: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.NO_ROUTE: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.EMPTY: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.BUSY: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.DAY_LIMIT: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.THROTTLE: (Settled.REJECTED, Failure.THROTTLED),
    Fault.ERROR_BEFORE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.ERROR_AFTER: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.DROP_BEFORE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.DROP_AFTER: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.SLOW: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.HTML: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
    Fault.GARBAGE: (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME),
}


@pytest.mark.parametrize("fault", CLASSES)
async def test_every_fault_is_told_for_what_it_is(fault: Fault) -> None:
    async with company(fault) as (account, fake, _):
        settlement = await account.send(line())
        assert (settlement.outcome, settlement.failure) == CLASSES[fault]
        assert fake.calls == 1, "one attempt is one call"
        assert API_ID not in settlement.error


async def test_nobody_there_was_told_nothing() -> None:
    account = SmsAccount(CONNECTION, AROUND, SmsRu(API_ID, base_url="http://127.0.0.1:1"))
    settlement = await account.send(line())
    assert (settlement.outcome, settlement.failure) == (Settled.DEFERRED, Failure.TRANSIENT)
    await account.close()


async def test_parts_and_cost_are_told() -> None:
    async with company() as (account, fake, _):
        settlement = await account.send(line("а" * 100))
        assert (settlement.outcome, settlement.charged, settlement.cost) == (Settled.ACCEPTED, 2, 390)
        assert settlement.provider_id == fake.sent[0][0]


async def test_choices_become_numbers() -> None:
    async with company() as (account, fake, _):
        outgoing = line()
        reply = Reply(text="Придёте?", choices=(Choice(label="Да", token="a"), Choice(label="Нет", token="b")))
        await account.send(Outgoing(**{**{f: getattr(outgoing, f) for f in outgoing.__slots__}, "reply": reply}))
        assert "1. Да\n2. Нет" in fake.sent[0][2]


async def test_a_number_that_is_none_is_not_even_tried() -> None:
    async with company() as (account, fake, _):
        settlement = await account.send(line(peer="112"))
        assert (settlement.outcome, settlement.called, fake.calls) == (Settled.GONE, False, 0)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("а" * 70, 1),
        ("а" * 71, 2),
        ("а" * 134, 2),
        ("а" * 135, 3),
        ("{" * 80, 1),
        ("", 1),
    ],
)
def test_parts(text: str, count: int) -> None:
    assert parts(text) == count


async def test_fates_are_asked_for_until_they_are_known() -> None:
    async with company() as (account, fake, _):
        await account.send(line())
        assert await account.ask() == []
        fake.statuses[fake.sent[0][0]] = 103
        (event,) = await account.ask()
        (receipt,) = parse(event)
        assert isinstance(receipt, Receipt)
        assert (receipt.provider_id, receipt.status) == (fake.sent[0][0], SendStatus.DELIVERED)
        assert await account.ask() == []


def test_a_call_is_believed_by_its_signature_only() -> None:
    fake = FakeSmsRu(faults=Faults(lambda: 1.0))
    good = fake.callback(("id-1", 103), ("id-2", 104))
    assert verify(CONNECTION, Call(headers={}, body=good))
    kept = events(CONNECTION, Call(headers={}, body=good))
    assert [one.key for one in kept] == ["id-1:103", "id-2:104"]
    for bad in (b"", good[:-1], good.replace(b"103", b"110"), good + b"&data[2]=x", b"hash=" + b"0" * 64, b"\xff" * 99):
        assert not verify(CONNECTION, Call(headers={}, body=bad))
    keyless = Connection(channel="sms", account="a", path="p")
    assert not verify(keyless, Call(headers={}, body=FakeSmsRu(faults=fake.faults, api_id="").callback(("x", 103))))


@pytest.mark.parametrize("body", ["", "id", "id\nx", "\n103"])
def test_what_is_no_status_is_refused(body: str) -> None:
    with pytest.raises(Unreadable):
        parse(RawEvent(channel="sms", account="a", key="k", body=body))


async def test_a_key_is_proved_before_it_is_kept() -> None:
    async with company() as (_, _, url):
        made = await connect({"api_id": f" {API_ID} ", "base_url": url}, AROUND)
        assert made.title == "sms.ru, 250.5 ₽"
        assert API_ID not in repr(made)
        for api_id, code in (("коротко", "token_shape"), ("x" * 36, "token_refused")):
            with pytest.raises(Trouble) as caught:
                await connect({"api_id": api_id, "base_url": url}, AROUND)
            assert caught.value.code == code
