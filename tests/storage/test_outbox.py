"""The one gate: order, epochs, outcomes, receipts, lines of unknown fate."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from channels.pacing import LONGEST_ATTEMPT, LONGEST_WAIT
from channels.vk.wire import TIMEOUT
from dialog.conversation import OwnerKind
from dialog.ids import UserId
from dialog.inbox import Outcome, Work
from dialog.message import Kind
from dialog.outbox import Outgoing, SendStatus, Settled, Settlement
from dialog.reply import Author, Lane
from storage.changes import Changes
from storage.gate import Gate
from storage.moments import micros
from storage.sending import Sending
from storage.sql import Script, Sql
from tests.storage.conftest import World
from tests.storage.world import START, says, send, turn_of

MESSENGER, KEYED = "telegram", "vk"
ANNA = UserId(7)


async def speak(world: World, *effects: object, channel: str = MESSENGER, peer: str = "anna") -> Work:
    """One turn that says things."""
    await world.store.inbox.accept([says(cuts=True, channel=channel, peer=peer)], world.clock.now())
    (work,) = await world.store.inbox.claim(world.clock.now(), 10)
    await world.store.inbox.commit([turn_of(work, *effects)], world.clock.now())  # type: ignore[arg-type]
    return work


async def flying(world: World, channel: str = MESSENGER, most: int = 10) -> list[Outgoing]:
    return list(await world.store.outbox.claim_send(channel, world.clock.now(), most))


async def settle(world: World, outgoing: Outgoing, outcome: Settled, **more: object) -> None:
    settlement = Settlement(outcome=outcome, **more)  # type: ignore[arg-type]
    await world.store.outbox.settle(outgoing, settlement, world.clock.now())


async def statuses(world: World) -> list[str]:
    def script() -> Script[list[str]]:
        return [row[0] for row in (yield Sql("SELECT status FROM outbox ORDER BY id"), ())]

    return await world.store.database.read(script)


async def shown(world: World, work: Work) -> list[str]:
    lines = await world.store.transcript.after(work.conversation.id, 0, 100)
    return [line.text for line in lines if line.author != "client"]


async def waiting_kinds(world: World) -> list[Kind]:
    return [row.message.kind for work in await world.store.inbox.claim(world.clock.go(1), 10) for row in work.rows]


def leaving_lines(world: World) -> None:
    """From now on turns leave all their lines to the dispatcher, as older versions did."""
    world.store.inbox._committing._sending = Sending(Gate(world.store.inbox.accepting), frozenset())


async def test_a_turns_lines_are_on_our_own_screens_when_it_is_written(world: World) -> None:
    work = await speak(world, send("one"), send("two", lane=Lane.SERVICE), channel="webchat")
    assert await shown(world, work) == ["one", "two"]
    assert await statuses(world) == ["accepted", "accepted"]
    assert await world.store.outbox.next_due() is None
    assert await world.store.outbox.publish(START, 10) == []
    (item,) = await world.store.desk.queue("all", ANNA, 10)
    assert (item.last_text, item.waiting_since) == ("two", None)


async def test_a_turns_line_waits_behind_an_older_one_of_its_lane(world: World) -> None:
    leaving_lines(world)
    work = await speak(world, send("held"), channel="webchat")

    def later(_: Changes) -> Script[None]:
        yield Sql("UPDATE outbox SET not_before = $1"), (micros(START + timedelta(seconds=5)),)

    await world.store.database.write(later)
    world.store.inbox._committing._sending = world.store.outbox._sending
    await speak(world, send("behind"), send("beside", lane=Lane.SERVICE), channel="webchat")
    assert await shown(world, work) == ["beside"]
    assert await world.store.outbox.next_due() == START + timedelta(seconds=5)
    assert await world.store.outbox.publish(world.clock.go(5), 10) == [work.conversation.id]
    assert await shown(world, work) == ["beside", "held", "behind"]


async def test_nothing_is_shown_of_a_turn_that_a_person_has_overtaken(world: World) -> None:
    await world.store.inbox.accept([says(cuts=True)], START)
    (work,) = await world.store.inbox.claim(START, 10)
    await world.store.desk.claim(work.conversation.id, ANNA, 0, START)
    assert await world.store.inbox.commit([turn_of(work, send("too late"))], START) == [Outcome.STALE]
    assert await shown(world, work) == []
    assert await statuses(world) == []


async def test_published_lines_are_numbered_in_order_with_the_clients(world: World) -> None:
    leaving_lines(world)
    work = await speak(world, send("one"), send("two", lane=Lane.SERVICE), send("three"), channel="webchat")
    assert await world.store.outbox.next_due() == START
    assert await world.store.outbox.publish(START, 10) == [work.conversation.id]
    assert await world.store.outbox.publish(START, 10) == []
    assert await world.store.outbox.next_due() is None
    lines = await world.store.transcript.after(work.conversation.id, 0, 10)
    assert [(line.seq, line.author, line.text) for line in lines] == [
        (1, "client", "hello"),
        (2, "bot", "one"),
        (3, "bot", "two"),
        (4, "bot", "three"),
    ]
    assert lines[1].choices[0].token == "t1"
    assert lines[1].turn_id is not None
    assert [line.seq for line in await world.store.transcript.before(work.conversation.id, 4, 2)] == [2, 3]


async def test_many_publishers_show_each_line_once(world: World) -> None:
    leaving_lines(world)
    work = await speak(world, *[send(str(number)) for number in range(10)], channel="webchat")
    await asyncio.gather(*(world.store.outbox.publish(START, 10) for _ in range(8)))
    assert await shown(world, work) == [str(number) for number in range(10)]


async def test_a_messengers_lines_go_one_by_one_in_their_lane(world: World) -> None:
    work = await speak(world, send("one"), send("two"), send("news", lane=Lane.SERVICE, message_class="service"))
    first = await flying(world)
    assert sorted(line.reply.text for line in first) == ["news", "one"]
    assert await flying(world) == []
    assert await shown(world, work) == []
    assert all(line.random_id > 0 for line in first)
    (one,) = [line for line in first if line.reply.text == "one"]
    await settle(world, one, Settled.ACCEPTED, provider_id="p1")
    assert await shown(world, work) == ["one"]
    (two,) = await flying(world)
    assert two.reply.text == "two"


async def test_many_senders_never_take_the_same_line(world: World) -> None:
    for number in range(12):
        await speak(world, send("hi"), peer=f"p{number}")
    taken = await asyncio.gather(*(flying(world, most=3) for _ in range(8)))
    ids = [line.id for lines in taken for line in lines]
    assert len(ids) == len(set(ids))


async def test_a_deferred_line_holds_back_its_lane_only(world: World) -> None:
    await speak(world, send("one"), send("two"), send("other", lane=Lane.MARKETING))
    (one, other) = sorted(await flying(world), key=lambda line: line.lane)
    await settle(world, one, Settled.RETRY, retry_after=30.0)
    await settle(world, other, Settled.ACCEPTED)
    world.clock.go(29)
    assert await flying(world) == []
    assert await world.store.outbox.next_due() == START + timedelta(seconds=30)
    world.clock.go(1)
    (again,) = await flying(world)
    assert (again.reply.text, again.attempt, again.random_id) == ("one", 2, one.random_id)


async def test_a_line_surely_not_sent_is_given_up_after_ten_attempts(world: World) -> None:
    await speak(world, send("one", prompt=True))
    for _ in range(10):
        (line,) = await flying(world)
        await settle(world, line, Settled.RETRY, error="429")
        world.clock.go(300)
    assert await statuses(world) == ["failed"]
    assert await waiting_kinds(world) == [Kind.PROMPT_REFUSED]


async def test_a_refused_prompt_comes_back_as_an_inbox_row(world: World) -> None:
    work = await speak(world, send("choose", prompt=True))
    (line,) = await flying(world)
    await settle(world, line, Settled.REJECTED, error="too long")
    (work,) = await world.store.inbox.claim(world.clock.go(1), 10)
    assert work.rows[0].message.kind is Kind.PROMPT_REFUSED
    assert work.rows[0].message.data["outbox"] == str(line.id)
    assert work.conversation.prompt_status == SendStatus.FAILED.value


async def test_nothing_goes_to_an_address_that_is_gone(world: World) -> None:
    await speak(world, send("one"), send("two"))
    (line,) = await flying(world)
    await settle(world, line, Settled.GONE)
    await speak(world, send("three"))
    assert await flying(world) == []
    assert await statuses(world) == ["failed", "failed", "failed"]


async def test_a_claim_takes_back_what_the_bot_has_not_sent(world: World) -> None:
    work = await speak(world, send("flying"), send("unsent", prompt=True), send("promise", author=Author.SYSTEM))
    (line,) = await flying(world)
    await world.store.desk.claim(work.conversation.id, ANNA, 0, world.clock.now())
    assert await statuses(world) == ["inflight", "void", "new"]
    await settle(world, line, Settled.ACCEPTED)
    assert [line.reply.text for line in await flying(world)] == ["promise"]
    assert await waiting_kinds(world) == [Kind.PROMPT_REFUSED]


async def test_a_claim_does_not_say_of_a_line_that_may_have_been_seen_that_it_was_not_sent(world: World) -> None:
    work = await speak(world, send("seen, maybe", prompt=True), channel=KEYED)
    (line,) = await flying(world, KEYED)
    await settle(world, line, Settled.UNKNOWN)
    await world.store.desk.claim(work.conversation.id, ANNA, 0, world.clock.now())
    assert await statuses(world) == ["superseded"]
    assert await waiting_kinds(world) == []


async def test_the_gate_itself_knows_an_old_epoch(world: World) -> None:
    """A turn that hands over leaves the bot's earlier unsent lines behind."""
    await speak(world, send("old"))
    await world.store.inbox.accept([says(cuts=True, channel=MESSENGER)], world.clock.now())
    (work,) = await world.store.inbox.claim(world.clock.now(), 10)
    over = turn_of(work, send("promise", author=Author.SYSTEM), owner=OwnerKind.WAITING, epoch=1)
    await world.store.inbox.commit([over], world.clock.now())
    assert [line.reply.text for line in await flying(world)] == ["promise"]
    assert await statuses(world) == ["void", "inflight"]


