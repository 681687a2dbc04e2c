"""Every constant statement of the store is understood by both databases."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import asyncpg
import pytest

import storage
from storage import sqlite_library
from storage.open_store import sqlite_path
from storage.sql import Sql
from tests.storage.conftest import World


def statements() -> list[tuple[str, Sql]]:
    found: list[tuple[str, Sql]] = []
    for module in pkgutil.walk_packages(storage.__path__, "storage."):
        if ".migrations" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            parts = value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else [value]
            found += [(f"{module.name}.{name}", part) for part in parts if isinstance(part, Sql)]
    return found


async def test_both_databases_can_prepare_every_statement(world: World) -> None:
    assert len(statements()) > 100
    if world.url:
        connection = await asyncpg.connect(world.url)
        for name, sql in statements():
            try:
                await connection.prepare(sql.postgres)
            except asyncpg.PostgresError as error:
                pytest.fail(f"{name}: {error}")
        await connection.close()
        return
    reader = sqlite_library.connect(str(sqlite_path(world.folder)), read_only=True)
    for name, sql in statements():
        if "pg_" in sql.sqlite or "unnest" in sql.sqlite:
            continue
        parameters = {int(number) for number in re.findall(r"\?(\d+)", sql.sqlite)}
        try:
            reader.execute(f"EXPLAIN {sql.sqlite}", ("[]",) * max(parameters, default=0))
        except sqlite_library.Error as error:
            pytest.fail(f"{name}: {error}")
    reader.close()


HOT = (
    "accepting",
    "alerts",
    "carrying_out",
    "changes",
    "claiming",
    "committing",
    "desk",
    "desk_reading",
    "failing",
    "gate",
    "handoffs",
    "inbox",
    "outbox",
    "seat",
    "sending",
    "settling",
    "showing",
    "sweeping",
    "timers",
    "transcript",
)
_BY_RECENCY = "USING INDEX ix_conversation_last_at"
_SMALL = {"json_each", "CONSTANT", "busy", "a", "b", "d", "p", "o"}


def test_nothing_on_the_way_of_a_message_reads_a_whole_table(migrated_file: Path) -> None:
    """A million conversations cost as much as ten: every table is entered by an index."""
    reader = sqlite_library.connect(str(migrated_file), read_only=True)
    looked_at = 0
    for name, sql in statements():
        if name.split(".")[1] not in HOT or "pg_" in sql.sqlite or "unnest" in sql.sqlite:
            continue
        parameters = max((int(number) for number in re.findall(r"\?(\d+)", sql.sqlite)), default=0)
        plan = [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {sql.sqlite}", ("[]",) * parameters)]
        scans = [step for step in plan if step.startswith("SCAN") and step.split()[1] not in _SMALL]
        looked_at += 1
        if name.endswith(("_ALL", "_BOT", "BOXES")):
            assert [step for step in scans if _BY_RECENCY not in step] == [], name
        elif name.endswith("_COUNTS"):
            # Counted up to a thousand, and the hand-overs that were ever closed.
            assert all("LIMIT" in sql.sqlite for _ in scans), name
        else:
            assert scans == [], name
    reader.close()
    assert looked_at > 50


def test_one_text_becomes_two() -> None:
    sql = Sql("SELECT a FROM t WHERE b = $1 AND c IN @2 AND d IN @text3 /*pg FOR UPDATE*/ /*lite LIMIT 1*/")
    assert sql.sqlite == (
        "SELECT a FROM t WHERE b = ?1 AND c IN (SELECT value FROM json_each(?2)) "
        "AND d IN (SELECT value FROM json_each(?3))  LIMIT 1"
    )
    assert sql.postgres.split("  ")[0].strip() == (
        "SELECT a FROM t WHERE b = $1 AND c = ANY($2::bigint[]) AND d = ANY($3::text[]) FOR UPDATE"
    )
    assert sql.lists == {1, 2}
    assert sql.returns
    assert not Sql("UPDATE t SET a = $1").returns
    assert Sql("INSERT INTO t (a) VALUES ($1) RETURNING id").returns
