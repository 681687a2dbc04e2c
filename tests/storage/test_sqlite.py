"""What only SQLite has: one process, one writer, group commit, a file that can be full or locked."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable
from pathlib import Path

import pytest

from dialog.errors import StoreBusy
from dialog.inbox import Outcome
from storage import sqlite_library
from storage.changes import Changes
from storage.errors import DataLocked
from storage.invariants import violations
from storage.moments import micros
from storage.open_store import Store, TransactionParts, open_store, sqlite_path
from storage.sql import Script, Sql
from storage.sqlite.folder_lock import FolderLock
from storage.sqlite.reserve import Reserve
from storage.sqlite.sqlite_database import SqliteDatabase
from storage.sqlite.transactions import Transactions
from storage.sqlite_library import Connection
from storage.store_settings import StoreSettings
from tests.storage.world import START, CountingDice, HeldClock, RememberingBus, says, turn_of

_NEWS = Sql("INSERT INTO news (kind, body, created_at) VALUES ($1, '{}', 1)")
_ALL_NEWS = Sql("SELECT kind FROM news ORDER BY kind")


class CountedTransactions(Transactions):
    """Counts commits, and waits before the first one so that others can queue up behind it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.connection = connection
        self.commits = 0

    def begin(self) -> None:
        time.sleep(0.02)
        super().begin()

    def commit(self) -> None:
        super().commit()
        self.commits += 1


class Made:
    """Keeps the writer's transactions for a test to look at."""

    transactions: CountedTransactions

    def __call__(self, connection: Connection) -> CountedTransactions:
        self.transactions = CountedTransactions(connection)
        return self.transactions


async def opened(folder: Path, made: Made | None = None, settings: StoreSettings | None = None) -> Store:
    parts = TransactionParts(sqlite=made) if made else None
    return await open_store(
        "", folder, clock=HeldClock(), dice=CountingDice(), bus=RememberingBus(), settings=settings, parts=parts
    )


def add(kind: str, *, fail: Exception | None = None) -> object:
    def script(_: Changes) -> Script[str]:
        yield _NEWS, (kind,)
        if fail:
            raise fail
        return kind

    return script


async def news(store: Store) -> list[str]:
    def script() -> Script[list[str]]:
        return [row[0] for row in (yield _ALL_NEWS, ())]

    return await store.database.read(script)


async def test_jobs_that_wait_share_a_commit_and_one_that_fails_fails_alone(tmp_path: Path) -> None:
    made = Made()
    store = await opened(tmp_path, made)
    before = made.transactions.commits
    jobs = [add(f"j{number:02}", fail=ValueError("no") if number == 7 else None) for number in range(20)]
    writes: list[Awaitable[object]] = [store.database.write(job) for job in jobs]  # type: ignore[arg-type]
    results: list[object] = [*await asyncio.gather(*writes, return_exceptions=True)]
    assert made.transactions.commits - before <= 3
    assert [isinstance(result, ValueError) for result in results].index(True) == 7
    assert [result for result in results if isinstance(result, str)] == await news(store)
    assert len(await news(store)) == 19
    await store.close()


async def test_a_job_that_breaks_the_whole_transaction_spoils_no_other(tmp_path: Path) -> None:
    """As SQLite does itself when the disk is full: the transaction is gone, not only the savepoint."""
    store = await opened(tmp_path, Made())

    def breaks(_: Changes) -> Script[None]:
        yield _NEWS, ("broken",)
        yield Sql("ROLLBACK"), ()
        yield Sql("SELECT no_such_column"), ()

    jobs = [add(f"j{number}") for number in range(5)]
    results = await asyncio.gather(
        *(store.database.write(job) for job in [*jobs[:3], breaks, *jobs[3:]]),  # type: ignore[arg-type]
        return_exceptions=True,
    )
    assert isinstance(results[3], sqlite_library.OperationalError)
    assert await news(store) == ["j0", "j1", "j2", "j3", "j4"]
    await store.close()


