"""Second factors in the database: each code counts once, however many come with it at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dialog.ids import UserId
from handoff.second_factor import Factor
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros, moment_or_none
from storage.sql import Script, Sql

_OF = Sql(
    """SELECT sealed, confirmed_at, (SELECT count(*) FROM recovery_code c WHERE c.user_id = f.user_id)
    FROM second_factor f WHERE f.user_id = $1"""
)
_HAVING = Sql("SELECT user_id FROM second_factor WHERE confirmed_at IS NOT NULL")
_BEGIN = Sql(
    """INSERT INTO second_factor (user_id, sealed) VALUES ($1, $2)
    ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed WHERE second_factor.confirmed_at IS NULL
    RETURNING user_id"""
)
_CONFIRM = Sql(
    """UPDATE second_factor SET confirmed_at = $4, last_step = $3
    WHERE user_id = $1 AND sealed = $2 AND confirmed_at IS NULL RETURNING user_id"""
)
_STEP = Sql(
    """UPDATE second_factor SET last_step = $2 WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2
    RETURNING user_id"""
)
_ADD_CODE = Sql("INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)")
_USE_CODE = Sql("DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2 RETURNING user_id")
_DROP_CODES = Sql("DELETE FROM recovery_code WHERE user_id = $1")
_DROP = Sql("DELETE FROM second_factor WHERE user_id = $1 RETURNING user_id")


class StoredSecondFactors:
    """See handoff.second_factor.SecondFactors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user: UserId) -> Factor | None:
        """See SecondFactors."""

        def script() -> Script[Factor | None]:
            rows = yield _OF, (user,)
            return Factor(sealed=rows[0][0], since=moment_or_none(rows[0][1]), codes_left=rows[0][2]) if rows else None

        return await self._database.read(script)

    async def having(self) -> Sequence[UserId]:
        """See SecondFactors."""

        def script() -> Script[list[UserId]]:
            return [UserId(row[0]) for row in (yield _HAVING, ())]

        return await self._database.read(script)

    async def begin(self, user: UserId, sealed: str) -> bool:
        """See SecondFactors."""
        return await self._did(_BEGIN, user, sealed)

    async def confirm(self, user: UserId, sealed: str, step: int, codes: Sequence[str], now: datetime) -> bool:
        """See SecondFactors."""

        def script(changes: Changes) -> Script[bool]:
            if not (yield _CONFIRM, (user, sealed, step, micros(now))):
                return False
            yield _DROP_CODES, (user,)
            yield _ADD_CODE, [(user, code) for code in codes]
            return True

        return await self._database.write(script)

    async def use_step(self, user: UserId, step: int) -> bool:
        """See SecondFactors."""
        return await self._did(_STEP, user, step)

    async def use_code(self, user: UserId, code_hash: str) -> bool:
        """See SecondFactors."""
        return await self._did(_USE_CODE, user, code_hash)

    async def end(self, user: UserId) -> bool:
        """See SecondFactors."""

        def script(changes: Changes) -> Script[bool]:
            yield _DROP_CODES, (user,)
            return bool((yield _DROP, (user,)))

        return await self._database.write(script)

    async def _did(self, sql: Sql, *values: object) -> bool:
        def script(changes: Changes) -> Script[bool]:
            return bool((yield sql, values))

        return await self._database.write(script)
