"""What messengers bring and what becomes of what they take, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from channels.connection import Connection
from channels.heard import FileRef
from channels.hook import RawEvent
from dialog.effects import Join
from dialog.message import Address, Kind
from dialog.outbox import Failure, Mark, SendStatus, Settled, Settlement
from dialog.reply import Lane
from storage.connections import LOST_KEY, StoredConnections
from storage.seal import KeySeal
from storage.sql import Script, Sql
from tests.storage.conftest import World
from tests.storage.test_outbox import flying, speak, statuses
from tests.storage.world import says, send

ANNA = Address(channel="vk", account="main", peer="anna")


def raw(key: str, body: str = "{}", channel: str = "telegram") -> RawEvent:
    return RawEvent(channel=channel, account="1", key=key, body=body)


async def test_an_event_is_stored_once_and_read_in_order(world: World) -> None:
    hooks, now = world.store.hooks, world.clock.now()
    assert await hooks.store([raw("b"), raw("a"), raw("b")], now) == 2
    assert await hooks.store([raw("a"), raw("c", channel="vk")], now) == 1
    assert [one.event.key for one in await hooks.waiting(["telegram"], now, 10)] == ["b", "a"]
    first, second = await hooks.waiting(["telegram"], now, 10)
    await hooks.done([first.id])
    for attempt in range(5):
        (left,) = await hooks.waiting(["telegram"], world.clock.go(20), 10)
        assert (left.id, left.attempts) == (second.id, attempt)
        assert await hooks.failed(left, "no", world.clock.now()) is (attempt == 4)
    assert await hooks.waiting(["telegram"], world.clock.go(9999), 10) == []
    assert await hooks.forget(world.clock.now()) == 2


async def test_secrets_are_sealed_and_survive_a_new_key(world: World) -> None:
    old, new = KeySeal([b"o" * 32]), KeySeal([b"n" * 32, b"o" * 32])
    kept = StoredConnections(world.store.database, old)
    made = Connection(channel="telegram", account="1", path="p", title="@x", secrets={"token": "42:canary"})
    await kept.put(made, world.clock.now())
    assert (await kept.all())[0] == made
    assert "canary" not in str(await everything(world, "connection"))
    rotated = StoredConnections(world.store.database, new)
    assert (await rotated.all())[0].secrets == {"token": "42:canary"}
    await rotated.put(made, world.clock.now())
    (lost,) = await kept.all()
    assert (lost.secrets, lost.trouble) == ({}, LOST_KEY)


async def test_an_accounts_troubles_and_cursor(world: World) -> None:
    kept = StoredConnections(world.store.database, KeySeal([b"k" * 32]))
    await kept.put(Connection(channel="telegram", account="1", path="p"), world.clock.now())
    await kept.troubled("telegram", "1", "bad_credentials", world.clock.now())
    since = world.clock.now()
    await kept.troubled("telegram", "1", "bad_credentials", world.clock.go(60))
    assert (await kept.all())[0].troubled_at == since
    await kept.troubled("telegram", "1", "", world.clock.now())
    assert (await kept.all())[0].trouble == ""
    await kept.move("telegram", "1", 7)
    await kept.move("telegram", "1", 5)
    assert (await kept.all())[0].cursor == 7
    await world.store.hooks.store([raw("a")], world.clock.now())
    pulse = await kept.pulse("telegram", "1")
    assert (pulse.heard_at, pulse.waiting_in, pulse.since) == (world.clock.now(), 1, world.clock.now())
    await kept.forget("telegram", "1")
    assert await kept.all() == []


async def test_a_line_that_must_wait_is_not_counted_and_goes_on_where_it_stopped(world: World) -> None:
    await speak(world, send("one"), send("two"))
    for attempt in range(30):
        (line,) = await flying(world)
        assert (line.attempt, line.parts_sent) == (1, min(attempt, 1) * 2)
        wait = Settlement(outcome=Settled.DEFERRED, failure=Failure.THROTTLED, retry_after=5, parts_sent=2)
        await world.store.outbox.settle(line, wait, world.clock.now())
        assert await flying(world) == []
        world.clock.go(5)
    world.clock.go(timedelta(hours=25).total_seconds())
    (line,) = await flying(world)
    await world.store.outbox.settle(line, wait, world.clock.now())
    assert await statuses(world) == ["failed", "new"]


async def test_the_ledger_has_every_call_and_no_more(world: World) -> None:
    await speak(world, send("one"))
    (line,) = await flying(world)
    not_called = Settlement(outcome=Settled.DEFERRED, retry_after=0, called=False)
    await world.store.outbox.settle(line, not_called, world.clock.now())
    (line,) = await flying(world)
    slow = Settlement(outcome=Settled.RETRY, failure=Failure.TRANSIENT, error="502", retry_after=0)
    await world.store.outbox.settle(line, slow, world.clock.now())
    (line,) = await flying(world)
    sent = Settlement(outcome=Settled.ACCEPTED, provider_id="m1", charged=2, cost=780)
    await world.store.outbox.settle(line, sent, world.clock.go(1))
    first, second = await world.store.ledger.since(world.clock.now() - timedelta(days=1))
    assert (first.outcome, first.reason, first.error, first.attempt) == ("retry", "transient", "502", 1)
    assert (second.outcome, second.provider_id, second.parts, second.cost) == ("accepted", "m1", 2, 780)
    assert (second.status, second.channel, second.attempt) == ("accepted", "telegram", 2)
    assert await world.store.ledger.since(world.clock.go(1)) == []


async def test_a_receipt_says_whether_its_line_is_known(world: World) -> None:
    await speak(world, send("one"))
    (line,) = await flying(world)
    now = world.clock.now()
    where = (line.address.channel, line.address.account, "m1")
    assert await world.store.outbox.receipt(*where, SendStatus.DELIVERED, now) is False
    await world.store.outbox.settle(line, Settlement(outcome=Settled.ACCEPTED, provider_id="m1"), now)
    assert await world.store.outbox.receipt(*where, SendStatus.READ, now) is True
    assert await world.store.outbox.receipt(*where, SendStatus.DELIVERED, now) is True
    assert await statuses(world) == ["read"]


async def test_a_line_of_unknown_fate_is_settled_by_its_mark_and_not_repeated(world: World) -> None:
    """Before its repeat is due, and while the repeat waits for its turn."""
    outbox = world.store.outbox
    for seconds in (1, 21):
        await speak(world, send("one"))
        (line,) = await flying(world)
        mark = Mark(id=line.id, random_id=line.random_id)
        where = (line.address.channel, line.address.account, f"m{seconds}")
        told = SendStatus.DELIVERED
        assert not await outbox.receipt(*where, told, world.clock.now(), mark=mark), "its answer may still come"
        await outbox.settle(line, Settlement(outcome=Settled.UNKNOWN), world.clock.now())
        await outbox.sweep(world.clock.go(seconds))
        wrong = Mark(id=line.id, random_id=line.random_id + 1)
        assert not await outbox.receipt(*where, told, world.clock.now(), mark=wrong), "a line of before the restore"
        assert await outbox.receipt(*where, told, world.clock.now(), mark=mark)
        assert await outbox.receipt(*where, SendStatus.READ, world.clock.now())
        await outbox.sweep(world.clock.go(3600))
        assert await flying(world) == []


async def test_why_a_line_failed_is_kept(world: World) -> None:
    await speak(world, send("one"))
    (line,) = await flying(world)
    await world.store.outbox.settle(line, Settlement(outcome=Settled.ACCEPTED, provider_id="m1"), world.clock.now())
    where = (line.address.channel, line.address.account, "m1")
    assert await world.store.outbox.receipt(*where, SendStatus.FAILED, world.clock.now(), error="131047")
    assert await world.store.outbox.receipt(*where, SendStatus.DELIVERED, world.clock.now())
    assert await statuses(world) == ["failed"]
    assert "131047" in str(await everything(world, "outbox"))


async def test_an_sms_of_unknown_fate_is_never_sent_again(world: World) -> None:
    await speak(world, send("one"), channel="sms", peer="79990001122")
    await speak(world, send("two"), channel="telegram")
    for channel in ("sms", "telegram"):
        (line,) = await world.store.outbox.claim_send(channel, world.clock.now(), 9)
        await world.store.outbox.settle(line, Settlement(outcome=Settled.UNKNOWN), world.clock.now())
    await world.store.outbox.sweep(world.clock.go(3600))
    assert await statuses(world) == ["unknown", "new"]


async def test_a_line_of_unknown_fate_holds_its_lane_where_another_attempt_does_no_harm(world: World) -> None:
    await speak(world, send("one"), send("two"), channel="max")

    async def claimed() -> list[str]:
        lines = await world.store.outbox.claim_send("max", world.clock.now(), 9)
        for line in lines:
            told = Settlement(outcome=Settled.UNKNOWN, retry_after=5.0, failure=Failure.UNKNOWN_OUTCOME)
            if line.attempt > 1:
                told = Settlement(outcome=Settled.ACCEPTED, provider_id=f"m{line.id}")
            await world.store.outbox.settle(line, told, world.clock.now())
        return [line.reply.text for line in lines]

    assert await claimed() == ["one"]
    assert (await claimed(), await statuses(world)) == ([], ["new", "new"])
    world.clock.go(6)
    assert [await claimed(), await claimed()] == [["one"], ["two"]]
    world.clock.go(6)
    assert (await claimed(), await statuses(world)) == (["two"], ["accepted", "accepted"])


async def test_a_line_whose_sender_died_goes_back_where_another_attempt_does_no_harm(world: World) -> None:
    await speak(world, send("one"), send("two"), channel="max")
    await world.store.outbox.claim_send("max", world.clock.now(), 9)
    await world.store.outbox.sweep(world.clock.go(151))
    (again,) = await world.store.outbox.claim_send("max", world.clock.now(), 9)
    assert (again.reply.text, again.attempt) == ("one", 2)


async def test_a_line_knows_which_one_arrived_before_it(world: World) -> None:
    await speak(world, send("one"), send("two"), send("three"))
    seen = []
    for number in range(3):
        (line,) = await flying(world)
        seen.append(line.after)
        sent = Settlement(outcome=Settled.ACCEPTED, provider_id=f"m{number}" if number != 1 else "")
        await world.store.outbox.settle(line, sent, world.clock.now())
    assert seen == ["", "m0", "m0"]


async def test_what_arrived_after_a_line_is_not_what_arrived_before_it(world: World) -> None:
    """Another lane spoke while nobody knew whether the line had arrived."""
    await speak(
        world, send("one"), send("two"), send("aside", lane=Lane.SERVICE, message_class="service"), channel="max"
    )
    (one, aside) = sorted(await flying(world, "max"), key=lambda line: line.id)
    await world.store.outbox.settle(one, Settlement(outcome=Settled.ACCEPTED, provider_id="m1"), world.clock.now())
    (two,) = await flying(world, "max")
    await world.store.outbox.settle(two, Settlement(outcome=Settled.UNKNOWN), world.clock.now())
    await world.store.outbox.settle(aside, Settlement(outcome=Settled.ACCEPTED, provider_id="m3"), world.clock.now())
    world.clock.go(20)
    (again,) = await flying(world, "max")
    assert (again.reply.text, again.after) == ("two", "m1")


async def test_a_shut_door_stops_everything_until_he_writes_again(world: World) -> None:
    work = await speak(world, send("one"), send("two"))
    address = work.conversation.address
    await world.store.people.shut(address, world.clock.now())
    assert await flying(world) == []
    assert await statuses(world) == ["failed", "failed"]
    await world.store.people.open([address, address])
    await speak(world, send("three"))
    assert [line.reply.text for line in await flying(world)] == ["three"]


async def test_a_phone_is_proved_once(world: World) -> None:
    work = await speak(world)
    for _ in range(2):
        await world.store.people.proved(work.conversation.address, "+79990001122", world.clock.now())
    assert len(await everything(world, "verification")) == 1


async def test_a_client_with_a_new_number_goes_on_where_he_was(world: World) -> None:
    people = world.store.people
    work = await speak(world, send("one"))
    old = work.conversation.address
    new, taken = replace(old, peer="new"), replace(old, peer="taken")
    for _ in range(2):
        await people.moved(old, new)
    (line,) = await flying(world)
    assert line.address == new
    there = await speak(world, peer="new")
    assert there.conversation.id == work.conversation.id
    other = await speak(world, peer="taken")
    await people.moved(new, taken)
    assert (await speak(world, peer="taken")).conversation.id == other.conversation.id != work.conversation.id
    assert (await speak(world, peer="new")).conversation.id == work.conversation.id


async def test_a_fetched_file_is_shown_where_it_was_announced(world: World) -> None:
    photo = says(kind=Kind.MEDIA, channel="vk", peer="anna", cuts=True)
    (accepted,) = await world.store.inbox.accept([photo], world.clock.now())
    file = FileRef(address=photo.address, event_key=photo.event_key, ref="r", kind="photo")
    await world.store.files.add([file, file], world.clock.now())
    (job,) = await world.store.files.waiting(["vk"], world.clock.now(), 10)
    await world.store.files.failed(job, "later", world.clock.now() + timedelta(seconds=5))
    assert await world.store.files.waiting(["vk"], world.clock.now(), 10) == []
    (job,) = await world.store.files.waiting(["vk"], world.clock.go(5), 10)
    assert job.attempts == 1
    await world.store.files.fetched(job, "media1", world.clock.now())
    (line,) = await world.store.transcript.after(accepted.conversation_id, 0, 10)
    assert line.media_id == "media1"
    assert await world.store.files.waiting(["vk"], world.clock.now(), 10) == []


async def test_two_addresses_become_one_person_and_two_again(world: World) -> None:
    people, now = world.store.people, world.clock.now()
    site = (await speak(world, channel="webchat", peer="site")).conversation.address
    await people.introduce(
        Address(channel="webchat", account="main", peer="x"), name="", phone="", language="ru", now=now
    )
    there = (await speak(world, channel="webchat", peer="site")).conversation
    here = (await speak(world, channel="vk", peer="anna")).conversation
    messenger = here.address
    await people.proved(messenger, "+79990001122", now)
    later = now + timedelta(minutes=30)
    assert await people.make_code("c0de", site, later, now)
    assert not await people.holds("wrong", here.id, now)
    assert not await people.holds("c0de", there.id, now), "nobody joins himself"
    assert not await people.holds("c0de", here.id, later), "too late"
    assert await people.holds("c0de", here.id, now)
    await speak(world, Join(code="wrong"), channel="vk", peer="anna")
    await speak(world, Join(code="c0de"), channel="webchat", peer="site")
    assert await people.joinings(site) == []
    await speak(world, Join(code="c0de"), channel="vk", peer="anna")
    assert not await people.holds("c0de", here.id, now), "once"
    assert len({row[0] for row in await owners(world)}) == 1
    (joining,) = await people.joinings(site)
    assert joining.address == messenger
    cards, (shown,) = world.store.cards, await public_ids(world)
    card = await cards.card(shown)
    assert card is not None
    assert card.joined == [joining]
    assert not await cards.part(shown, joining.id + 1, 1, now)
    assert not await cards.part("nobody", joining.id, 1, now)
    assert await cards.part(shown, joining.id, 1, now)
    assert not await cards.part(shown, joining.id, 1, now)
    assert not await people.unjoin(joining.id, None, now)
    assert len({row[0] for row in await owners(world)}) == 2
    await speak(world, Join(code="c0de"), channel="vk", peer="anna")
    assert len({row[0] for row in await owners(world)}) == 2, "once"
    assert "c0de" not in str(await everything(world, "link_code"))


async def public_ids(world: World) -> list[str]:
    """Of the messenger's conversation."""

    def script() -> Script[list[str]]:
        return [row[0] for row in (yield Sql("SELECT public_id FROM conversation WHERE peer = 'anna'"), ())]

    return await world.store.database.read(script)


async def owners(world: World) -> list[tuple[object, ...]]:
    """Person of each address, conversation and proof of the two."""

    def script() -> Script[list[tuple[object, ...]]]:
        rows = yield Sql("SELECT person_id FROM address WHERE peer IN ('site', 'anna')"), ()
        more = yield Sql("SELECT person_id FROM conversation WHERE peer IN ('site', 'anna')"), ()
        return [tuple(row) for row in (*rows, *more)]

    return await world.store.database.read(script)


async def everything(world: World, table: str) -> list[tuple[object, ...]]:
    def script() -> Script[list[tuple[object, ...]]]:
        return [tuple(row) for row in (yield Sql(f"SELECT * FROM {table}"), ())]

    return await world.store.database.read(script)
