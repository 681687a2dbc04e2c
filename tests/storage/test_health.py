"""Invariants, the doctor, copies and their way back."""

from __future__ import annotations

import tarfile
from pathlib import Path

import asyncpg
import pytest
import yaml
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from channels.media_store import Media
from dialog.conversation import OwnerKind
from dialog.effects import HandOver
from storage import doctor, sqlite_library
from storage.backup import BadBackup, backup, restore
from storage.book_invariants import BOOK_INVARIANTS
from storage.changes import Changes
from storage.doctor import examine
from storage.errors import DataLocked
from storage.invariants import INVARIANTS, violations
from storage.migrating import engine_for, migrate_sqlite
from storage.moments import micros
from storage.open_store import sqlite_path
from storage.schema import metadata
from storage.sql import Script, Sql
from tests.servers.postgres import PostgresServer
from tests.storage.conftest import World
from tests.storage.world import START, says, send, turn_of

MESSENGER = "vk"
BROKEN = {
    "done_without_turn": "UPDATE inbox SET turn_id = 999",
    "turn_without_row": "UPDATE inbox SET turn_id = NULL",
    "turns_out_of_order": "UPDATE inbox SET turn_id = 100 - id",
    "turn_ahead_of_version": "UPDATE conversation SET version = 0",
    "row_stuck": "UPDATE inbox SET status = 'new', received_at = 0",
    "row_forgotten": "UPDATE inbox SET status = 'new'",
    "transcript_gaps": "UPDATE conversation SET message_seq = 7",
    "message_shown_twice": "UPDATE message SET event_key = 'same' WHERE author = 'client'",
    "line_shown_twice": "UPDATE message SET outbox_id = 1 WHERE outbox_id IS NOT NULL",
    "line_not_shown": "DELETE FROM message WHERE outbox_id = 1",
    "line_shown_unsent": "UPDATE outbox SET status = 'void'",
    "lane_out_of_order": "UPDATE outbox SET seq = 100 - seq",
    "bot_spoke_over_person": "UPDATE event SET kind = 'claimed' WHERE kind = 'client_message'",
    "epoch_went_back": "UPDATE event SET epoch = 9 WHERE seq = 1",
    "claim_lost": "UPDATE event SET kind = 'claimed' WHERE kind = 'client_message'",
    "waiting_not_queued_once": "UPDATE handoff SET status = 'closed'",
    "queued_not_waiting": "UPDATE conversation SET owner_kind = 'bot'",
    "queue_copy_wrong": "UPDATE conversation SET priority = 9",
    "owner_missing": "UPDATE conversation SET owner_kind = 'human'",
    "event_gaps": "DELETE FROM event WHERE seq = 2",
    "prompt_missing": "UPDATE conversation SET prompt_seq = 99",
    "flow_missing": 'UPDATE conversation SET state = \'{"run":{"flow":"gone","revision":1}}\'',
    "head_missing": "INSERT INTO head (kind, key, revision) VALUES ('text', 'x', 3)",
    "sent_to_blocked": "UPDATE address SET blocked_at = 1",
    "sold_twice": "UPDATE visit_part SET busy_since = 0",
    "move_sold_twice": "UPDATE visit_part SET busy_since = 0",
    "parts_overlap": "UPDATE visit_part SET busy_since = 0",
    "part_status_wrong": "UPDATE visit_part SET uid = 'other'",
    "visit_without_parts": "DELETE FROM visit_part",
    "visit_span_wrong": "UPDATE visit SET starts_at = 1",
    "moved_to_nowhere": "UPDATE visit SET status = 'moved' WHERE status = 'confirmed'",
    "two_places_for_one_visit": "UPDATE visit SET uid = 'same' WHERE status = 'confirmed'",
    "hold_outlived": "UPDATE visit SET held_until = 0 WHERE status = 'held'",
}
# What the database itself forbids can be broken only where nobody guards it.
UNGUARDED = {
    "sqlite": (
        "PRAGMA defer_foreign_keys = ON",
        "DROP TRIGGER no_overlap_on_INSERT",
        "DROP TRIGGER no_overlap_on_UPDATE",
        "DROP INDEX uq_visit_settled",
    ),
    "postgres": (
        "ALTER TABLE visit_part DROP CONSTRAINT no_visit_overlaps",
        "ALTER TABLE visit_part DROP CONSTRAINT no_part_overlaps",
        "ALTER TABLE visit_part DROP CONSTRAINT fk_visit_part_visit_id",
        "DROP INDEX uq_visit_settled",
    ),
}
BROKEN_BOOK = {
    "sold_twice": "UPDATE visit_part SET busy_since = 0",
    "move_sold_twice": "UPDATE visit_part SET busy_since = 0",
    "parts_overlap": "UPDATE visit_part SET busy_since = 0",
    "part_status_wrong": "UPDATE visit_part SET uid = 'other'",
    "visit_without_parts": "DELETE FROM visit_part",
    "visit_span_wrong": "UPDATE visit SET starts_at = 1",
    "moved_to_nowhere": "UPDATE visit SET status = 'moved' WHERE status = 'confirmed'",
    "two_places_for_one_visit": "UPDATE visit SET uid = 'same' WHERE status = 'confirmed'",
    "hold_outlived": "UPDATE visit SET held_until = 0 WHERE status = 'held'",
}


