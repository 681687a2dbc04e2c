"""What clients said comes out of the store with who did what, on both databases."""

from __future__ import annotations

from datetime import timedelta

from dialog.effects import AnswerSurvey, AskSurvey
from storage.changes import Changes
from storage.sql import Script, Sql
from tests.storage.conftest import World
from tests.storage.test_surveys import HOUR, booked
from tests.storage.world import START, says, turn_of

_PART = Sql(
    """INSERT INTO visit_part (visit_id, uid, status, number, resource, service, starts_at, ends_at, busy_since,
    busy_until) VALUES ($1, $2, 'confirmed', $3, $4, $5, $6, $7, $6, $7)"""
)


async def test_an_opinion_knows_its_visit(world: World) -> None:
    (first,) = await world.store.inbox.accept([says(cuts=True)], START)
    visit = await booked(world, first.conversation_id, name="Анна")

    def parts(changes: Changes) -> Script[None]:
        yield _PART, (visit, "v", 2, "anna", "styling", 20, 30)
        yield _PART, (visit, "v", 1, "maria", "manicure", 10, 20)

    await world.store.database.write(parts)
    assert await world.store.opinions.since(START) == []
    (work,) = await world.store.inbox.claim(START, 10)
    effects = (AskSurvey(visit=visit, kind="feedback"), AnswerSurvey(mark=2, words="криво"))
    await world.store.inbox.commit([turn_of(work, *effects)], START)
    (one,) = await world.store.opinions.since(START)
    assert (one.staff, one.service, one.name, one.end) == ("maria", "manicure", "Анна", START + HOUR)
    assert (one.answered, one.mark, one.nps, one.words) == (True, 2, None, "криво")
    assert one.chat
    assert await world.store.opinions.since(START + HOUR + timedelta(seconds=1)) == []