async def test_claims_and_sends_at_once_never_let_the_bot_speak_after(world: World) -> None:
    for round_number in range(10):
        work = await speak(world, send("hi"), peer=f"race{round_number}")
        await asyncio.gather(
            flying(world),
            world.store.desk.claim(work.conversation.id, ANNA, 0, world.clock.now()),
            flying(world),
        )
    events = await world.store.desk.events(0, 1000)
    claimed = {event.conversation_id: event.seq for event in events if event.kind == "claimed"}
    late = [event for event in events if event.kind == "bot_inflight" and event.seq > claimed[event.conversation_id]]
    assert late == []
    assert len(claimed) == 10


async def test_receipts_only_rise(world: World) -> None:
    await speak(world, send("one"))
    (line,) = await flying(world)
    await settle(world, line, Settled.ACCEPTED, provider_id="p1")

    async def receipt(status: SendStatus) -> list[str]:
        await world.store.outbox.receipt(MESSENGER, "site", "p1", status, world.clock.now())
        return await statuses(world)

    assert await receipt(SendStatus.READ) == ["read"]
    assert await receipt(SendStatus.DELIVERED) == ["read"]
    assert await receipt(SendStatus.FAILED) == ["read"]
    await world.store.outbox.receipt(MESSENGER, "site", "nobody's", SendStatus.READ, world.clock.now())
    assert await statuses(world) == ["read"]


