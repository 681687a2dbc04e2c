"""The audit log: a chain on both databases, whoever writes at once; what is changed or taken out is found."""

from __future__ import annotations

import asyncio

import pytest

from dialog.ids import UserId
from handoff.audit_csv import audit_csv
from storage.audit import seal_of
from storage.doctor import examine
from storage.moments import micros
from storage.sql import Script, Sql
from tests.storage.conftest import World

WRITERS, EACH = 8, 5


async def write(world: World, lines: int, name: str = "act") -> None:
    for number in range(lines):
        await world.store.accounts.note(None, name, f"thing {number}", "", world.clock.now())


async def by_hand(world: World, statement: str) -> None:
    """What somebody with the database's password may do."""

    def script(_: object) -> Script[None]:
        yield Sql(statement), ()

    await world.store.database.write(script)


async def test_a_chain_grows_whole_however_many_write_at_once(world: World) -> None:
    other = await world.again() if world.url else world.store
    stores = (world.store, other)
    now = world.clock.now()
    try:
        await asyncio.gather(
            *(
                stores[writer % 2].accounts.note(None, f"writer {writer}", f"line {line}", "", now)
                for writer in range(WRITERS)
                for line in range(EACH)
            )
        )
        assert await other.accounts.reveal(UserId(1), "conversation x", "", None, now)
    finally:
        if other is not world.store:
            await other.close()
    state = await world.store.audit.verify()
    assert state.whole
    assert state.lines == WRITERS * EACH + 1
    lines = [line async for line in world.store.audit.lines()]
    assert state.head == lines[-1].seal
    assert len({line.seal for line in lines}) == len(lines)


@pytest.mark.parametrize(
    ("statement", "broken", "missing"),
    [
        ("UPDATE audit SET subject = 'another thing' WHERE id = 3", [3], 0),
        ("UPDATE audit SET user_id = 1 WHERE id = 3", [3], 0),
        ("UPDATE audit SET at = at + 1 WHERE id = 6", [6], 0),
        ("DELETE FROM audit WHERE id = 3", [4], 1),
        ("DELETE FROM audit WHERE id = 1", [2], 1),
        ("DELETE FROM audit WHERE id > 4", [], 2),
        ("DELETE FROM audit", [], 6),
        ("UPDATE audit SET seal = '' WHERE id = 3", [3, 4], 0),
        ("INSERT INTO audit (id, at, action) VALUES (7, 1, 'forged')", [7], 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_was_done_to_it_shows(world: World, statement: str, broken: list[int], missing: int) -> None:
    await write(world, 6)
    assert (await world.store.audit.verify()).whole
    await by_hand(world, statement)
    state = await world.store.audit.verify()
    assert (list(state.broken), state.missing) == (broken, missing)
    assert not state.whole
    troubles = (await examine(world.store)).troubles
    assert any("урнал" in line for line in troubles)


async def test_the_last_line_sealed_anew_does_not_fit_the_head(world: World) -> None:
    await write(world, 2)
    first, last = [line async for line in world.store.audit.lines()]
    anew = seal_of(first.seal, micros(last.at), None, "act", "another thing", "")
    await by_hand(world, f"UPDATE audit SET subject = 'another thing', seal = '{anew}' WHERE id = {last.id}")
    assert (await world.store.audit.verify()).broken == (last.id,)


async def test_lines_after_a_hole_do_not_hide_it(world: World) -> None:
    await write(world, 3)
    await by_hand(world, "DELETE FROM audit WHERE id = 3")
    await write(world, 4)
    assert (await world.store.audit.verify()).missing == 1


async def test_an_empty_log_is_whole(world: World) -> None:
    state = await world.store.audit.verify()
    assert (state.whole, state.lines, state.head) == (True, 0, "")


async def test_the_table_has_every_line_and_no_formula(world: World) -> None:
    await write(world, 1, name="=1+1")
    await write(world, 1, name="login")
    rows = audit_csv([line async for line in world.store.audit.lines()]).splitlines()
    assert rows[0] == '"id","at","who","what","about","address","seal"'
    assert '"\'=1+1"' in rows[1]
    assert rows[2].endswith(f'"{(await world.store.audit.verify()).head}"')
