"""Settings that were changed in the product, as JSON values by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import orjson

from storage.changes import Changes
from storage.database import Database
from storage.moments import micros
from storage.rules_stamp import rules_changed
from storage.sql import Script, Sql

_ALL = Sql("SELECT name, value FROM setting")
_PUT = Sql(
    """INSERT INTO setting (name, value, author, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO UPDATE
    SET value = excluded.value, author = excluded.author, updated_at = excluded.updated_at"""
)


class SettingRows:
    """What the registry of settings reads and writes. Values are checked by the registry, not here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, object]:
        """Every stored value."""

        def script() -> Script[dict[str, object]]:
            return {name: orjson.loads(value) for name, value in (yield _ALL, ())}

        return await self._database.read(script)

    async def put(self, name: str, value: object, author: str, now: datetime) -> None:
        """Store a value; every process hears of it."""
        text = orjson.dumps(value).decode()

        def script(changes: Changes) -> Script[None]:
            yield _PUT, (name, text, author, micros(now))
            yield from rules_changed(changes)

        await self._database.write(script)