async def test_an_unknown_line_is_shown_and_repeated_once(world: World) -> None:
    work = await speak(world, send("one", prompt=True))
    (line,) = await flying(world)
    await settle(world, line, Settled.UNKNOWN, error="timeout")
    assert await shown(world, work) == ["one"]
    world.clock.go(19)
    assert await world.store.outbox.sweep(world.clock.now()) == 0
    world.clock.go(2)
    assert await world.store.outbox.sweep(world.clock.now()) == 1
    (again,) = await flying(world)
    await settle(world, again, Settled.UNKNOWN)
    world.clock.go(1000)
    assert await world.store.outbox.sweep(world.clock.now()) == 0
    assert await statuses(world) == ["unknown"]
    assert await shown(world, work) == ["one"]


@pytest.mark.parametrize(("channel", "pause"), [(MESSENGER, 20), ("whatsapp", 60)])
async def test_the_pause_before_a_repeat_begins_when_the_attempt_ends(world: World, channel: str, pause: int) -> None:
    """And is longer where the messenger tells by itself what has arrived."""
    await speak(world, send("one"), channel=channel)
    (line,) = await flying(world, channel)
    world.clock.go(20)
    await settle(world, line, Settled.UNKNOWN, error="timeout")
    assert await world.store.outbox.sweep(world.clock.go(pause - 1)) == 0
    assert await world.store.outbox.sweep(world.clock.go(1)) == 1
    assert await statuses(world) == ["new"]


