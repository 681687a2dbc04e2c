"""A bot against a MAX that behaves badly: every fault is told for what it is, and nothing is said twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from channels.connection import Connection
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import Answered, Asked, FakeServer
from channels.heard import Courtesy, FileRef
from channels.max import updates
from channels.max.account import MaxAccount
from channels.max.connecting import connect
from channels.max.fake import TOKEN, FakeMax
from channels.not_fetched import Refused
from channels.port import Surroundings, Trouble
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.outbox import Failure, Outgoing, Settled
from dialog.reply import Asks, Attachment, Author, Choice, Lane, Reply
from tests.fakes.stillness import CountedDice, StillClock

HELLO = Reply(text="Здравствуйте!", choices=(Choice(label="Записаться", token="A" * 16),))
PLAIN = Reply(text="Ждём вас!")
URL = "https://salon.example/hooks/max/p"


class Ticks:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bot:
    """An account, the fake behind it, and the time."""

    def __init__(self, account: MaxAccount, fake: FakeMax, ticks: Ticks) -> None:
        self.account, self.fake, self.ticks = account, fake, ticks

    def posts(self) -> int:
        return sum((call.method, call.path) == ("POST", "/messages") for call in self.fake.calls)

    def texts(self) -> list[str]:
        return [sent.text for sent in self.fake.sent]


def around(ticks: Ticks, public_url: str = "") -> Surroundings:
    return Surroundings(clock=StillClock(), dice=CountedDice(), public_url=public_url, ticks=ticks)


@asynccontextmanager
async def bot(public_url: str = "", *, fault: Fault | None = None) -> AsyncIterator[Bot]:
    """``fault``: what its first call meets. Only who answers slowly is not waited for."""
    ticks = Ticks()
    fake = FakeMax(faults=Faults(lambda: 1.0, retry_after=7), ticks=ticks)
    fake.faults.drip_seconds = 60.0
    if fault is not None:
        fake.faults.plan(fault)
    async with FakeServer(fake) as server:
        fake.url = server.url
        connection = Connection(
            channel="max",
            account="900",
            path="p",
            settings={"base_url": server.url},
            secrets={"token": TOKEN, "hook_secret": "s" * 32},
        )
        account = MaxAccount(connection, around(ticks, public_url), timeout=1.0 if fault is Fault.SLOW else 20.0)
        try:
            yield Bot(account, fake, ticks)
        finally:
            await account.close()


def line(reply: Reply = HELLO, *, peer: str = "5", attempt: int = 1, after: str = "", sent: int = 0) -> Outgoing:
    return Outgoing(
        id=OutboxId(1),
        conversation_id=ConversationId(1),
        address=Address(channel="max", account="900", peer=peer),
        lane=Lane.DIALOG,
        author=Author.BOT,
        message_class="dialog",
        reply=reply,
        attempt=attempt,
        after=after,
        parts_sent=sent,
    )


ARRIVED = (Settled.ACCEPTED, Failure.NONE)
NOBODY_KNOWS = (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME)
CLASSES = {
    Fault.THROTTLE: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.DAY_LIMIT: (Settled.DEFERRED, Failure.THROTTLED),
    Fault.BUSY: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.NOT_READY: (Settled.DEFERRED, Failure.TRANSIENT),
    Fault.ERROR_BEFORE: NOBODY_KNOWS,
    Fault.DROP_BEFORE: NOBODY_KNOWS,
    Fault.HTML: NOBODY_KNOWS,
    Fault.GARBAGE: NOBODY_KNOWS,
    Fault.ERROR_AFTER: ARRIVED,
    Fault.DROP_AFTER: ARRIVED,
    Fault.SLOW: ARRIVED,
    Fault.BLOCKED: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.DEACTIVATED: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.NO_CHAT: (Settled.GONE, Failure.RECIPIENT_GONE),
    Fault.UNAUTHORIZED: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.WRONG_TOKEN: (Settled.DEFERRED, Failure.BAD_CREDENTIALS),
    Fault.TOO_LONG: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.BAD_BUTTON: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.EMPTY: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.CONFLICT: (Settled.REJECTED, Failure.BAD_MESSAGE),
    Fault.NOT_MODIFIED: (Settled.REJECTED, Failure.BAD_MESSAGE),
}


@pytest.mark.parametrize("fault", CLASSES)
async def test_every_fault_is_told_for_what_it_is(fault: Fault) -> None:
    async with bot(fault=fault) as made:
        settlement = await made.account.send(line())
        assert (settlement.outcome, settlement.failure) == CLASSES[fault]
        assert made.posts() == 1, "one attempt is one call"
        assert TOKEN not in settlement.error
        assert bool(settlement.provider_id) is (CLASSES[fault] == ARRIVED)


async def test_nobody_there_is_not_an_unknown_fate() -> None:
    nowhere = {"base_url": "http://127.0.0.1:1"}
    connection = Connection(channel="max", account="900", path="p", settings=nowhere, secrets={"token": TOKEN})
    account = MaxAccount(connection, around(Ticks()))
    settlement = await account.send(line())
    assert (settlement.outcome, settlement.failure) == (Settled.DEFERRED, Failure.TRANSIENT)
    await account.close()


@pytest.mark.parametrize("reply", [HELLO, PLAIN], ids=["with buttons", "words alone"])
@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE])
async def test_what_became_of_a_line_is_read_back_before_it_is_said_again(fault: Fault, reply: Reply) -> None:
    """The chat could not be read at once; the next attempt looks first."""
    async with bot() as made:
        before = await made.account.send(line(reply=PLAIN))
        made.fake.faults.plan(fault)
        made.fake.reading.plan(Fault.DROP_BEFORE)
        first = await made.account.send(line(reply, after=before.provider_id))
        assert (first.outcome, first.failure) == NOBODY_KNOWS
        again = await made.account.send(line(reply, attempt=2, after=before.provider_id))
        assert again.outcome is Settled.ACCEPTED
        assert made.texts() == [PLAIN.text, reply.text]
        assert again.provider_id == made.fake.sent[-1].mid


async def test_nothing_is_said_while_the_chat_cannot_be_read() -> None:
    async with bot() as made:
        made.fake.reading.plan(Fault.HTML)
        waiting = await made.account.send(line(attempt=2))
        assert (waiting.outcome, waiting.failure, made.posts()) == (Settled.DEFERRED, Failure.TRANSIENT, 0)
        assert waiting.retry_after


@pytest.mark.parametrize("fault", [Fault.BLOCKED, Fault.UNAUTHORIZED, Fault.THROTTLE])
async def test_what_is_plain_when_the_chat_is_read_holds_for_the_line(fault: Fault) -> None:
    async with bot() as made:
        made.fake.reading.plan(fault)
        told = await made.account.send(line(attempt=2))
        assert ((told.outcome, told.failure), made.posts()) == (CLASSES[fault], 0)


async def test_a_chat_that_may_not_be_read_does_not_mean_that_the_client_has_gone() -> None:
    async def forbidden(_: Asked) -> Answered:
        return Answered(status=403, body=b'{"code": "history.forbidden"}')

    async with FakeServer(forbidden) as server:
        connection = Connection(
            channel="max", account="900", path="p", settings={"base_url": server.url}, secrets={"token": TOKEN}
        )
        account = MaxAccount(connection, around(Ticks()))
        told = await account.send(line(attempt=2))
        await account.close()
    assert (told.outcome, told.failure) == (Settled.DEFERRED, Failure.TRANSIENT)


async def test_the_same_words_a_line_ago_are_not_taken_for_it() -> None:
    async with bot() as made:
        before = await made.account.send(line(PLAIN))
        again = await made.account.send(line(PLAIN, attempt=2, after=before.provider_id))
        assert (again.outcome, made.texts()) == (Settled.ACCEPTED, [PLAIN.text] * 2)
        made.fake.date -= 10**12
        made.fake.sent.clear()
        await made.account.send(line(PLAIN, peer="6"))
        await made.account.send(line(PLAIN, peer="6", attempt=2))
        assert made.texts() == [PLAIN.text] * 2, "a message of years ago is not this line"


@pytest.mark.parametrize("broken", [1, 2, 3])
async def test_a_long_line_goes_on_where_it_broke(broken: int) -> None:
    """All its parts but one are alike: they are counted, not looked up."""
    long = Reply(text="Слово за словом. " * 900)
    async with bot() as made:
        whole = await made.account.send(line(long))
        wanted = made.texts()
        assert whole.parts_sent == len(wanted) > 3
        made.fake.sent.clear()
        made.fake.faults.plan(*[None] * (broken - 1), Fault.DROP_AFTER)
        made.fake.reading.plan(Fault.DROP_BEFORE)
        made.ticks.now += 60
        first = await made.account.send(line(long, peer="6"))
        assert (first.outcome, first.parts_sent) == (Settled.UNKNOWN, broken - 1)
        made.ticks.now += 60
        again = await made.account.send(line(long, peer="6", attempt=2, sent=first.parts_sent))
        assert (again.outcome, made.texts()) == (Settled.ACCEPTED, wanted)


async def test_silence_is_kept_by_everybody_to_its_end() -> None:
    async with bot() as made:
        made.fake.faults.plan(Fault.THROTTLE)
        assert (await made.account.send(line())).retry_after == 7
        before = len(made.fake.calls)
        made.ticks.now += 6.9
        for attempt in (1, 2):
            waiting = await made.account.send(line(peer="6", attempt=attempt))
            assert (waiting.outcome, waiting.called) == (Settled.DEFERRED, False)
        await made.account.be_kind(Courtesy(channel="max", account="900", kind="typing", values=("6",)))
        assert len(made.fake.calls) == before
        made.ticks.now += 0.2
        assert (await made.account.send(line(peer="6"))).outcome is Settled.ACCEPTED


VISIT = Attachment(name="visit.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR")


async def test_native_forms() -> None:
    async with bot() as made:
        link = Choice(label="Карта", token="", url="https://maps.example/1")
        asked = Reply(text="*Телефон*?", asks=Asks.PHONE, choices=(*HELLO.choices, link))
        await made.account.send(line(asked))
        await made.account.send(line(Reply(text="Где вы?", asks=Asks.LOCATION)))
        first, second = made.fake.sent
        assert [one["type"] for one in first.buttons] == ["callback", "link", "request_contact"]
        assert first.buttons[0]["payload"] == "A" * 16
        assert [one["type"] for one in second.buttons] == ["request_geo_location"]
        assert all("format" not in call.body for call in made.fake.calls), "nothing is read as markup"
        assert first.text == "*Телефон*?"


async def test_a_file_is_brought_once_and_tried_until_it_is_ready() -> None:
    async with bot() as made:
        reply = replace(PLAIN, media=(VISIT,))
        made.fake.faults.plan(None, Fault.NOT_READY)
        first = await made.account.send(line(reply))
        assert (first.outcome, first.failure, first.parts_sent) == (Settled.DEFERRED, Failure.TRANSIENT, 1)
        second = await made.account.send(line(reply, sent=1))
        assert second.outcome is Settled.ACCEPTED
        assert [one["filename"] for one in made.fake.sent[-1].attachments] == ["visit.ics"]
        assert list(made.fake.uploads.values()) == [("visit.ics", VISIT.content)]
        # The answer is lost: a file is known again by its name.
        made.fake.faults.plan(None, Fault.DROP_AFTER)
        assert (await made.account.send(line(reply, after=second.provider_id))).outcome is Settled.ACCEPTED
        assert len(made.fake.sent) == 4


async def test_files_come_from_maxs_machines_only() -> None:
    async with bot() as made:
        made.fake.files["cat"] = b"\xff\xd8\xff" + b"0" * 64
        where = Address(channel="max", account="900", peer="5")
        there = FileRef(address=where, event_key="1", ref=f"{made.fake.url}/files/cat", kind="photo")
        assert (await made.account.fetch(there)).content_type == "image/jpeg"
        for url in (f"{made.fake.url}/files/dog", "https://evil.example/cat", "http://127.0.0.1:1/x", ""):
            with pytest.raises(Refused):
                await made.account.fetch(replace(there, ref=url))


async def test_kindness() -> None:
    async with bot() as made:
        for kind, values in (
            ("typing", ("5",)),
            ("answer", ("cb",)),
            ("answer", ("cb", '{"text":"x","attachments":[]}')),
            ("late", ("cb",)),
            ("leave", ("-7",)),
            ("leave", ("-7",)),
        ):
            await made.account.be_kind(Courtesy(channel="max", account="900", kind=kind, values=values))
        told = [(call.method, call.path, call.body) for call in made.fake.calls]
        assert told[0] == ("POST", "/chats/5/actions", {"action": "typing_on"})
        assert told[1:3] == [
            ("POST", "/answers", {}),
            ("POST", "/answers", {"message": {"text": "x", "attachments": []}}),
        ]
        assert list(told[3][2]) == ["notification"]
        assert [(method, path) for method, path, _ in told[4:]] == [
            ("POST", "/messages"),
            ("DELETE", "/chats/-7/members/me"),
        ]


async def test_the_webhook_is_set_and_looked_after() -> None:
    async with bot("https://salon.example/") as made:
        made.fake.subscriptions["https://before.example/hooks/max/p"] = "x"
        await made.account.settle_in()
        assert made.fake.subscriptions == {URL: "s" * 32}
        await made.account._subscription.look()
        made.fake.subscriptions.clear()
        with pytest.raises(Trouble) as lost:
            await made.account._subscription.look()
        assert (lost.value.code, made.fake.subscriptions) == ("hook_lost", {URL: "s" * 32})
        await made.account._subscription.look()
        made.fake.subscriptions["https://another.example/bot"] = ""
        with pytest.raises(Trouble) as doubled:
            await made.account._subscription.look()
        assert (doubled.value.code, len(made.fake.subscriptions)) == ("two_listeners", 2)
        made.fake.token = "another"
        with pytest.raises(Trouble) as refused:
            await made.account._subscription.look()
        assert refused.value.code == "bad_credentials"


async def test_a_port_of_ones_own_is_told_of_at_once() -> None:
    async with bot("https://salon.example:8443") as made:
        with pytest.raises(Trouble) as caught:
            await made.account.settle_in()
        assert (caught.value.code, made.fake.calls) == ("hook_port", [])


async def test_without_an_address_updates_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "LEAST_PAUSE", 0.0)
    async with bot() as made:
        made.fake.subscriptions[URL] = ""
        await made.account.settle_in()
        assert made.fake.subscriptions == {}, "as long as there is one, nothing can be asked for"
        made.fake.says(5, "раз")
        keys, cursor = await asked(made, 0)
        assert len(keys) == 1
        for text in ("два", "три"):
            made.fake.says(5, text)
        fresh, after = await asked(made, cursor)
        assert (await asked(made, cursor)) == (fresh, after), "what was not stored comes again"
        assert (len(fresh), after > cursor) == (2, True)
        made.fake.token = "another"
        with pytest.raises(Trouble):
            await asked(made, after)


async def test_half_a_letter_among_updates_is_kept_and_the_next_one_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "LEAST_PAUSE", 0.0)

    async def torn(_: Asked) -> Answered:
        return Answered(body=b'{"updates": [{"update_type": "x", "text": "\\ud83d"}, {"n": 123}], "marker": 8}')

    async with FakeServer(torn) as server:
        connection = Connection(
            channel="max", account="900", path="p", settings={"base_url": server.url}, secrets={"token": TOKEN}
        )
        account = MaxAccount(connection, around(Ticks()))
        found = await account.poll(7)
        await account.close()
    assert found is not None
    first, second = found[0]
    assert ("\\ud83d" in first.body, second.body, found[1]) == (True, '{"n":123}', 8)


async def asked(made: Bot, cursor: int) -> tuple[Sequence[str], int]:
    found = await made.account.poll(cursor)
    assert found is not None
    return [event.key for event in found[0]], found[1]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"token": "привет"}, "token_shape"),
        ({"token": ""}, "token_shape"),
        ({"token": "x" * 35}, "token_refused"),
        ({"token": TOKEN, "base_url": "ftp://x"}, "bad_base_url"),
        ({"token": TOKEN, "base_url": "http://somebody.example"}, "bad_base_url"),
        ({"token": TOKEN, "proxy": "не адрес"}, "bad_proxy"),
        ({"token": TOKEN, "base_url": "http://127.0.0.1:1"}, "unreachable"),
    ],
)
async def test_a_bad_token_is_refused_with_what_is_wrong(given: dict[str, str], code: str) -> None:
    async with bot() as made:
        with pytest.raises(Trouble) as caught:
            await connect({"base_url": made.fake.url} | given, around(made.ticks))
        assert caught.value.code == code


async def test_a_good_token_makes_a_connection_that_hides_it() -> None:
    async with bot() as made:
        found = await connect({"token": f" {TOKEN}\n", "base_url": made.fake.url}, around(made.ticks))
        assert (found.account, found.title) == ("900", "@zabota_fake_bot")
        assert TOKEN not in repr(found)
