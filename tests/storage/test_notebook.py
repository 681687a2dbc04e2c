"""Notes, labels, given words, putting off, passing on, search, what nobody has answered: both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialog.errors import Conflict
from dialog.ids import ConversationId, UserId
from handoff.roles import Role
from storage.invariants import violations
from storage.moments import micros
from tests.storage.conftest import World
from tests.storage.test_desk import hand_over
from tests.storage.world import START, says


async def hired(world: World, login: str) -> UserId:
    """A manager."""
    accounts = world.store.accounts
    await accounts.add_invite(login, Role.MANAGER, "", None, None, START + timedelta(days=1), START)
    return (await accounts.join(login, login.title(), login, "hash", START)).id


async def said(world: World, text: str, peer: str = "client") -> ConversationId:
    (accepted,) = await world.store.inbox.accept([says(text, peer=peer, cuts=True)], world.clock.now())
    return accepted.conversation_id


async def test_what_is_written_down_is_read_back_and_the_screens_hear(world: World) -> None:
    notebook, desk = world.store.notebook, world.store.desk
    anna = await hired(world, "anna")
    number = await hand_over(world)
    before = await desk.last_event()
    await notebook.note(number, anna, "look at the camera", [anna], START)
    await notebook.tag(number, anna, "wedding", True, START)
    await notebook.tag(number, anna, "wedding", True, START)
    await notebook.give_word(number, anna, "I call tomorrow", START + timedelta(days=1), START, "w1")
    page = await notebook.page(number, START)
    (note,) = page.notes
    assert (note.author_name, note.text, note.mentions) == ("Anna", "look at the camera", (anna,))
    assert page.tags == ("wedding",)
    assert await notebook.tags() == ["wedding"]
    (word,) = page.words
    assert (word.text, word.due_at, word.kept_at) == ("I call tomorrow", START + timedelta(days=1), None)
    events = await desk.events(before, 10)
    assert [event.kind for event in events] == ["noted", "tagged", "tagged", "word_given"]
    assert events[0].body["mentions"] == [anna]


async def test_a_word_is_kept_once_and_forgotten_after_a_day(world: World) -> None:
    notebook = world.store.notebook
    anna, number = await hired(world, "anna"), await said(world, "hello")
    await notebook.give_word(number, anna, "I call", START, START, "w1")
    (word,) = (await notebook.page(number, START)).words
    assert await notebook.keep_word(number, word.id, START)
    assert not await notebook.keep_word(number, word.id, START)
    assert not await notebook.keep_word(ConversationId(number), 999, START)
    assert len((await notebook.page(number, START)).words) == 1
    assert (await notebook.page(number, START + timedelta(days=2))).words == ()
    later = START + timedelta(seconds=1)
    await notebook.give_word(number, anna, "I call", START + timedelta(hours=1), later, "w2")
    (again,) = (await notebook.page(number, START)).words
    assert (again.id, again.kept_at, again.due_at) == (word.id, None, START + timedelta(hours=1))


async def test_a_reply_that_comes_twice_gives_its_word_once(world: World) -> None:
    notebook, desk = world.store.notebook, world.store.desk
    anna, number = await hired(world, "anna"), await hand_over(world)
    epoch = await desk.claim(number, anna, 1, START)
    due, repeated = START + timedelta(hours=1), START + timedelta(minutes=1)
    for now in (START, repeated):  # the first time has ended before its promise was written down
        await desk.reply(number, anna, "I call", "w1", epoch, now)
    await notebook.give_word(number, anna, "I call", due, repeated, "w1")
    (word,) = (await notebook.page(number, START)).words
    await notebook.keep_word(number, word.id, repeated)
    await notebook.give_word(number, anna, "I call", due + timedelta(hours=1), repeated, "w1")
    (word,) = (await notebook.page(number, START)).words
    assert (word.due_at, word.kept_at) == (due, repeated)
    await desk.reply(number, anna, "I call", "w2", epoch, repeated)
    await notebook.give_word(number, anna, "I call", due + timedelta(hours=2), repeated, "w2")
    (word,) = (await notebook.page(number, START)).words
    assert (word.due_at, word.kept_at) == (due + timedelta(hours=2), None)


async def test_a_conversation_put_off_comes_back_when_the_client_writes_and_by_itself(world: World) -> None:
    notebook, desk = world.store.notebook, world.store.desk
    number = await said(world, "hello")
    (item,) = await desk.queue("all", UserId(1), 1)
    world.clock.go(60)
    until = world.clock.now() + timedelta(hours=1)
    await notebook.snooze(number, until, world.clock.now())
    asleep = await desk.item(item.public_id)
    assert asleep is not None
    assert asleep.snoozed_until == until
    assert await world.store.timers.next_due() == until
    world.clock.go(60)
    await said(world, "are you there?")
    awake = await desk.item(item.public_id)
    assert awake is not None
    assert awake.snoozed_until is None
    await notebook.snooze(number, None, world.clock.now())
    assert await world.store.timers.next_due() is None


@pytest.mark.parametrize("words", ["верните", "ВЕРНИТЕ", "еще раз", "ещё Раз", "Анна", "анна"])
async def test_a_search_finds_words_in_any_case_with_either_letter(world: World, words: str) -> None:
    notebook = world.store.notebook
    await hand_over(world, "third")  # its client is called Anna
    number = await said(world, "Верните деньги, я ещё раз прошу")
    await said(world, "text", peer="other")
    found = await notebook.search({"Анна": "Anna", "анна": "anna"}.get(words, words), 10, only_of=None)
    assert len(found) == 1
    if found[0].seq:
        assert (found[0].item.conversation_id, found[0].text) == (number, "Верните деньги, я ещё раз прошу")


async def test_a_search_takes_signs_as_they_are_and_never_looks_into_the_json(world: World) -> None:
    await said(world, "hello")
    assert await world.store.notebook.search("text", 10, only_of=None) == []
    assert await world.store.notebook.search("%", 10, only_of=None) == []


async def test_a_manager_finds_only_what_is_his_business(world: World) -> None:
    notebook, desk = world.store.notebook, world.store.desk
    anna, boris = await hired(world, "anna"), await hired(world, "boris")
    waiting = await hand_over(world, "c")
    with_bot = await said(world, "the word", peer="a")
    led = await said(world, "the word", peer="b")
    await said(world, "the word", peer="c")
    await desk.claim(led, boris, 0, START)
    found = {one.item.conversation_id for one in await notebook.search("the word", 10, only_of=anna)}
    assert found == {waiting}
    found = {one.item.conversation_id for one in await notebook.search("the word", 10, only_of=boris)}
    assert found == {waiting, led}
    assert len(await notebook.search("the word", 10, only_of=None)) == 3
    assert len(await notebook.search("the word", 2, only_of=None)) == 2
    assert with_bot not in found


async def test_what_nobody_has_answered_is_listed_whoever_has_it(world: World) -> None:
    first = await hand_over(world, "b")
    world.clock.go(5)
    second = await said(world, "hello", peer="a")
    items = await world.store.notebook.unanswered(10)
    assert [item.conversation_id for item in items] == [first, second]


async def test_a_conversation_is_passed_on_by_whoever_has_it_or_by_a_leader(world: World) -> None:
    desk = world.store.desk
    anna, boris, vera = [await hired(world, login) for login in ("anna", "boris", "vera")]
    number = await hand_over(world)
    assert await desk.assign(number, anna, boris, 1, START, over=False) == 2
    with pytest.raises(Conflict) as refused:
        await desk.assign(number, anna, vera, 2, START, over=False)
    assert refused.value.holder == boris
    with pytest.raises(Conflict):
        await desk.assign(number, boris, vera, 1, START, over=False)
    assert await desk.assign(number, anna, vera, 2, START, over=True) == 3
    (item,) = await desk.queue("mine", vera, 10)
    assert item.owner_id == vera
    assert await violations(world.store.database, micros(START)) == []