async def test_an_unknown_line_is_not_repeated_after_a_newer_one(world: World) -> None:
    await speak(world, send("one"), send("two"))
    (one,) = await flying(world)
    await settle(world, one, Settled.UNKNOWN)
    (two,) = await flying(world)
    await settle(world, two, Settled.ACCEPTED)
    await world.store.outbox.sweep(world.clock.go(30))
    assert await statuses(world) == ["superseded", "accepted"]


@pytest.mark.parametrize(
    "line",
    [
        send("mail", lane=Lane.MARKETING, message_class="marketing"),
        send("mine", author=Author.MANAGER, author_id=7, message_class="manager"),
    ],
)
async def test_what_people_or_mailings_said_is_never_repeated_blindly(world: World, line: object) -> None:
    await speak(world, line)
    (one,) = await flying(world)
    await settle(world, one, Settled.UNKNOWN)
    await world.store.outbox.sweep(world.clock.go(1000))
    assert await statuses(world) == ["unknown"]


async def test_a_late_receipt_tells_the_fate_of_an_unknown_line(world: World) -> None:
    await speak(world, send("one"))
    (line,) = await flying(world)
    await settle(world, line, Settled.ACCEPTED, provider_id="p1")
    await settle(world, line, Settled.UNKNOWN)
    assert await statuses(world) == ["accepted"]


async def test_a_line_whose_sender_died_becomes_unknown(world: World) -> None:
    await speak(world, send("one"))
    await flying(world)
    assert await world.store.outbox.sweep(world.clock.go(149)) == 0
    assert await world.store.outbox.sweep(world.clock.go(2)) >= 1
    assert (await statuses(world))[0] in {"unknown", "new"}


async def test_a_slow_sender_is_not_taken_for_dead(world: World) -> None:
    """The last message of a line begins as late as it may, and every call that it takes is nearly too slow."""
    await speak(world, send("one"), channel=KEYED)
    await flying(world, KEYED)
    most_calls = 4
    slow = LONGEST_ATTEMPT + LONGEST_WAIT + most_calls * TIMEOUT
    assert await world.store.outbox.sweep(world.clock.go(slow)) == 0
    assert await flying(world, KEYED) == []


async def test_a_repeated_line_of_a_manager_is_stored_once(world: World) -> None:
    await speak(world, send("x", dedupe="reply:1"), send("x", dedupe="reply:1"))
    assert await statuses(world) == ["new"]


@pytest.mark.parametrize("line", [send("mine", author=Author.MANAGER, author_id=7, message_class="manager"), send("a")])
async def test_where_repeats_are_dropped_by_a_number_an_unknown_line_goes_again_before_what_follows(
    world: World, line: object
) -> None:
    work = await speak(world, line, send("after"), channel=KEYED)
    (first,) = await flying(world, KEYED)
    assert first.random_id > 0
    await settle(world, first, Settled.UNKNOWN)
    assert len(await shown(world, work)) == 1
    assert await flying(world, KEYED) == []
    world.clock.go(2)
    (again,) = await flying(world, KEYED)
    assert (again.id, again.random_id) == (first.id, first.random_id)
    world.clock.go(151)
    assert await world.store.outbox.sweep(world.clock.now()) == 1
    (third,) = await flying(world, KEYED)
    assert (third.id, third.random_id) == (first.id, first.random_id)
    await settle(world, third, Settled.ACCEPTED, provider_id="9")
    assert len(await shown(world, work)) == 1
    (after,) = await flying(world, KEYED)
    assert after.reply.text == "after"


