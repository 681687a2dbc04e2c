"""Old turns, rows and lines go; what people read, what waits and what is still asked stays; every rule still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from dialog.effects import Send
from dialog.reply import Reply
from storage.invariants import violations
from storage.moments import micros
from storage.sql import Script, Sql
from tests.storage.conftest import World
from tests.storage.world import START, says, turn_of

LATER = START + timedelta(days=100)
_COUNTS = Sql(
    """SELECT (SELECT count(*) FROM turn), (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox),
    (SELECT count(*) FROM message)"""
)


async def counts(world: World) -> tuple[int, ...]:
    """Turns, inbox rows, outbox rows, transcript lines."""

    def script() -> Script[tuple[int, ...]]:
        return tuple((yield _COUNTS, ())[0])

    return await world.store.database.read(script)


def line(text: str, *, prompt: bool = False) -> Send:
    """A line of the bot."""
    return Send(reply=Reply(text=text, key="k"), prompt=prompt)


async def talk(world: World, key: str, make: Callable[[], tuple[Send, ...]]) -> None:
    """One message, its turn, and what is said is shown."""
    now = world.clock.now()
    await world.store.inbox.accept([says(key=key, cuts=True)], now)
    (work,) = await world.store.inbox.claim(now, 10)
    await world.store.inbox.commit([turn_of(work, *make())], now)


async def test_only_what_is_old_and_over_goes(world: World) -> None:
    await talk(world, "a", lambda: (line("first"), line("which?", prompt=True)))
    world.clock.time = LATER - timedelta(days=1)
    await talk(world, "b", lambda: (line("second"),))
    world.clock.time = LATER
    await world.store.inbox.accept([says(key="c", cuts=True)], LATER)
    assert await counts(world) == (2, 3, 3, 6)
    assert await world.store.trimming.trim(LATER, turn_days=200, line_days=200) == 0
    assert await world.store.trimming.trim(LATER, turn_days=90, line_days=90) == 2
    assert await world.store.trimming.trim(LATER, turn_days=90, line_days=90) == 0
    # The first turn with its row, and its first line: not the question that still waits, nor the transcript.
    assert await counts(world) == (1, 2, 2, 6)
    assert not await violations(world.store.database, micros(LATER), without=frozenset({"flow_missing", "row_stuck"}))


async def test_a_conversation_goes_on_after_its_past_went(world: World) -> None:
    await talk(world, "a", lambda: (line("first"),))
    world.clock.time = LATER
    # The newest of each stays, so that no number is ever given twice.
    assert await world.store.trimming.trim(LATER, turn_days=1, line_days=1) == 0
    await talk(world, "b", lambda: (line("second"),))
    assert await world.store.trimming.trim(LATER, turn_days=1, line_days=1) == 2
    assert await counts(world) == (1, 1, 1, 4)
    assert not await violations(world.store.database, micros(LATER), without=frozenset({"flow_missing"}))
