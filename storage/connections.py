"""Accounts on messengers; their secrets are sealed before they come near the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import orjson

from channels.connection import Connection, Pulse
from dialog.bus import CONNECTIONS
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros, moment_or_none
from storage.sql import Row, Script, Sql

_ALL = Sql(
    """SELECT channel, account, path, title, settings, secrets, enabled, trouble, troubled_at, cursor
    FROM connection ORDER BY channel, account"""
)
_PUT = Sql(
    """INSERT INTO connection (channel, account, path, title, settings, secrets, enabled, trouble, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (channel, account) DO UPDATE SET path = excluded.path,
    title = excluded.title, settings = excluded.settings, secrets = excluded.secrets, enabled = excluded.enabled,
    trouble = excluded.trouble, troubled_at = NULL, changed_at = excluded.changed_at"""
)
_FORGET = Sql("DELETE FROM connection WHERE channel = $1 AND account = $2")
_TROUBLED = Sql(
    """UPDATE connection SET trouble = $3, troubled_at = $4
    WHERE channel = $1 AND account = $2 AND trouble <> $3 RETURNING id"""
)
_MOVE = Sql("UPDATE connection SET cursor = $3 WHERE channel = $1 AND account = $2 AND cursor < $3")
_HEARD = Sql("SELECT received_at FROM hook WHERE channel = $1 AND account = $2 ORDER BY id DESC LIMIT 1")
_SENT = Sql(
    "SELECT sent_at FROM outbox WHERE channel = $1 AND account = $2 AND sent_at IS NOT NULL ORDER BY id DESC LIMIT 1"
)
_ERROR = Sql(
    """SELECT t.reason, t.error, t.ended_at FROM attempt t JOIN outbox o ON o.id = t.outbox_id
    WHERE o.channel = $1 AND o.account = $2 AND t.reason <> '' ORDER BY t.id DESC LIMIT 1"""
)
_WAITING_IN = Sql("SELECT count(*), min(received_at) FROM hook WHERE channel = $1 AND account = $2 AND status = 'new'")
_WAITING_OUT = Sql(
    "SELECT count(*), min(created_at) FROM outbox WHERE channel = $1 AND account = $2 AND status IN ('new', 'inflight')"
)
LOST_KEY = "lost_key"
"""The trouble of an account whose secrets were sealed with a key that is not there any more."""


class Seal(Protocol):
    """Closes and opens small texts."""

    def close(self, text: str) -> str:
        """The text, readable by nobody without the key."""
        ...

    def open(self, sealed: str) -> str:
        """The text back. Raises ValueError when the key is another or the text was changed."""
        ...


class StoredConnections:
    """See channels.connection.Connections."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    async def all(self) -> Sequence[Connection]:
        """See Connections."""

        def script() -> Script[list[Connection]]:
            return [self._connection(row) for row in (yield _ALL, ())]

        return await self._database.read(script)

    async def put(self, connection: Connection, now: datetime) -> None:
        """See Connections."""
        row = (
            connection.channel,
            connection.account,
            connection.path,
            connection.title,
            orjson.dumps(dict(connection.settings)).decode(),
            self._seal.close(orjson.dumps(dict(connection.secrets)).decode()),
            int(connection.enabled),
            connection.trouble,
            micros(now),
        )

        def script(changes: Changes) -> Script[None]:
            yield _PUT, row
            changes.wake(CONNECTIONS)

        await self._database.write(script)

    async def forget(self, channel: str, account: str) -> None:
        """See Connections."""

        def script(changes: Changes) -> Script[None]:
            yield _FORGET, (channel, account)
            changes.wake(CONNECTIONS)

        await self._database.write(script)

    async def troubled(self, channel: str, account: str, trouble: str, now: datetime) -> None:
        """See Connections."""
        at = micros(now)

        def script(changes: Changes) -> Script[None]:
            if (yield _TROUBLED, (channel, account, trouble, at if trouble else None)):
                changes.wake(CONNECTIONS)

        await self._database.write(script)

    async def move(self, channel: str, account: str, cursor: int) -> None:
        """See Connections."""

        def script(changes: Changes) -> Script[None]:
            yield _MOVE, (channel, account, cursor)

        await self._database.write(script)

    async def pulse(self, channel: str, account: str) -> Pulse:
        """See Connections."""
        return await self._database.read(lambda: _pulse(channel, account))

    def _connection(self, row: Row) -> Connection:
        channel, account, path, title, settings, sealed, enabled, trouble, troubled_at, cursor = row
        try:
            secrets = orjson.loads(self._seal.open(sealed))
        except ValueError:
            secrets, trouble = {}, LOST_KEY
        return Connection(
            channel=channel,
            account=account,
            path=path,
            title=title,
            settings=orjson.loads(settings),
            secrets=secrets,
            enabled=bool(enabled),
            trouble=trouble,
            troubled_at=moment_or_none(troubled_at),
            cursor=cursor,
        )


def _pulse(channel: str, account: str) -> Script[Pulse]:
    where = (channel, account)
    heard = yield _HEARD, where
    sent = yield _SENT, where
    error = yield _ERROR, where
    coming, came = (yield _WAITING_IN, where)[0]
    going, made = (yield _WAITING_OUT, where)[0]
    since = min((moment for moment in (came, made) if moment is not None), default=None)
    return Pulse(
        heard_at=moment_or_none(heard[0][0]) if heard else None,
        sent_at=moment_or_none(sent[0][0]) if sent else None,
        error=f"{error[0][0]}: {error[0][1]}" if error else "",
        error_at=moment_or_none(error[0][2]) if error else None,
        waiting_in=coming,
        waiting_out=going,
        since=moment_or_none(since),
    )
