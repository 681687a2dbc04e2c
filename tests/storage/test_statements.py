"""Every constant statement of the store is understood by both databases."""

from __future__ import annotations

import importlib
import pkgutil
import re

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


def test_one_text_becomes_two() -> None:
    sql = Sql("SELECT a FROM t WHERE b = $1 AND c IN @2 AND d IN @text3 /*pg FOR UPDATE*/")
    assert sql.sqlite == (
        "SELECT a FROM t WHERE b = ?1 AND c IN (SELECT value FROM json_each(?2)) "
        "AND d IN (SELECT value FROM json_each(?3)) "
    )
    assert sql.postgres == "SELECT a FROM t WHERE b = $1 AND c = ANY($2::bigint[]) AND d = ANY($3::text[]) FOR UPDATE"
    assert sql.lists == {1, 2}
    assert sql.returns
    assert not Sql("UPDATE t SET a = $1").returns
    assert Sql("INSERT INTO t (a) VALUES ($1) RETURNING id").returns
