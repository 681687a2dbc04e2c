"""Whose chat with the managers' bot is whose, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dialog.ids import UserId
from handoff.pagers import CodeSpent, Pager
from storage.accounts import user_of
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros, moment
from storage.sql import Row, Script, Sql
from storage.unlinking import unlink

_NAME = Sql("SELECT name FROM pager_bot WHERE id = 1")
_INTRODUCE = Sql(
    """INSERT INTO pager_bot (id, name, listens_until) VALUES (1, $1, 0)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name"""
)
_LISTEN = Sql(
    """UPDATE pager_bot SET listener = $1, listens_until = $3
    WHERE id = 1 AND (listener = $1 OR listens_until < $2) RETURNING id"""
)
_CODE = Sql(
    """INSERT INTO pager_code (user_id, code_hash, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at"""
)
_SPEND = Sql("DELETE FROM pager_code WHERE code_hash = $1 RETURNING user_id, expires_at")
_HOLDER = Sql("SELECT user_id FROM pager WHERE chat = $1")
_LINK = Sql("INSERT INTO pager (user_id, chat, linked_at) VALUES ($1, $2, $3)")
_PAGER = """SELECT p.chat, p.on_shift, p.linked_at, u.id, u.name, u.login, u.role, u.password_hash, u.created_at,
    u.disabled_at FROM pager p JOIN user_account u ON u.id = p.user_id
    WHERE u.disabled_at IS NULL AND u.role <> 'master' """
_BY_CHAT = Sql(_PAGER + "AND p.chat = $1")
_BY_USER = Sql(_PAGER + "AND p.user_id = $1")
_ALL = Sql(_PAGER + "ORDER BY u.name, u.id")
_SHIFT = Sql("UPDATE pager SET on_shift = $2 WHERE user_id = $1")


class StoredPagers:
    """See handoff.pagers.Pagers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def name(self) -> str:
        """See Pagers."""

        def script() -> Script[str]:
            rows = yield _NAME, ()
            return str(rows[0][0]) if rows else ""

        return await self._database.read(script)

    async def introduce(self, name: str) -> None:
        """See Pagers."""

        def script(changes: Changes) -> Script[None]:
            yield _INTRODUCE, (name,)

        await self._database.write(script)

    async def listen(self, who: str, now: datetime, until: datetime) -> bool:
        """See Pagers."""

        def script(changes: Changes) -> Script[bool]:
            return bool((yield _LISTEN, (who, micros(now), micros(until))))

        return await self._database.write(script)

    async def make_code(self, user: UserId, code_hash: str, expires_at: datetime) -> None:
        """See Pagers."""

        def script(changes: Changes) -> Script[None]:
            yield _CODE, (user, code_hash, micros(expires_at))

        await self._database.write(script)

    async def link(self, code_hash: str, chat: int, now: datetime) -> Pager:
        """See Pagers."""

        def script(changes: Changes) -> Script[Pager | None]:
            spent = yield _SPEND, (code_hash,)
            if not spent or spent[0][1] <= micros(now):
                return None
            user = spent[0][0]
            for (holder,) in (yield _HOLDER, (chat,)):
                yield from unlink(holder)
            yield from unlink(user)
            yield _LINK, (user, chat, micros(now))
            rows = yield _BY_USER, (user,)
            return _pager(rows[0]) if rows else None

        linked = await self._database.write(script)
        if linked is None:
            raise CodeSpent
        return linked

    async def unlink(self, user: UserId) -> bool:
        """See Pagers."""
        return await self._database.write(lambda changes: unlink(user))

    async def by_chat(self, chat: int) -> Pager | None:
        """See Pagers."""

        def script() -> Script[Pager | None]:
            rows = yield _BY_CHAT, (chat,)
            return _pager(rows[0]) if rows else None

        return await self._database.read(script)

    async def all(self) -> Sequence[Pager]:
        """See Pagers."""

        def script() -> Script[list[Pager]]:
            return [_pager(row) for row in (yield _ALL, ())]

        return await self._database.read(script)

    async def shift(self, user: UserId, on: bool) -> None:
        """See Pagers."""

        def script(changes: Changes) -> Script[None]:
            yield _SHIFT, (user, int(on))

        await self._database.write(script)


def _pager(row: Row) -> Pager:
    return Pager(user=user_of(row[3:]), chat=row[0], on_shift=bool(row[1]), linked_at=moment(row[2]))