async def test_a_full_disk_refuses_without_losing_what_was_promised(tmp_path: Path) -> None:
    made = Made()
    store = await opened(tmp_path, made)
    used = made.transactions.connection.execute("PRAGMA page_count").fetchone()[0]
    made.transactions.connection.execute(f"PRAGMA max_page_count = {used + 8}")
    promised: list[str] = []
    refused = 0
    for round_number in range(40):
        keys = [f"k{round_number}-{number}" for number in range(6)]
        results = await asyncio.gather(
            *(store.inbox.accept([says("x" * 500, key=key, peer=key)], START) for key in keys), return_exceptions=True
        )
        for key, result in zip(keys, results, strict=True):
            if isinstance(result, StoreBusy):
                refused += 1
            else:
                promised.append(key)
    assert refused > 50
    made.transactions.connection.execute("PRAGMA max_page_count = 100000")
    (again,) = await store.inbox.accept([says(key=promised[-1], peer=promised[-1])], START)
    assert not again.fresh
    stored = await store.database.read(lambda: _keys())
    assert set(promised) == set(stored)
    assert await violations(store.database, micros(START)) == []
    await store.close()


async def test_a_full_disk_gives_its_reserve_up_and_what_was_refused_is_stored(tmp_path: Path) -> None:
    made = Made()
    store = await opened(tmp_path, made, StoreSettings(reserve_bytes=1 << 20))
    reserve = tmp_path / "reserve"
    assert reserve.stat().st_size == 1 << 20
    connection = made.transactions.connection
    used = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {used}")
    with pytest.raises(StoreBusy, match="full"):
        await store.inbox.accept([says("x" * 100_000, key="a", peer="a")], START)
    assert not reserve.exists()
    connection.execute("PRAGMA max_page_count = 100000")
    (accepted,) = await store.inbox.accept([says("x" * 100_000, key="a", peer="a")], START)
    assert accepted.fresh
    await store.close()


async def test_with_room_in_the_reserve_nobody_is_refused(tmp_path: Path) -> None:
    made = Made()
    store = await opened(tmp_path, made)
    connection = made.transactions.connection
    used = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {used}")

    class Room(Reserve):
        """Giving it up makes room, as on a real disk."""

        def give_up(self) -> bool:
            connection.execute("PRAGMA max_page_count = 100000")
            return True

    database = store.database
    assert isinstance(database, SqliteDatabase)
    database._reserve = Room(tmp_path, 1)
    (accepted,) = await store.inbox.accept([says("x" * 100_000, key="a", peer="a")], START)
    assert accepted.fresh
    await store.close()


def _keys() -> Script[list[str]]:
    return [row[0] for row in (yield Sql("SELECT event_key FROM inbox"), ())]


