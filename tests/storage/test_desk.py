"""Managers: the queue, claims, replies, returns, the screens' stream."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest

from dialog.conversation import OwnerKind
from dialog.detection import Reason
from dialog.effects import CloseHandoff, Escalate, HandOver, Note, SetClient, SetTimer
from dialog.errors import Conflict
from dialog.ids import ConversationId, UserId
from dialog.message import Kind
from dialog.reply import Author
from storage.accepting import own_row
from storage.invariants import violations
from storage.moments import micros
from storage.postgres import connecting
from tests.storage.conftest import World
from tests.storage.world import START, says, send, turn_of

ANNA, BORIS = UserId(1), UserId(2)
KEYS = itertools.count(1)


async def hand_over(world: World, peer: str = "client", label: str = "human", priority: int = 3) -> ConversationId:
    """A client who waits for a person."""
    inbox = world.store.inbox
    (accepted,) = await inbox.accept([says("help", peer=peer, cuts=True)], world.clock.now())
    (work,) = await inbox.claim(world.clock.now(), 10)
    effects = (
        SetClient(name="Anna", phone="+70000000000"),
        send("somebody comes", author=Author.SYSTEM),
        HandOver(
            reason="asked",
            label=label,
            priority=priority,
            triggers=(Reason(rule="r", words=("help",), weight=1.0),),
            promised_at=START,
            answers={"service": "cut"},
        ),
        Note(kind="upset", body={"words": "help"}),
    )
    await inbox.commit([turn_of(work, *effects, owner=OwnerKind.WAITING, epoch=1)], world.clock.now())
    return accepted.conversation_id


async def test_the_queue_shows_who_waits_and_why(world: World) -> None:
    conversation_id = await hand_over(world)
    (item,) = await world.store.desk.queue("waiting", ANNA, 10)
    assert item.conversation_id == conversation_id
    assert (item.client_name, item.label, item.priority, item.reason) == ("Anna", "human", 3, "asked")
    assert item.triggers[0]["words"] == ["help"]
    assert (item.answers, item.promised_at, item.last_text, item.last_seq) == (
        {"service": "cut"},
        START,
        "help",
        2,
    )
    assert item.waiting_since == START
    assert await world.store.desk.item(item.public_id) == item
    assert await world.store.desk.item("nobody") is None
    assert await world.store.desk.counts(ANNA) == {"waiting": 1, "mine": 0, "bot": 0, "closed": 0, "all": 1}
    (news,) = await world.store.desk.news(0, 10)
    assert (news.kind, news.public_id, news.body) == ("upset", item.public_id, {"words": "help"})


async def test_the_most_urgent_come_first_then_who_waits_longest(world: World) -> None:
    ids = []
    for peer, priority in (("a", 3), ("b", 1), ("c", 3)):
        ids.append(await hand_over(world, peer, priority=priority))
        world.clock.go(1)
    queue = await world.store.desk.queue("waiting", ANNA, 10)
    assert [item.conversation_id for item in queue] == [ids[1], ids[0], ids[2]]


async def test_a_second_handover_makes_it_more_urgent_and_stays_one(world: World) -> None:
    conversation_id = await hand_over(world)
    for label, priority in (("upset", 1), ("human", 3)):
        await world.store.inbox.accept([says("still", peer="client", cuts=True)], world.clock.now())
        (work,) = await world.store.inbox.claim(world.clock.now(), 10)
        more = HandOver(reason="mood", label=label, priority=priority, answers={"more": "yes"})
        await world.store.inbox.commit([turn_of(work, more)], world.clock.now())
    (item,) = await world.store.desk.queue("waiting", ANNA, 10)
    assert (item.conversation_id, item.label, item.priority) == (conversation_id, "upset", 1)
    assert item.answers == {"service": "cut", "more": "yes"}


async def test_of_many_claims_one_wins_and_the_others_learn_who(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Sixteen queue for ten connections: on a busy machine the last may wait longer than a person would be asked to.
    monkeypatch.setattr(connecting, "WAIT", 60.0)
    for number in range(5):
        conversation_id = await hand_over(world, f"client{number}")
        users = [UserId(user) for user in range(1, 17)]
        results = await asyncio.gather(
            *(world.store.desk.claim(conversation_id, user, 1, START) for user in users), return_exceptions=True
        )
        winners = [user for user, result in zip(users, results, strict=True) if result == 2]
        conflicts = [result for result in results if isinstance(result, Conflict)]
        assert len(winners) == 1
        assert len(conflicts) == 15
        assert {conflict.holder for conflict in conflicts} == {winners[0]}


async def test_a_claim_by_an_old_picture_is_refused(world: World) -> None:
    conversation_id = await hand_over(world)
    with pytest.raises(Conflict) as refused:
        await world.store.desk.claim(conversation_id, ANNA, 0, START)
    assert refused.value.holder is None
    with pytest.raises(KeyError):
        await world.store.desk.claim(ConversationId(999), ANNA, 0, START)


async def test_claiming_twice_is_no_conflict_with_oneself(world: World) -> None:
    conversation_id = await hand_over(world)
    assert await world.store.desk.claim(conversation_id, ANNA, 1, START) == 2
    assert await world.store.desk.claim(conversation_id, ANNA, 1, START) == 2


async def test_a_reply_is_idempotent_and_only_for_the_holder(world: World) -> None:
    desk = world.store.desk
    conversation_id = await hand_over(world)
    epoch = await desk.claim(conversation_id, ANNA, 1, START)
    first = await desk.reply(conversation_id, ANNA, "hello", "c1", epoch, START)
    again = await asyncio.gather(*(desk.reply(conversation_id, ANNA, "hello", "c1", epoch, START) for _ in range(5)))
    assert first.fresh
    assert {(one.fresh, one.inbox_id) for one in again} == {(False, first.inbox_id)}
    with pytest.raises(Conflict):
        await desk.reply(conversation_id, BORIS, "me too", "c2", epoch, START)
    with pytest.raises(Conflict):
        await desk.reply(conversation_id, ANNA, "old", "c3", epoch - 1, START)
    (work,) = await world.store.inbox.claim(START, 10)
    (row,) = work.rows
    assert (row.message.kind, row.message.text, row.message.data) == (Kind.MANAGER_REPLY, "hello", {"user": "1"})


async def test_a_manager_speaks_and_gives_back(world: World) -> None:
    desk, inbox = world.store.desk, world.store.inbox
    conversation_id = await hand_over(world)
    epoch = await desk.claim(conversation_id, ANNA, 1, START)
    (mine,) = await desk.queue("mine", ANNA, 10)
    assert mine.owner == "human"
    await desk.reply(conversation_id, ANNA, "hello", "c1", epoch, START)
    (work,) = await inbox.claim(START, 10)
    line = send("hello", author=Author.MANAGER, author_id=1, message_class="manager", dedupe="reply:c1")
    await inbox.commit([turn_of(work, line)], START)
    assert (await world.store.transcript.after(conversation_id, 0, 10))[-1].author == "manager"
    (mine,) = await desk.queue("mine", ANNA, 10)
    assert mine.waiting_since is None
    await desk.give_back(conversation_id, ANNA, "menu", "r1", epoch, START)
    (work,) = await inbox.claim(START, 10)
    assert work.rows[0].message.data == {"user": "1", "choice": "menu"}
    back = turn_of(work, CloseHandoff(outcome="returned"), owner=OwnerKind.BOT, owner_id=None, epoch=epoch + 1)
    await inbox.commit([back], START)
    assert await desk.counts(ANNA) == {"waiting": 0, "mine": 0, "bot": 1, "closed": 1, "all": 1}
    (closed,) = await desk.queue("closed", ANNA, 10)
    assert (closed.label, closed.priority) == ("", 0)
    with pytest.raises(Conflict):
        await desk.reply(conversation_id, ANNA, "late", "c9", epoch, START)
    kinds = [event.kind for event in await desk.events(0, 100)]
    assert kinds[-3:] == ["returned", "handoff_closed", "turn"]


async def test_the_stream_has_no_gaps_whoever_writes(world: World) -> None:
    async def client(number: int) -> None:
        for line in range(5):
            await world.store.inbox.accept([says(str(line), peer=f"p{number}")], START)

    await asyncio.gather(*(client(number) for number in range(8)))
    events = await world.store.desk.events(0, 1000)
    assert [event.seq for event in events] == list(range(1, 41))
    assert await world.store.desk.last_event() == 40
    assert await world.store.desk.events(38, 1) == events[38:39]
    body = events[0].body
    assert body["last_seq"] == 1
    assert isinstance(body["public_id"], str)


async def test_a_reader_never_sees_a_number_before_its_predecessors(world: World) -> None:
    seen: list[int] = []
    done = asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            seen.extend(event.seq for event in await world.store.desk.events(seen[-1] if seen else 0, 100))

    watcher = asyncio.create_task(watch())
    await asyncio.gather(*(world.store.inbox.accept([says(peer=f"p{number}")], START) for number in range(60)))
    done.set()
    await watcher
    rest = [event.seq for event in await world.store.desk.events(seen[-1] if seen else 0, 100)]
    assert seen + rest == list(range(1, 61))


async def test_commits_are_signalled(world: World) -> None:
    conversation_id = await hand_over(world)
    await asyncio.sleep(0.01)
    assert set(world.bus.signals) == {"inbox", "events", f"conversation:{conversation_id}"}
    await world.store.inbox.accept([says("hello", channel="vk", cuts=True)], START)
    (work,) = await world.store.inbox.claim(START, 10)
    await world.store.inbox.commit([turn_of(work, send())], START)
    await asyncio.sleep(0.01)
    assert "outbox" in world.bus.signals


async def test_a_hand_over_that_nobody_takes_rises_once_a_level_and_the_screens_hear(world: World) -> None:
    conversation_id = await hand_over(world)
    desk, inbox = world.store.desk, world.store.inbox
    before = await desk.last_event()
    for level in (1, 2, 2):
        await inbox.accept_into(
            conversation_id, own_row("client", f"answer:{level}:{next(KEYS)}", Kind.TIMER, {}), START
        )
        (work,) = await inbox.claim(START, 10)
        await inbox.commit([turn_of(work, Escalate(level=level))], START)
    (item,) = await desk.queue("waiting", ANNA, 10)
    assert item.level == 2
    assert [event.kind for event in await desk.events(before, 10)] == ["escalated", "turn", "escalated", "turn", "turn"]


async def test_taken_and_silent_waits_for_anybody_again_with_the_reason(world: World) -> None:
    conversation_id = await hand_over(world)
    desk, inbox = world.store.desk, world.store.inbox
    await desk.claim(conversation_id, ANNA, 1, START)
    await inbox.accept_into(conversation_id, own_row("client", "answer:silent", Kind.TIMER, {}), START)
    (work,) = await inbox.claim(START, 10)
    back = HandOver(reason="silent", label="human", priority=3, promised_at=START)
    await inbox.commit([turn_of(work, back, owner=OwnerKind.WAITING, owner_id=None, epoch=3)], START)
    (item,) = await desk.queue("waiting", BORIS, 10)
    assert (item.reason, item.owner, item.promised_at) == ("silent", "waiting", START)
    assert await desk.claim(conversation_id, BORIS, 3, START) == 4
    assert await violations(world.store.database, micros(START)) == []


async def test_a_timer_that_must_be_kept_is_not_moved(world: World) -> None:
    conversation_id = await hand_over(world)
    inbox = world.store.inbox
    for minutes in (5, 50):
        await inbox.accept_into(conversation_id, own_row("client", f"keep:{minutes}", Kind.TIMER, {}), START)
        (work,) = await inbox.claim(START, 10)
        due = START + timedelta(minutes=minutes)
        await inbox.commit([turn_of(work, SetTimer(kind="answer", due_at=due, keep=True))], START)
    assert await world.store.timers.next_due() == START + timedelta(minutes=5)
    later = START + timedelta(minutes=5)
    assert await world.store.timers.fire(later, 10) == 1
    (work,) = await inbox.claim(later, 10)
    await inbox.commit([turn_of(work, SetTimer(kind="answer", due_at=START + timedelta(hours=1), keep=True))], START)
    assert await world.store.timers.next_due() == START + timedelta(hours=1)


async def test_what_somebody_left_is_told_to_the_conversation_once(world: World) -> None:
    desk, inbox = world.store.desk, world.store.inbox
    conversation_id = await hand_over(world)
    epoch = await desk.claim(conversation_id, ANNA, 1, START)
    with pytest.raises(Conflict):
        await desk.leave(conversation_id, BORIS, epoch, START)
    assert (await desk.leave(conversation_id, ANNA, epoch, START)).fresh
    assert not (await desk.leave(conversation_id, ANNA, epoch, START)).fresh
    (work,) = await inbox.claim(START, 10)
    assert [row.message.data for row in work.rows] == [{"timer": "holder_left", "user": "1"}]
    over = HandOver(reason="left", label="human", priority=3)
    await inbox.commit([turn_of(work, over, owner=OwnerKind.WAITING)], START)
    (item,) = await desk.queue("waiting", BORIS, 10)
    assert (item.reason, item.owner, item.left_by) == ("left", "waiting", "")
