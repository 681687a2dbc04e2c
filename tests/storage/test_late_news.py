"""Whoever is late is in "what's new", with the visit and the client's own words."""

from __future__ import annotations

from dialog.effects import Note
from tests.storage.conftest import World
from tests.storage.world import START, says, turn_of


async def test_a_late_client_is_listed_for_the_salon(world: World) -> None:
    await world.store.inbox.accept([says("опаздываю", cuts=True)], START)
    (work,) = await world.store.inbox.claim(START, 10)
    body = {"services": "manicure_gel", "masters": "maria", "text": "опаздываю"}
    await world.store.inbox.commit([turn_of(work, Note(kind="late", body=body))], START)
    (line,) = await world.store.desk.news(0, 10)
    assert (line.kind, line.body) == ("late", body)
