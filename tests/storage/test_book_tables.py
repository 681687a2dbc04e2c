"""The tables themselves refuse what must not be: nothing written by hand can sell a time twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from booking.book_rules import BookRules
from booking.book_terms import BookTerms
from booking.orders import CancelVisit, ConfirmHold, HoldSlot
from booking.refusal import BookRefused, Refusal
from booking.salon_files import load_salon
from booking.wish import Wish
from dialog.effects import Book, GiveConsent
from dialog.inbox import Outcome
from storage import sqlite_library
from storage.changes import Changes
from storage.migrating import engine_for
from storage.sql import Rows, Script, Sql
from tests.storage.conftest import World
from tests.storage.world import START, says, send, turn_of

HOUR = 3_600_000_000
_VISIT = Sql(
    """INSERT INTO visit (uid, status, branch, zone, created_at, held_until) VALUES ($1, $2, 'b', 'UTC', 1, $3)
    RETURNING id"""
)
_PART = Sql(
    """INSERT INTO visit_part (visit_id, uid, status, number, resource, service, starts_at, ends_at, busy_since,
    busy_until) VALUES ($1, $2, $3, $4, 'maria', 's', $5, $6, $5, $6)"""
)
_STATUS = Sql("UPDATE visit SET status = $2, held_until = NULL WHERE id = $1")
_RENAME = Sql("UPDATE visit_part SET resource = 'maria' WHERE resource = 'olga'")
_OLGA = Sql("UPDATE visit_part SET resource = 'olga' WHERE visit_id = $1")
_LATER = Sql("UPDATE visit_part SET busy_until = $2 WHERE visit_id = $1")
_LIE = Sql("UPDATE visit_part SET status = 'confirmed' WHERE visit_id = $1")


async def put(world: World, uid: str, status: str, first: int, end: int, *, number: int = 0) -> int:
    def script(_: Changes) -> Script[int]:
        visit: int = (yield _VISIT, (uid, status, 9 if status == "held" else None))[0][0]
        yield _PART, (visit, uid, status, number, first * HOUR, end * HOUR)
        return visit

    return await world.store.database.write(script)


async def do(world: World, sql: Sql, *values: object) -> None:
    def script(_: Changes) -> Script[None]:
        yield sql, values

    await world.store.database.write(script)


async def refused(coming: Any) -> None:
    with pytest.raises(BookRefused) as caught:
        await coming
    assert caught.value.reason is Refusal.SLOT_TAKEN


@pytest.mark.parametrize("status", ["held", "confirmed", "arrived", "done", "absent"])
async def test_no_insert_overlaps_what_blocks(world: World, status: str) -> None:
    await put(world, "one", status, 10, 12)
    for first, end in ((9, 11), (11, 13), (10, 12), (9, 13)):
        await refused(put(world, f"other{first}{end}", "confirmed", first, end))
    await put(world, "before", "confirmed", 9, 10)
    await put(world, "after", "absent", 12, 13)


async def test_no_update_overlaps_either(world: World) -> None:
    one = await put(world, "one", "confirmed", 10, 12)
    await do(world, _OLGA, one)
    other = await put(world, "other", "confirmed", 11, 13)
    await refused(do(world, _RENAME))
    third = await put(world, "third", "confirmed", 8, 9)
    await refused(do(world, _LATER, third, 12 * HOUR))
    await do(world, _STATUS, other, "cancelled")
    await do(world, _RENAME)


async def test_what_was_cancelled_comes_back_only_into_free_time(world: World) -> None:
    one = await put(world, "one", "confirmed", 10, 12)
    await do(world, _STATUS, one, "cancelled")
    other = await put(world, "other", "held", 11, 12)
    await refused(do(world, _STATUS, one, "confirmed"))
    await do(world, _STATUS, other, "expired")
    await do(world, _STATUS, one, "confirmed")


async def test_a_part_cannot_say_another_status_than_its_visit(world: World) -> None:
    visit = await put(world, "one", "cancelled", 10, 12)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await do(world, _LIE, visit)


async def test_one_visit_has_one_place_and_its_parts_do_not_overlap(world: World) -> None:
    visit = await put(world, "one", "confirmed", 10, 12)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await put(world, "one", "confirmed", 14, 15)
    await put(world, "one", "held", 11, 13)
    await refused(do(world, _PART, visit, "one", "confirmed", 1, 11 * HOUR, 13 * HOUR))
    await do(world, _PART, visit, "one", "confirmed", 1, 12 * HOUR, 13 * HOUR)


def test_the_fence_came_to_databases_that_had_data(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = engine_for(f"sqlite+pysqlite:///{path}")
    options = Config()
    options.set_main_option("script_location", str(Path(sqlite_library.__file__).parent / "migrations"))
    with engine.begin() as connection:
        options.attributes["connection"] = connection
        command.upgrade(options, "0002")
        connection.exec_driver_sql("INSERT INTO person (name, language, created_at) VALUES ('Ира', 'ru', 1)")
        command.upgrade(options, "head")
        command.downgrade(options, "0002")
        command.upgrade(options, "head")
        assert connection.exec_driver_sql("SELECT name FROM person").fetchall() == [("Ира",)]
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    engine.dispose()
    assert sorted(row[0] for row in triggers) == ["no_overlap_on_INSERT", "no_overlap_on_UPDATE"]


_COUNTS = Sql(
    """SELECT (SELECT count(*) FROM visit), (SELECT count(*) FROM outbox), (SELECT count(*) FROM consent),
    (SELECT count(*) FROM news)"""
)


async def counts(world: World) -> tuple[int, ...]:
    def script() -> Script[Rows]:
        return (yield _COUNTS, ())

    return tuple((await world.store.database.read(script))[0])


async def test_a_turn_that_the_book_refuses_writes_nothing_at_all(world: World) -> None:
    store = world.store
    salon = load_salon(Path(__file__).parents[2] / "config" / "demo", START.date())
    terms = BookTerms.of(salon, BookRules())
    store.book.goes_by(lambda: terms)
    day = START.date() + timedelta(days=1)
    slot = (await store.book.free_times(Wish.of("manicure", staff="maria"), day, day, START)).on(day)[0]
    await store.inbox.accept(
        [says(peer="one", cuts=True), says(peer="other", cuts=True), says(peer="third", cuts=True)], START
    )
    works = await store.inbox.claim(START, 10)
    holds = [
        turn_of(
            work,
            send(),
            GiveConsent(kind="personal_data", version=1, text="ok"),
            Book(order=HoldSlot(slot=slot, uid=f"u{n}")),
        )
        for n, work in enumerate(works[:2])
    ]
    outcomes = await store.inbox.commit([*holds, turn_of(works[2], send())], START)
    assert sorted(outcomes[:2], key=str) == [Outcome.COMMITTED, Refusal.SLOT_TAKEN]
    assert outcomes[2] is Outcome.COMMITTED
    assert await counts(world) == (1, 2, 1, 0)
    lost = works[outcomes.index(Refusal.SLOT_TAKEN)]
    assert list(await store.inbox.commit([turn_of(lost, send("taken"))], START)) == [Outcome.COMMITTED]


async def test_the_salon_hears_of_what_a_client_has_booked(world: World) -> None:
    store = world.store
    salon = load_salon(Path(__file__).parents[2] / "config" / "demo", START.date())
    terms = BookTerms.of(salon, BookRules())
    store.book.goes_by(lambda: terms)
    day = START.date() + timedelta(days=2)
    slot = (await store.book.free_times(Wish.of("manicure", staff="maria"), day, day, START)).on(day)[0]
    await store.inbox.accept([says(peer="anna", cuts=True)], START)
    (work,) = await store.inbox.claim(START, 1)
    orders = Book(order=HoldSlot(slot=slot, uid="u1")), Book(order=ConfirmHold(name="Анна", phone="+79990000000"))
    assert list(await store.inbox.commit([turn_of(work, *orders)], START)) == [Outcome.COMMITTED]
    visit = await store.book.visit_of("u1")
    assert visit is not None
    await store.book.carry_out(CancelVisit(visit=visit.id), work.conversation.id, START)
    (item,) = await store.desk.news(0, 10)
    assert (item.kind, dict(item.body)["services"], dict(item.body)["masters"]) == ("booked", "manicure", "maria")