async def test_a_locked_database_says_so_soon_and_recovers(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    other = sqlite_library.connect(str(sqlite_path(tmp_path)))
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    results = await asyncio.gather(
        *(store.inbox.accept([says(peer=f"p{number}")], START) for number in range(30)), return_exceptions=True
    )
    assert all(isinstance(result, StoreBusy) for result in results)
    assert time.monotonic() - began < 4
    assert await store.inbox.next_ready() is None
    other.execute("ROLLBACK")
    other.close()
    assert (await store.inbox.accept([says()], START))[0].fresh
    await store.close()


async def test_work_that_could_not_be_written_is_at_hand_when_the_lock_is_gone(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.inbox.accept([says(cuts=True)], START)
    works = await store.inbox.claim(START, 10)
    other = sqlite_library.connect(str(sqlite_path(tmp_path)))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await store.inbox.commit([turn_of(work) for work in works], START)
    await store.inbox.release(works, START)
    other.execute("ROLLBACK")
    other.close()
    (work,) = await store.inbox.claim(START, 10)
    assert work.rows[0].attempts == 0
    assert await store.inbox.commit([turn_of(work)], START) == [Outcome.COMMITTED]
    await store.close()


async def test_a_second_process_is_kept_out(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    with pytest.raises(DataLocked) as refused:
        await opened(tmp_path)
    assert refused.value.folder == tmp_path
    assert refused.value.holder == str(os.getpid())
    await store.close()
    await (await opened(tmp_path)).close()


def test_the_lock_goes_with_the_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from storage.sqlite.folder_lock import FolderLock\n"
        "lock = FolderLock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    assert child.stdout.readline() == "held\n"
    with pytest.raises(DataLocked):
        FolderLock(tmp_path)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    FolderLock(tmp_path).release()


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA wal_checkpoint",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA mmap_size = 1000000",
        "INSERT INTO counter (name, value) VALUES ('x', 1)",
    ],
)
async def test_a_reader_can_neither_write_nor_checkpoint(tmp_path: Path, statement: str) -> None:
    store = await opened(tmp_path)
    reader = sqlite_library.connect(str(sqlite_path(tmp_path)), read_only=True)
    with pytest.raises(sqlite_library.DatabaseError):
        reader.execute(statement).fetchall()
    reader.close()
    await store.close()


async def test_the_file_is_kept_as_promised(tmp_path: Path) -> None:
    made = Made()
    store = await opened(tmp_path, made)
    for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("mmap_size", 0), ("foreign_keys", 1)):
        assert made.transactions.connection.execute(f"PRAGMA {pragma}").fetchone()[0] == value
    await store.close()
    assert not sqlite_path(tmp_path).with_name("zabota.db-wal").exists()


@pytest.mark.parametrize(
    ("version", "fixed"),
    [("3.40.1", False), ("3.44.5", False), ("3.44.6", True), ("3.50.7", True), ("3.51.2", False), ("3.53.4", True)],
)
def test_versions_with_the_log_bug_are_known(version: str, fixed: bool) -> None:
    assert sqlite_library.has_wal_reset_fix(version) is fixed


async def test_a_clean_stop_leaves_no_suspects_but_a_death_does(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.inbox.accept([says(peer=peer, cuts=True) for peer in "abc"], START)
    await store.close()
    store = await opened(tmp_path)
    works = await store.inbox.claim(START, 10)
    assert [len(works), {work.rows[0].attempts for work in works}] == [3, {0}]
    await _die(store)
    store = await opened(tmp_path)
    (alone,) = await store.inbox.claim(START, 10)
    assert alone.rows[0].attempts == 1
    await store.inbox.commit([turn_of(alone)], START)
    await store.close()


async def test_a_row_that_kills_the_process_is_put_aside_in_the_end(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.inbox.accept([says("deadly", cuts=True)], START)
    handed_out = 0
    for _ in range(10):
        (work,) = await store.inbox.claim(START, 10)
        if work.spent:
            break
        handed_out += 1
        await _die(store)
        store = await opened(tmp_path)
    assert handed_out == 5
    assert await store.inbox.fail(work, "no attempt came to an end", START)
    assert await store.inbox.claim(START, 10) == []
    await store.inbox.accept([says("after", cuts=True)], START)
    (work,) = await store.inbox.claim(START, 10)
    assert [row.message.text for row in work.rows] == ["after"]
    await store.close()


async def test_a_line_in_flight_at_a_death_is_unknown_at_once(tmp_path: Path) -> None:
    from tests.storage.world import send

    store = await opened(tmp_path)
    await store.inbox.accept([says(cuts=True, channel="telegram")], START)
    (work,) = await store.inbox.claim(START, 10)
    await store.inbox.commit([turn_of(work, send("hi"))], START)
    assert len(await store.outbox.claim_send("telegram", START, 10)) == 1
    await _die(store)
    store = await opened(tmp_path)
    (event,) = [event for event in await store.desk.events(0, 100) if event.kind == "unknown"]
    assert event.conversation_id == work.conversation.id
    await store.close()


async def _die(store: Store) -> None:
    """As near to a death as one process can: the connections end without the mark of a clean stop."""
    await store.database.close()