async def _live_book(world: World) -> None:
    """Two visits, the first of two parts, and a hold after them, all with one master."""
    hour = 3_600_000_000
    start = micros(START)
    rows = [
        ("one", "confirmed", 2, start),
        ("two", "confirmed", 1, start + 2 * hour),
        ("three", "held", 1, start + 9 * hour),
    ]
    for number, (uid, status, parts, since) in enumerate(rows, start=1):
        held = str(start + hour) if status == "held" else "NULL"
        await _do(
            world,
            "INSERT INTO visit (id, uid, status, branch, zone, starts_at, ends_at, held_until, created_at) VALUES "
            f"({number}, '{uid}', '{status}', 'centre', 'UTC', {since}, {since + parts * hour}, {held}, {start})",
        )
        for part in range(parts):
            spent = f"{since + part * hour}, {since + (part + 1) * hour}"
            await _do(
                world,
                "INSERT INTO visit_part (visit_id, uid, status, number, resource, service, starts_at, ends_at, "
                "busy_since, busy_until) "
                f"VALUES ({number}, '{uid}', '{status}', {part}, 'anna', 'cut', {spent}, {spent})",
            )


async def _live(world: World) -> None:
    """Two turns, the second of which calls a person, and a third with somebody else."""
    inbox = world.store.inbox
    for number in range(2):
        await inbox.accept([says(f"line {number}", cuts=True)], START)
        (work,) = await inbox.claim(START, 10)
        if number:
            over = HandOver(reason="asked", label="human", priority=3)
            finished = turn_of(work, send(prompt=True), over, owner=OwnerKind.WAITING)
        else:
            finished = turn_of(work, send("hi"))
        await inbox.commit([finished], START)
    await inbox.accept([says("other", peer="other", cuts=True)], START)
    await inbox.commit([turn_of(work, send("hi")) for work in await inbox.claim(START, 10)], START)


async def _do(world: World, statement: str) -> None:
    def script(_: Changes) -> Script[None]:
        yield Sql(statement), ()

    await world.store.database.write(script)


async def test_a_living_installation_breaks_no_rule(world: World) -> None:
    await _live(world)
    assert await violations(world.store.database, micros(START)) == []


def test_every_rule_is_shown_to_find_something() -> None:
    assert set(BROKEN) | set(BROKEN_BOOK) == set(INVARIANTS)
    assert set(BROKEN_BOOK) == set(BOOK_INVARIANTS)


class _Undo(Exception):
    """Carries what was found out of a transaction that must not stay."""

    def __init__(self, found: bool) -> None:
        super().__init__()
        self.found = found


async def test_each_rule_finds_what_breaks_it(world: World) -> None:
    await _live(world)
    await _live_book(world)
    unguarded = UNGUARDED["postgres" if world.url else "sqlite"]

    def broken(rule: str) -> Script[None]:
        for statement in unguarded if rule in BROKEN_BOOK else ():
            yield Sql(statement), ()
        yield Sql((BROKEN | BROKEN_BOOK)[rule]), ()
        sql = INVARIANTS[rule]
        found = yield sql, ((1,) if "$1" in sql.postgres else ())
        raise _Undo(bool(found))

    for rule in INVARIANTS:
        with pytest.raises(_Undo) as undone:
            await world.store.database.write(lambda changes, rule=rule: broken(rule))  # type: ignore[misc]
        assert undone.value.found, rule
    assert await violations(world.store.database, micros(START)) == []


async def test_the_doctor_has_words_for_all(world: World) -> None:
    texts = yaml.safe_load(Path(doctor.__file__).with_name("doctor.ru.yaml").read_text("utf-8"))
    assert set(texts["rules"]) == set(INVARIANTS)
    await _live(world)
    well = await examine(world.store)
    assert not well.troubles
    assert not any("{" in line for line in well.facts)
    await _do(world, "UPDATE inbox SET status = 'quarantined'")
    await _do(world, "UPDATE conversation SET priority = 9")
    ill = await examine(world.store)
    assert len(ill.troubles) >= 2
    assert not any("{" in line for line in ill.troubles)


