"""Cuts the power at any moment of a run and looks for what had been promised.

./run harness power [--cuts N] [--seeded-bug normal-sync]

A run of the product on a disk that keeps a diary; then, for each cut, the files as they may have been left are
written out and opened with the product's own SQLite library.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from types import ModuleType

from benchmarks.demo_rulebook import demo_rulebook
from benchmarks.one_process import OneProcess
from benchmarks.options import command_line, seed_of
from benchmarks.report import Report, say
from benchmarks.traffic import Traffic, quiet
from benchmarks.unsynced_disk import ApswConnection, Diary, DiaryVfs, Platters, Promised, Synced
from dialog.message import InboundMessage
from storage.invariants import INVARIANTS
from storage.open_store import sqlite_path
from storage.restoring import DATABASE_NAME
from storage.sqlite import readers, writer
from storage.sqlite_library import Connection, DatabaseError, connect
from storage.store_settings import StoreSettings

SETTINGS = StoreSettings(burst_wait=0.005, burst_most=0.02)
PEERS = tuple(f"c{number}" for number in range(8))
CUTS_A_RUN = 400
MESSAGES = 120
NEEDS_STORED_FLOWS = frozenset({"flow_missing"})
SMALL_LOG = {"PRAGMA wal_autocheckpoint = 1000": "PRAGMA wal_autocheckpoint = 40"}
"""Checkpoints after 160 KB, so that a short run has many."""
WITHOUT_SYNC = {"PRAGMA synchronous = FULL": "PRAGMA synchronous = NORMAL"}


def main() -> int:
    """The command."""
    parser = command_line("Cut the power and look for what was promised.", ("normal-sync",))
    parser.add_argument("--cuts", type=int, default=None, help="default 5000; 300 with --quick")
    asked = parser.parse_args()
    report = Report("harness power", seed_of(asked.seed))
    left = asked.cuts or (300 if asked.quick else 5000)
    rewritten = SMALL_LOG | (WITHOUT_SYNC if asked.seeded_bug else {})
    number = 0
    while left > 0 and not report.violations:
        cuts = min(left, CUTS_A_RUN)
        _one_run(report, report.seed + number, cuts, rewritten)
        number, left = number + 1, left - cuts
    return report.finish(as_json=asked.json)


def _one_run(report: Report, seed: int, cuts: int, rewritten: dict[str, str]) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="zabota-power-") as folder:
        _migrate_in_a_process_of_its_own(folder)
        diary = Diary()
        before = {sqlite_path(Path(folder)).name: sqlite_path(Path(folder)).read_bytes()}
        asyncio.run(_record(folder, diary, seed, rewritten))
    recorded = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="zabota-power-", dir=_memory()) as folder:
        _cut(report, Path(folder), diary, before, random.Random(seed), cuts)
    report.count("runs")
    report.count("checkpoints", sum(entry == Synced(DATABASE_NAME) for entry in diary.entries))
    cutting = time.monotonic() - recorded
    say(f"seed {seed}: {len(diary.entries)} entries in {recorded - started:.1f} s, {cuts} cuts in {cutting:.1f} s")


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _migrate_in_a_process_of_its_own(folder: str) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(_migrate(folder))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise RuntimeError("the database could not be made")


async def _migrate(folder: str) -> None:
    async with OneProcess(folder, demo_rulebook(), SETTINGS):
        pass


async def _record(folder: str, diary: Diary, seed: int, rewritten: dict[str, str]) -> None:
    vfs = DiaryVfs(f"diary-{seed}", diary)
    open_on_diary = partial(_open, vfs=f"diary-{seed}", rewritten=rewritten)
    with _Swapped(writer, open_on_diary), _Swapped(readers, open_on_diary):
        process = OneProcess(folder, demo_rulebook(), SETTINGS, migrated=True)
        async with process:
            traffic = Traffic(process.store.inbox, process.clock, PEERS, seed, heard=partial(_promise, diary))
            await traffic.flow(400.0, asyncio.Event(), together=6, most=MESSAGES)
            await quiet(process.store, 30)
    vfs.unregister()


def _promise(diary: Diary, message: InboundMessage) -> None:
    diary.add(Promised((message.event_key,)))


def _open(path: str, *, vfs: str, rewritten: dict[str, str], read_only: bool = False, timeout: float = 2.0) -> object:
    del read_only, timeout
    return ApswConnection(path, vfs, rewritten)


class _Swapped:
    """Another way to open files for one module of the store."""

    def __init__(self, module: ModuleType, other: object) -> None:
        self._module = module
        self._other = other

    def __enter__(self) -> None:
        self._own = self._module.connect
        self._module.connect = self._other  # type: ignore[attr-defined]

    def __exit__(self, *_: object) -> None:
        self._module.connect = self._own  # type: ignore[attr-defined]


def _cut(
    report: Report, folder: Path, diary: Diary, before: dict[str, bytes], chance: random.Random, cuts: int
) -> None:
    platters = Platters()
    for name, content in before.items():
        platters.durable[name] = bytearray(content)
    moments = sorted(chance.randrange(len(diary.entries)) for _ in range(cuts))
    place = 0
    for moment in moments:
        while place <= moment:
            platters.see(diary.entries[place])
            place += 1
        for name, content in platters.after_a_cut(chance).items():
            if not name.endswith("-shm"):
                (folder / name).write_bytes(content)
        _examine(report, folder, platters.promised)
        report.count("power cuts")
        for left in folder.iterdir():
            left.unlink()


def _examine(report: Report, folder: Path, promised: list[str]) -> None:
    try:
        connection = connect(str(sqlite_path(folder)))
    except DatabaseError as error:
        report.violation(f"does not open: {error}")
        return
    try:
        _look(report, connection, promised)
    except DatabaseError as error:
        report.violation(f"corrupt: {error}")
    finally:
        connection.close()


def _look(report: Report, connection: Connection, promised: list[str]) -> None:
    found = connection.execute("PRAGMA integrity_check").fetchall()
    report.must(found == [("ok",)], f"corrupt: {found[:1]}")
    kept = {row[0] for row in connection.execute("SELECT event_key FROM inbox")}
    lost = set(promised) - kept
    report.must(not lost, f"promised and lost: {len(lost)} of {len(promised)}")
    report.count("promises looked for", len(promised))
    for rule, sql in INVARIANTS.items():
        if rule not in NEEDS_STORED_FLOWS:
            values = (0,) if "$1" in sql.postgres else ()
            broken = connection.execute(sql.sqlite, values).fetchall()
            report.must(not broken, f"invariant {rule}: {broken[:3]}")


if __name__ == "__main__":
    sys.exit(main())
