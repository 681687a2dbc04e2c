"""The managers' chats and what is told there: linked by a code, told once, silent from the moment of being shut out."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from dialog.conversation import OwnerKind
from dialog.effects import Escalate, HandOver
from dialog.ids import ConversationId, UserId
from handoff.pagers import AGAIN, LINE, WAITS, CodeSpent
from handoff.roles import Role
from tests.storage.conftest import World
from tests.storage.test_desk import hand_over
from tests.storage.world import START, says, turn_of

LIFE = START + timedelta(minutes=10)


async def hire(world: World, login: str, role: Role = Role.MANAGER) -> UserId:
    """A person of the salon."""
    accounts = world.store.accounts
    await accounts.add_invite(f"hash-{login}", role, login, None, None, START + timedelta(days=1), START)
    return (await accounts.join(f"hash-{login}", login.title(), login, "x", START)).id


async def linked(world: World, login: str, chat: int, role: Role = Role.MANAGER) -> UserId:
    """A person whose chat is linked."""
    user = await hire(world, login, role)
    await world.store.pagers.make_code(user, f"code-{login}", LIFE)
    assert (await world.store.pagers.link(f"code-{login}", chat, START)).user.id == user
    return user


async def told(world: World) -> list[tuple[int, str, int]]:
    """Who is told what now: chat, kind, level."""
    await world.store.alerts.gather(world.clock.now(), 0)
    return [(one.chat, one.kind, one.level) for one in await world.store.alerts.take(world.clock.now(), 50)]


async def raised(world: World, level: int, peer: str = "client") -> None:
    """Nobody has come: the hand-over rises."""
    await world.store.inbox.accept([says("hello?", peer=peer, cuts=True)], world.clock.now())
    (work,) = await world.store.inbox.claim(world.clock.now(), 10)
    await world.store.inbox.commit([turn_of(work, Escalate(level=level))], world.clock.now())


async def test_a_code_links_one_chat_once_and_only_in_time(world: World) -> None:
    pagers = world.store.pagers
    inna, olga = await hire(world, "inna"), await hire(world, "olga")
    await pagers.make_code(inna, "old", LIFE)
    await pagers.make_code(inna, "new", LIFE)
    await pagers.make_code(olga, "late", START)
    for worthless in ("old", "late", "never made"):
        with pytest.raises(CodeSpent):
            await pagers.link(worthless, 5, START)
    results = await asyncio.gather(*(pagers.link("new", chat, START) for chat in (7, 8, 9)), return_exceptions=True)
    assert sum(isinstance(one, CodeSpent) for one in results) == 2
    (pager,) = await pagers.all()
    assert (pager.user.name, pager.on_shift) == ("Inna", True)
    assert (await pagers.by_chat(pager.chat)) == pager


async def test_a_chat_is_one_persons_and_a_person_has_one_chat(world: World) -> None:
    pagers = world.store.pagers
    inna, olga = await linked(world, "inna", 7), await hire(world, "olga")
    await pagers.make_code(olga, "second", LIFE)
    await pagers.link("second", 7, START)
    assert [one.user.id for one in await pagers.all()] == [olga]
    await pagers.make_code(olga, "moved", LIFE)
    await pagers.link("moved", 8, START)
    assert await pagers.by_chat(7) is None
    assert await pagers.unlink(olga)
    assert not await pagers.unlink(olga)
    assert not await pagers.unlink(inna)


async def test_whoever_is_shut_out_hears_nothing_any_more(world: World) -> None:
    await hire(world, "boss", Role.OWNER)
    inna = await linked(world, "inna", 7)
    await world.store.pagers.make_code(inna, "spare", LIFE)
    await hand_over(world)
    assert await world.store.alerts.gather(START, 0) == 1
    await world.store.accounts.disable(inna, START)
    assert await world.store.alerts.take(START, 10) == ()
    assert await world.store.pagers.by_chat(7) is None
    await world.store.accounts.enable(inna, START)
    assert await told(world) == []
    with pytest.raises(CodeSpent):
        await world.store.pagers.link("spare", 7, START)


@pytest.mark.parametrize("way", ["by the account's page", "by a link"])
async def test_a_new_password_takes_the_chat_away(world: World, way: str) -> None:
    """Whoever linked a chat of his own from a session left open hears no clients any more."""
    inna = await linked(world, "inna", 7)
    await linked(world, "olga", 8)
    await world.store.pagers.make_code(inna, "spare", LIFE)
    await hand_over(world)
    assert await world.store.alerts.gather(START, 0) == 2
    accounts = world.store.accounts
    if way == "by a link":
        await accounts.add_invite("anew", Role.MANAGER, "", None, inna, LIFE, START)
        await accounts.join("anew", "", "", "new", START)
    else:
        await accounts.set_password(inna, "new", "kept", START)
    assert [one.chat for one in await world.store.alerts.take(START, 10)] == [8]
    assert await world.store.pagers.by_chat(7) is None
    with pytest.raises(CodeSpent):
        await world.store.pagers.link("spare", 7, START)


async def test_each_is_told_once_however_many_work_on_it(world: World) -> None:
    chats = {7, 8, 9}
    for chat in chats:
        await linked(world, f"manager{chat}", chat)
    for number in range(5):
        await hand_over(world, f"client{number}")
    stores = [world.store] + ([await world.again(), await world.again()] if world.url else [])
    for store in stores:
        await asyncio.gather(*(store.alerts.gather(START, 0) for _ in range(3)))
    hands = await asyncio.gather(*(store.alerts.take(START, 2) for store in stores for _ in range(12)))
    taken = [(one.chat, one.conversation_id) for hand in hands for one in hand]
    assert len(taken) == len(set(taken)) == 15
    for store in stores[1:]:
        await store.close()


async def test_who_rests_is_called_when_nobody_else_comes(world: World) -> None:
    await linked(world, "inna", 7)
    olga = await linked(world, "olga", 8)
    await world.store.pagers.shift(olga, on=False)
    await hand_over(world)
    assert await told(world) == [(7, WAITS, 0)]
    assert await told(world) == []
    await raised(world, 1)
    assert await told(world) == [(7, WAITS, 1)]
    await raised(world, 2)
    assert await told(world) == [(7, WAITS, 2), (8, WAITS, 2)]


async def test_with_nobody_on_shift_everybody_is_called(world: World) -> None:
    for login, chat in (("inna", 7), ("olga", 8)):
        await world.store.pagers.shift(await linked(world, login, chat), on=False)
    await hand_over(world)
    assert await told(world) == [(7, WAITS, 0), (8, WAITS, 0)]


async def test_patience_is_had_once_and_not_for_a_second_call(world: World) -> None:
    await linked(world, "inna", 7)
    await hand_over(world)
    assert await world.store.alerts.gather(START + timedelta(seconds=59), 60) == 0
    assert await world.store.alerts.gather(START + timedelta(seconds=60), 60) == 1
    await hand_over(world, "other")
    await raised(world, 1, "other")
    assert await world.store.alerts.gather(START, 3600) == 1


async def test_the_manager_of_last_time_is_called_first(world: World) -> None:
    await linked(world, "inna", 7)
    olga = await linked(world, "olga", 8)
    await world.store.inbox.accept([says("hi again", peer="back", cuts=True)], START)
    (work,) = await world.store.inbox.claim(START, 10)
    back = HandOver(reason="returning", label="human", priority=3, to=olga)
    await world.store.inbox.commit([turn_of(work, back, owner=OwnerKind.WAITING, epoch=1)], START)
    assert await told(world) == [(8, WAITS, 0)]
    await raised(world, 1, "back")
    assert await told(world) == [(7, WAITS, 1), (8, WAITS, 1)]


async def taken_by_messenger(world: World, user: UserId) -> ConversationId:
    """A conversation that was told, and taken in the chat."""
    conversation_id = await hand_over(world)
    await world.store.alerts.gather(world.clock.now(), 0)
    (alert,) = await world.store.alerts.take(world.clock.now(), 10)
    await world.store.alerts.sent(alert.id, 501)
    await world.store.desk.claim(conversation_id, user, alert.epoch, world.clock.now())
    await world.store.alerts.mark_taken(alert.id, world.clock.now())
    return conversation_id


async def test_the_clients_lines_go_to_whoever_took_it_there(world: World) -> None:
    inna = await linked(world, "inna", 7)
    await taken_by_messenger(world, inna)
    (settled,) = await world.store.alerts.settle(10)
    assert (settled.message, settled.chat) == (501, 7)
    assert await world.store.alerts.settle(10) == ()
    assert await told(world) == []
    world.clock.go(5)
    await world.store.inbox.accept([says("are you there?", peer="client", cuts=True)], world.clock.now())
    assert await told(world) == [(7, LINE, 0)]
    assert await told(world) == []
    world.clock.go(5)
    await world.store.inbox.accept([says("hello!", peer="client", cuts=True)], world.clock.now())
    await world.store.alerts.gather(world.clock.now(), 0)
    (line,) = await world.store.alerts.take(world.clock.now(), 10)
    assert line.since == START + timedelta(seconds=5)


async def test_lines_of_a_conversation_taken_in_the_browser_stay_there(world: World) -> None:
    inna = await linked(world, "inna", 7)
    conversation_id = await hand_over(world)
    assert await told(world) == [(7, WAITS, 0)]
    await world.store.desk.claim(conversation_id, inna, 1, START)
    world.clock.go(5)
    await world.store.inbox.accept([says("are you there?", peer="client", cuts=True)], world.clock.now())
    assert await told(world) == []


async def test_what_was_put_off_comes_back_once(world: World) -> None:
    inna = await linked(world, "inna", 7)
    conversation_id = await taken_by_messenger(world, inna)
    world.clock.go(1)
    await world.store.notebook.snooze(conversation_id, START + timedelta(minutes=15), world.clock.now())
    assert await told(world) == []
    world.clock.go(15 * 60)
    assert await told(world) == [(7, AGAIN, 0)]
    assert await told(world) == []


async def test_a_sender_that_died_does_not_make_an_alert_go_twice(world: World) -> None:
    await linked(world, "inna", 7)
    await hand_over(world)
    assert len(await told(world)) == 1
    world.clock.go(3600)
    await hand_over(world, "other")
    assert len(await told(world)) == 1


async def test_what_was_surely_not_sent_goes_later(world: World) -> None:
    await linked(world, "inna", 7)
    await hand_over(world)
    await world.store.alerts.gather(START, 0)
    (alert,) = await world.store.alerts.take(START, 10)
    await world.store.alerts.later(alert.id, START + timedelta(seconds=7))
    assert await world.store.alerts.take(START + timedelta(seconds=6), 10) == ()
    assert await world.store.alerts.take(START + timedelta(seconds=7), 10) == [alert]


async def test_what_was_surely_not_sent_goes_even_if_another_has_given_it_up(world: World) -> None:
    await linked(world, "inna", 7)
    await hand_over(world)
    await world.store.alerts.gather(START, 0)
    (alert,) = await world.store.alerts.take(START, 1)
    late = START + timedelta(seconds=130)
    await hand_over(world, "other")
    await world.store.alerts.gather(late, 0)
    assert len(await world.store.alerts.take(late, 10)) == 1
    await world.store.alerts.later(alert.id, late)
    assert await world.store.alerts.take(late, 10) == [alert]


async def test_one_process_listens_at_a_time(world: World) -> None:
    pagers = world.store.pagers
    assert await pagers.name() == ""
    await pagers.introduce("salon_desk_bot")
    assert await pagers.name() == "salon_desk_bot"
    until = START + timedelta(seconds=90)
    answers = await asyncio.gather(*(pagers.listen(who, START, until) for who in "abcd"))
    assert sum(answers) == 1
    me = "abcd"[answers.index(True)]
    assert await pagers.listen(me, START, until)
    assert not await pagers.listen("late", until, until)
    assert await pagers.listen("late", until + timedelta(microseconds=1), until)


async def test_old_alerts_go_and_the_living_stay(world: World) -> None:
    inna = await linked(world, "inna", 7)
    first = await taken_by_messenger(world, inna)
    await world.store.desk.give_back(first, inna, "silent", "b1", 2, START)
    (work,) = await world.store.inbox.claim(START, 10)
    await world.store.inbox.commit([turn_of(work, owner=OwnerKind.BOT, owner_id=None, epoch=3)], START)
    await hand_over(world, "waits")
    assert await told(world) == [(7, WAITS, 0)]
    later = START + timedelta(days=400)
    await world.store.trimming.trim(later, turn_days=3650, line_days=90)
    assert await world.store.alerts.by_message(7, 501) is None
    assert await world.store.alerts.gather(later, 0) == 0
