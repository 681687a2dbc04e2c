"""Stored first: duplicates, order, bursts, leases, attempts."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from dialog.conversation import DialogState, OwnerKind
from dialog.ids import UserId
from dialog.inbox import Outcome
from dialog.message import SYSTEM_ACCOUNT, Kind
from dialog.reply import Author
from tests.storage.conftest import World
from tests.storage.world import START, anna, says, send, turn_of


async def test_a_message_is_stored_shown_and_handed_out_once(world: World) -> None:
    inbox = world.store.inbox
    (accepted,) = await inbox.accept([says("hello", cuts=True, key="k")], world.clock.now())
    assert accepted.fresh
    assert accepted.shown_seq == 1
    (work,) = await inbox.claim(world.clock.now(), 10)
    assert work.conversation.address == anna()
    assert [row.message for row in work.rows] == [says("hello", cuts=True, key="k")]
    assert await inbox.claim(world.clock.now(), 10) == []
    assert await inbox.commit([turn_of(work)], world.clock.now()) == [Outcome.COMMITTED]
    assert await inbox.claim(world.clock.go(100), 10) == []
    assert await inbox.next_ready() is None


async def test_a_repeat_is_told_what_the_first_one_became(world: World) -> None:
    first = (await world.store.inbox.accept([says("a", key="k1"), says("b", key="k2")], START))[1]
    (again,) = await world.store.inbox.accept([says("b", key="k2")], START)
    assert not again.fresh
    assert (again.inbox_id, again.conversation_id, again.shown_seq) == (first.inbox_id, first.conversation_id, 2)


async def test_the_same_key_twice_in_one_batch_is_one_message(world: World) -> None:
    accepted = await world.store.inbox.accept([says("a", key="k"), says("a", key="k"), says("b", key="l")], START)
    assert [one.fresh for one in accepted] == [True, False, True]
    assert [one.shown_seq for one in accepted] == [1, 1, 2]


async def test_a_key_belongs_to_its_channel_and_account(world: World) -> None:
    accepted = await world.store.inbox.accept([says(key="k"), says(key="k", channel="vk")], START)
    assert [one.fresh for one in accepted] == [True, True]


async def test_parallel_repeats_and_first_messages_make_one_conversation_without_gaps(world: World) -> None:
    keys = [f"k{number}" for number in range(20)]
    results = await asyncio.gather(
        *(world.store.inbox.accept([says(key, key=key)], START) for key in keys * 4),
    )
    fresh = [one for (one,) in results if one.fresh]
    assert len(fresh) == len(keys)
    assert {one.conversation_id for (one,) in results} == {fresh[0].conversation_id}
    lines = await world.store.transcript.after(fresh[0].conversation_id, 0, 100)
    assert [line.seq for line in lines] == list(range(1, len(keys) + 1))
    shown = {line.event_key: line.seq for line in lines}
    assert {one.shown_seq for one in fresh} == set(shown.values())


async def test_rows_come_in_the_order_of_their_acceptance(world: World) -> None:
    for number in range(5):
        await world.store.inbox.accept([says(str(number), cuts=True)], START)
    (work,) = await world.store.inbox.claim(START, 10)
    assert [row.message.text for row in work.rows] == list("01234")
    assert [row.seq for row in work.rows] == [1, 2, 3, 4, 5]


async def test_a_text_waits_for_more_of_its_burst(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says("one")], START)
    assert await inbox.next_ready() == START + timedelta(seconds=1.2)
    await inbox.accept([says("two")], START + timedelta(seconds=1))
    assert await inbox.next_ready() == START + timedelta(seconds=2.2)
    await inbox.accept([says("three")], START + timedelta(seconds=2.1))
    assert await inbox.next_ready() == START + timedelta(seconds=3)
    assert await inbox.claim(START + timedelta(seconds=2.99), 10) == []
    (work,) = await inbox.claim(START + timedelta(seconds=3), 10)
    assert [row.message.text for row in work.rows] == ["one", "two", "three"]


async def test_a_press_cuts_the_burst_short(world: World) -> None:
    await world.store.inbox.accept([says("one")], START)
    await world.store.inbox.accept([says("yes", kind=Kind.PRESS)], START + timedelta(seconds=0.5))
    (work,) = await world.store.inbox.claim(START + timedelta(seconds=0.5), 10)
    assert len(work.rows) == 2


async def test_what_comes_in_during_a_turn_is_the_next_turn(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says("one", cuts=True)], START)
    (work,) = await inbox.claim(START, 10)
    later = START + timedelta(seconds=0.1)
    await inbox.accept([says("two")], later)
    assert await inbox.claim(later + timedelta(seconds=5), 10) == []
    assert await inbox.commit([turn_of(work)], later) == [Outcome.COMMITTED]
    assert await inbox.next_ready() == later + timedelta(seconds=1.2)
    (work,) = await inbox.claim(later + timedelta(seconds=1.2), 10)
    assert [row.message.text for row in work.rows] == ["two"]


async def test_the_opening_of_the_chat_is_a_row_but_no_line(world: World) -> None:
    (accepted,) = await world.store.inbox.accept([says("", kind=Kind.OPENED)], START)
    assert accepted.shown_seq == 0
    assert await world.store.transcript.after(accepted.conversation_id, 0, 10) == []


async def test_own_rows_have_keys_of_their_own(world: World) -> None:
    (first,) = await world.store.inbox.accept([says(key="k")], START)
    own = says("", key="k", kind=Kind.TIMER)
    entered = await world.store.inbox.accept_into(first.conversation_id, own, START)
    assert entered.fresh
    assert not (await world.store.inbox.accept_into(first.conversation_id, own, START)).fresh
    (work,) = await world.store.inbox.claim(START + timedelta(seconds=2), 10)
    assert work.rows[1].message.address.account == SYSTEM_ACCOUNT


async def test_a_turn_is_saved_with_its_state(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says(cuts=True)], START)
    (work,) = await inbox.claim(START, 10)
    state = DialogState(misses=2, greeted=True, last_press="t1")
    await inbox.commit([turn_of(work, state=state, owner=OwnerKind.WAITING, epoch=1)], START)
    await inbox.accept([says(cuts=True)], START)
    (work,) = await inbox.claim(START, 10)
    after = work.conversation
    assert (after.state, after.owner, after.epoch, after.version) == (state, OwnerKind.WAITING, 1, 1)


async def test_a_claim_by_a_person_makes_the_turn_stale(world: World) -> None:
    inbox = world.store.inbox
    (accepted,) = await inbox.accept([says(cuts=True)], START)
    (work,) = await inbox.claim(START, 10)
    await world.store.desk.claim(accepted.conversation_id, 7, 0, START)  # type: ignore[arg-type]
    assert await inbox.commit([turn_of(work, send("too late"))], START) == [Outcome.STALE]
    (work,) = await inbox.claim(START, 10)
    assert (work.conversation.owner, work.conversation.owner_id) == (OwnerKind.HUMAN, 7)
    assert await world.store.outbox.next_due() is None


async def test_a_lost_lease_writes_nothing(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says(cuts=True)], START)
    (paused,) = await inbox.claim(START, 10)
    late = START + timedelta(seconds=31)
    assert await inbox.next_ready() is not None
    (work,) = await inbox.claim(late, 10)
    assert work.lease > paused.lease
    assert await inbox.commit([turn_of(paused, send("stale"))], late) == [Outcome.STALE]
    assert not await inbox.fail(paused, "stale", late)
    assert await inbox.commit([turn_of(work, send("good"))], late) == [Outcome.COMMITTED]
    assert await inbox.commit([turn_of(work, send("twice"))], late) == [Outcome.STALE]


async def test_work_that_is_given_back_is_ready_and_clean(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says("one", cuts=True), says("two", peer="boris", cuts=True)], START)
    first, second = await inbox.claim(START, 10)
    await inbox.commit([turn_of(first)], START)
    await inbox.release([first, second], START)
    (again,) = await inbox.claim(START, 10)
    assert again.conversation.id == second.conversation.id
    assert again.rows[0].attempts == 0
    await inbox.release([second], START)
    assert await inbox.commit([turn_of(again)], START) == [Outcome.COMMITTED]
    assert await inbox.claim(START, 10) == []


async def test_one_batch_writes_the_good_turns_and_names_the_others(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says(peer=f"p{number}", cuts=True) for number in range(4)], START)
    works = await inbox.claim(START, 10)
    await world.store.desk.claim(works[1].conversation.id, 7, 0, START)  # type: ignore[arg-type]
    outcomes = await inbox.commit([turn_of(work, send()) for work in works], START)
    assert outcomes == [Outcome.COMMITTED, Outcome.STALE, Outcome.COMMITTED, Outcome.COMMITTED]
    said = [len(await world.store.transcript.after(work.conversation.id, 1, 10)) for work in works]
    assert said == [1, 0, 1, 1]


async def test_a_turn_the_database_refuses_spoils_no_other(world: World) -> None:
    inbox = world.store.inbox
    await inbox.accept([says(peer=f"p{number}", cuts=True) for number in range(3)], START)
    works = await inbox.claim(START, 10)
    turns = [turn_of(work, send()) for work in works]
    turns[1] = turn_of(works[1], send("lone \ud800 surrogate"))
    assert await inbox.commit(turns, START) == [Outcome.COMMITTED, Outcome.FAILED, Outcome.COMMITTED]


async def test_a_failing_row_is_tried_five_times_alone_and_then_put_aside(world: World) -> None:
    inbox, clock = world.store.inbox, world.clock
    (accepted,) = await inbox.accept([says("poison", cuts=True)], clock.now())
    await inbox.accept([says("good", peer="boris", cuts=True)], clock.now())
    both = await inbox.claim(clock.now(), 10)
    assert len(both) == 2
    assert not await inbox.fail(both[0], "boom", clock.now())
    assert await inbox.commit([turn_of(both[1])], clock.now()) == [Outcome.COMMITTED]
    await inbox.accept([says("after", cuts=True)], clock.now())
    for attempt in range(1, 5):
        assert await inbox.claim(clock.now(), 10) == []
        clock.go(0.25 * 2 ** (attempt - 1))
        (work,) = await inbox.claim(clock.now(), 10)
        assert [row.message.text for row in work.rows] == ["poison"]
        assert work.rows[0].attempts == attempt
        assert await inbox.fail(work, "boom", clock.now()) == (attempt == 4)
    (work,) = await inbox.claim(clock.now(), 10)
    assert [row.message.text for row in work.rows] == ["after"]
    (item,) = await world.store.desk.news(0, 10)
    assert (item.kind, item.conversation_id, item.body["error"]) == ("quarantine", accepted.conversation_id, "boom")


async def test_a_suspect_runs_without_batch_mates(world: World) -> None:
    inbox, clock = world.store.inbox, world.clock
    await inbox.accept([says("bad", peer="a", cuts=True)], clock.now())
    (work,) = await inbox.claim(clock.now(), 10)
    await inbox.fail(work, "boom", clock.now())
    clock.go(1)
    await inbox.accept([says("fine", peer=peer, cuts=True) for peer in "bcd"], clock.now())
    (alone,) = await inbox.claim(clock.now(), 10)
    assert alone.rows[0].message.text == "bad"
    assert len(await inbox.claim(clock.now(), 10)) == 3


@pytest.mark.parametrize(
    "text", ["\U0001f469\u200d\U0001f52c", "\u202ertl\u202c", "zero\u200bwidth", "'; DROP TABLE inbox; --"]
)
async def test_strange_texts_come_back_as_they_were(world: World, text: str) -> None:
    (accepted,) = await world.store.inbox.accept([says(text, cuts=True)], START)
    (line,) = await world.store.transcript.after(accepted.conversation_id, 0, 10)
    (work,) = await world.store.inbox.claim(START, 10)
    assert line.text == work.rows[0].message.text == text


async def test_a_promise_is_not_an_answer_but_a_persons_line_is(world: World) -> None:
    store, clock = world.store, world.clock
    asked_at = clock.now()
    (accepted,) = await store.inbox.accept([says("help", cuts=True)], asked_at)
    (work,) = await store.inbox.claim(clock.go(5), 8)
    promise = send("a person will answer", author=Author.SYSTEM)
    await store.inbox.commit([turn_of(work, promise, owner=OwnerKind.WAITING, epoch=1)], clock.now())
    user = UserId(1)
    (item,) = await store.desk.queue("all", user, 8)
    assert (item.waiting_since, item.last_text) == (asked_at, "help")
    epoch = await store.desk.claim(accepted.conversation_id, user, item.epoch, clock.go(5))
    await store.desk.reply(accepted.conversation_id, user, "here I am", "c1", epoch, clock.go(5))
    (work,) = await store.inbox.claim(clock.go(5), 8)
    await store.inbox.commit([turn_of(work, send("here I am", author=Author.MANAGER, author_id=1))], clock.now())
    (item,) = await store.desk.queue("all", user, 8)
    assert item.waiting_since is None