@pytest.fixture
def with_postgres_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """pg_dump and pg_restore of the test server, when the test is about PostgreSQL."""
    if database_url:
        server: PostgresServer = request.getfixturevalue("postgres")
        monkeypatch.setenv("ZABOTA_PG_BIN", str(server.binaries))


@pytest.mark.usefixtures("with_postgres_programs")
async def test_a_copy_comes_back_and_sends_nothing_old(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    await _live(world)
    inbox = world.store.inbox
    media = await world.store.media.put("anna", Media(content=b"photo", content_type="image/png"))
    await inbox.accept([says("one", cuts=True)], START)
    (work,) = await inbox.claim(START, 10)
    await inbox.commit([turn_of(work, send("on the screen"))], START)
    await inbox.accept([says("from afar", channel=MESSENGER, cuts=True)], START)
    (far,) = await inbox.claim(START, 10)
    await inbox.commit([turn_of(far, send("was on its way"))], START)
    await inbox.accept([says("not yet thought about", cuts=True)], START)
    copy = tmp_path_factory.mktemp("copies") / "copy.tar"
    await backup(world.store, copy)
    assert len(await world.store.outbox.claim_send(MESSENGER, START, 10)) == 1
    await inbox.accept([says("after the copy", peer="boris")], START)
    await world.store.close()

    await restore(world.url, world.folder, copy)
    store = world.store = await world.again()
    assert await store.outbox.next_due() is None
    assert await store.inbox.next_ready() is None
    assert await store.inbox.claim(START, 10) == []
    assert await store.outbox.claim_send(MESSENGER, START, 10) == []
    lines = await store.transcript.after(work.conversation.id, 0, 100)
    assert [line.text for line in lines][-3:] == ["one", "on the screen", "not yet thought about"]
    assert await store.media.get(media) == Media(content=b"photo", content_type="image/png")
    assert await violations(store.database, micros(START)) == []
    (accepted,) = await store.inbox.accept([says("and on we go", cuts=True)], START)
    assert accepted.shown_seq == lines[-1].seq + 1
    assert len(await store.inbox.claim(START, 10)) == 1


@pytest.mark.usefixtures("with_postgres_programs")
async def test_a_damaged_copy_is_refused_and_nothing_changes(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await _live(world)
    copy = tmp_path_factory.mktemp("copies") / "copy.tar"
    await backup(world.store, copy)
    content = bytearray(copy.read_bytes())
    content[5000] ^= 0xFF
    copy.write_bytes(content)
    if not world.url:
        with pytest.raises(DataLocked):
            await restore(world.url, world.folder, copy)
    await world.store.close()
    with pytest.raises(BadBackup):
        await restore(world.url, world.folder, copy)
    copy.write_bytes(b"not a tar")
    with pytest.raises(BadBackup):
        await restore(world.url, world.folder, copy)
    with tarfile.open(copy, "w") as archive:
        escape = tarfile.TarInfo("../outside")
        archive.addfile(escape)
    with pytest.raises(BadBackup):
        await restore(world.url, world.folder, copy)
    world.store = await world.again()
    assert len(await world.store.transcript.after(1, 0, 10)) == 4  # type: ignore[arg-type]


def test_a_copy_is_made_before_a_filled_database_is_migrated(tmp_path: Path) -> None:
    path, copies = tmp_path / "zabota.db", tmp_path / "backups"
    old = sqlite_library.connect(str(path))
    old.execute("CREATE TABLE older (words TEXT)")
    old.execute("INSERT INTO older VALUES ('kept')")
    old.close()
    assert migrate_sqlite(path, copy_to=copies)
    (copy,) = copies.iterdir()
    kept = sqlite_library.connect(str(copy), read_only=True)
    assert kept.execute("SELECT words FROM older").fetchall() == [("kept",)]
    assert kept.execute("SELECT count(*) FROM sqlite_master").fetchall() == [(1,)]
    kept.close()
    assert not migrate_sqlite(path, copy_to=copies)


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
async def test_the_migrated_schema_is_the_declared_one(world: World) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    if world.url:
        engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda **_: asyncpg.connect(world.url))
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
        await engine.dispose()
    else:
        await world.store.close()
        with engine_for(f"sqlite+pysqlite:///{sqlite_path(world.folder)}").connect() as plain:
            assert differences(plain) == []