async def test_a_line_whose_senders_died_often_does_not_keep_its_client_waiting(world: World) -> None:
    await speak(world, send("a"), channel=KEYED)
    for _ in range(12):
        assert len(await flying(world, KEYED)) == 1
        await world.store.outbox.forget_senders(world.clock.now())
    (line,) = await flying(world, KEYED)
    await settle(world, line, Settled.UNKNOWN)
    world.clock.go(20)
    assert len(await flying(world, KEYED)) == 1


async def test_a_number_is_trusted_for_an_hour_and_never_without_it(world: World) -> None:
    await speak(world, send("a"), send("after"), channel=KEYED)
    (first,) = await flying(world, KEYED)
    world.clock.go(3601)
    await settle(world, first, Settled.UNKNOWN)
    assert await statuses(world) == ["unknown", "new"]
    await world.store.outbox.sweep(world.clock.go(60))
    assert await statuses(world) == ["unknown", "new"]


async def test_the_hour_of_a_number_begins_with_the_first_attempt(world: World) -> None:
    """Not when the line was made: its account may have been off for a day. Nor with every attempt anew."""
    await speak(world, send("a"), channel=KEYED)
    world.clock.go(7200)
    for seconds, after in ((20, "new"), (3600, "new"), (0, "unknown")):
        (line,) = await flying(world, KEYED)
        await settle(world, line, Settled.UNKNOWN)
        assert await statuses(world) == [after], seconds
        world.clock.go(seconds)


async def test_a_line_is_not_even_tried_when_its_window_is_closed(world: World) -> None:
    """On WhatsApp a day after the client's last message; elsewhere there is no such thing."""
    for channel in ("whatsapp", "vk"):
        await speak(world, channel=channel, peer="79990001122")
    world.clock.go(24 * 3600 - 1)
    await speak_later(world, "whatsapp", "one")
    (line,) = await world.store.outbox.claim_send("whatsapp", world.clock.now(), 10)
    await settle(world, line, Settled.ACCEPTED, provider_id="p1")
    world.clock.go(1)
    for channel in ("whatsapp", "vk"):
        await speak_later(world, channel, f"two {channel}")
    assert await world.store.outbox.claim_send("whatsapp", world.clock.now(), 10) == []
    assert len(await world.store.outbox.claim_send("vk", world.clock.now(), 10)) == 1
    assert await reasons(world) == [("accepted", ""), ("failed", "window_closed"), ("inflight", "")]
    assert await windows(world) == {"whatsapp": (24, START + timedelta(hours=24)), "vk": (0, None)}
    await speak(world, send("three"), channel="whatsapp", peer="79990001122")
    assert len(await world.store.outbox.claim_send("whatsapp", world.clock.now(), 10)) == 1
    assert (await windows(world))["whatsapp"] == (24, START + timedelta(hours=48))


async def test_a_message_that_nobody_can_read_opens_the_window_all_the_same(world: World) -> None:
    unread = says("", cuts=True, channel="whatsapp", peer="79990001122", kind=Kind.UNKNOWN)
    await world.store.inbox.accept([unread], world.clock.now())
    (work,) = await world.store.inbox.claim(world.clock.now(), 10)
    await world.store.inbox.commit([turn_of(work, send("what?"))], world.clock.now())
    assert len(await world.store.outbox.claim_send("whatsapp", world.clock.now(), 10)) == 1


async def speak_later(world: World, channel: str, text: str) -> None:
    """A turn that no message of the client's has caused."""
    opened = says("", cuts=True, channel=channel, peer="79990001122", kind=Kind.OPENED)
    await world.store.inbox.accept([opened], world.clock.now())
    (work,) = await world.store.inbox.claim(world.clock.now(), 10)
    await world.store.inbox.commit([turn_of(work, send(text))], world.clock.now())


async def windows(world: World) -> dict[str, tuple[int, datetime | None]]:
    items = await world.store.desk.queue("all", ANNA, 10)
    return {item.channel: (item.window_hours, item.window_until) for item in items}


async def reasons(world: World) -> list[tuple[str, str]]:
    def script() -> Script[list[tuple[str, str]]]:
        return [(row[0], row[1]) for row in (yield Sql("SELECT status, error FROM outbox ORDER BY id"), ())]

    return await world.store.database.read(script)
