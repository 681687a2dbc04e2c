"""A visit that is over is heard of once, where its client wrote last; what is asked and said is kept once per visit."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from dialog.effects import AnswerSurvey, AskSurvey, HandOver
from dialog.ids import ConversationId
from storage.book_upkeep import pass_time
from storage.changes import Changes
from storage.moments import micros
from storage.sql import Rows, Script, Sql
from tests.storage.conftest import World
from tests.storage.world import START, says, turn_of

HOUR = timedelta(hours=1)
_VISIT = Sql(
    """INSERT INTO visit (uid, status, branch, zone, person_id, name, starts_at, ends_at, created_at)
    VALUES ($1, 'confirmed', 'centre', 'Europe/Moscow', $2, $3, $4, $5, $4) RETURNING id"""
)
_PERSON = Sql("SELECT person_id FROM conversation WHERE id = $1")
_SAID = Sql("SELECT mark, words, nps FROM survey WHERE visit_id = $1")


async def booked(world: World, conversation: int | None, uid: str = "v", name: str = "") -> int:
    """A visit that ends an hour after the start of the test."""

    def script(changes: Changes) -> Script[int]:
        person = None if conversation is None else (yield _PERSON, (conversation,))[0][0]
        values = (uid, person, name, micros(START), micros(START + HOUR))
        return (yield _VISIT, values)[0][0]  # type: ignore[no-any-return]

    return await world.store.database.write(script)


async def over(world: World) -> int:
    """Time passes in the book, and its timers fire."""
    later = START + 2 * HOUR
    await world.store.database.write(partial(pass_time, grace_minutes=30, now=micros(later)))
    return await world.store.timers.fire(later, 10)


async def said(world: World, visit: int) -> tuple[object, ...]:
    """What is kept of a survey."""

    def script() -> Script[Rows]:
        return (yield _SAID, (visit,))

    return tuple((await world.store.database.read(script))[0])


async def test_the_client_is_told_once_where_she_wrote_last(world: World) -> None:
    (first,) = await world.store.inbox.accept([says(cuts=True)], START)
    visit = await booked(world, first.conversation_id, name="Анна")
    assert await over(world) == 1
    assert await over(world) == 0
    (work,) = await world.store.inbox.claim(START + 2 * HOUR, 10)
    assert work.conversation.id == first.conversation_id
    assert work.rows[-1].message.data == {"timer": "visit_done", "visit": str(visit)}
    row = await world.store.surveys.visit(visit)
    assert row is not None
    assert (row.done, row.name, row.branch, row.end) == (True, "Анна", "centre", START + HOUR)
    assert (row.asked, row.answered, row.nps_asked, row.open_case) == (False, False, False, False)


async def test_a_visit_without_a_conversation_asks_nobody(world: World) -> None:
    await booked(world, None)
    assert await over(world) == 0
    assert await over(world) == 0


async def test_what_is_asked_and_said_is_kept_for_the_visit_asked_about_last(world: World) -> None:
    (first,) = await world.store.inbox.accept([says(cuts=True)], START)
    number = first.conversation_id
    old, new = await booked(world, number, "old"), await booked(world, number, "new")
    (work,) = await world.store.inbox.claim(START, 10)
    effects = (AskSurvey(visit=old, kind="feedback"), AskSurvey(visit=old, kind="feedback"))
    await world.store.inbox.commit([turn_of(work, *effects)], START)
    await world.store.inbox.accept([says("again", cuts=True)], START + HOUR)
    (work,) = await world.store.inbox.claim(START + HOUR, 10)
    asked = AskSurvey(visit=new, kind="feedback")
    await world.store.inbox.commit([turn_of(work, asked, AnswerSurvey(mark=4, words="норм"))], START + HOUR)
    last = await world.store.surveys.last(ConversationId(number))
    assert last is not None
    assert (last.visit, last.asked, last.answered) == (new, True, True)
    assert await said(world, new) == (4, "норм", None)
    assert await said(world, old) == (None, "", None)
    await world.store.inbox.accept([says("third", cuts=True)], START + 2 * HOUR)
    (work,) = await world.store.inbox.claim(START + 2 * HOUR, 10)
    effects_of_nps = (AskSurvey(visit=old, kind="nps"), AnswerSurvey(nps=9))
    await world.store.inbox.commit([turn_of(work, *effects_of_nps)], START + 2 * HOUR)
    assert await said(world, old) == (None, "", 9)
    assert await said(world, new) == (4, "норм", None), "a number for one visit is no answer about another"


async def test_an_open_case_is_known_wherever_it_is_open(world: World) -> None:
    (first,) = await world.store.inbox.accept([says(cuts=True)], START)
    visit = await booked(world, first.conversation_id)
    (work,) = await world.store.inbox.claim(START, 10)
    called = HandOver(reason="gate", label="claim", priority=1)
    await world.store.inbox.commit([turn_of(work, called)], START)
    row = await world.store.surveys.visit(visit)
    assert row is not None
    assert row.open_case
    assert await world.store.surveys.visit(999) is None
    assert await world.store.surveys.last(first.conversation_id) is None
