"""Every answer that the bot gives is counted once, also those given before counting began."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
from sqlalchemy import text

from dialog.effects import Note
from storage.migrating import engine_for, migrate_sqlite
from tests.storage.conftest import World
from tests.storage.test_migrations import FIRST, filled
from tests.storage.world import START, says, turn_of

DAY = timedelta(days=1)


async def asks(world: World, key: str, *effects: Note) -> None:
    """One message and the turn that answers it."""
    now = world.clock.now()
    await world.store.inbox.accept([says(key=key, cuts=True)], now)
    (work,) = await world.store.inbox.claim(now, 10)
    await world.store.inbox.commit([turn_of(work, *effects)], now)


async def test_answers_are_counted_since_a_moment_and_forgotten_with_their_turns(world: World) -> None:
    parking, price = (Note(kind="answered", body={"answer": key}) for key in ("parking", "price"))
    await asks(world, "a", parking, price)
    world.clock.time = START + DAY
    await asks(world, "b", parking, Note(kind="missed", body={"text": "?"}))
    given = world.store.given_answers
    assert await given.since(START) == {"parking": 2, "price": 1}
    assert await given.since(START + DAY) == {"parking": 1}
    assert await given.since(START + 2 * DAY) == {}
    assert await world.store.trimming.trim(START + 8 * DAY, turn_days=7, line_days=7) > 0
    assert await given.since(START) == {"parking": 1}


def test_what_turns_have_recorded_is_counted_when_counting_begins(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    answered = {"effects": [["Note", {"kind": "answered", "body": {"answer": "parking"}}], ["Send", {}]]}
    bodies = [answered, {"effects": [["Note", {"kind": "missed", "body": {}}]]}, {}]
    engine = engine_for(f"sqlite+pysqlite:///{path}")
    with engine.begin() as connection:
        filled(connection, "0008", FIRST)
        for number in range(601):  # more than are read at once
            values = {"id": number + 1, "body": orjson.dumps(bodies[number % 3]).decode()}
            connection.execute(
                text(
                    "INSERT INTO turn (id, conversation_id, number, body, created_at) VALUES (:id, 1, :id, :body, :id)"
                ),
                values,
            )
    assert migrate_sqlite(path, copy_to=tmp_path / "copies")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT count(*), min(created_at), max(created_at) FROM given_answer")).all()
        assert [tuple(row) for row in rows] == [(201, 1, 601)]
    engine.dispose()
