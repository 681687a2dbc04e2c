"""People who are known before they write: whoever comes by a signed link is the one it names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dialog.ids import ConversationId, PersonId
from dialog.joining import Joining
from dialog.message import Address
from storage.accepting import lock_addresses
from storage.changes import Changes
from storage.database import Database
from storage.joining import code_holds, joined, keep_code, part
from storage.moments import micros
from storage.seat import where_of
from storage.sql import Script, Sql, Values

_FIND = Sql("SELECT person_id FROM address WHERE channel = $1 AND account = $2 AND peer = $3")
_PERSON = Sql("INSERT INTO person (name, phone_claimed, language, created_at) VALUES ($1, $2, $3, $4) RETURNING id")
_ADDRESS = Sql("INSERT INTO address (person_id, channel, account, peer, created_at) VALUES ($1, $2, $3, $4, $5)")
_VERIFY = Sql(
    """INSERT INTO verification (person_id, address_id, kind, value, verified_at)
    SELECT $1, a.id, $2, $3, $4 FROM address a WHERE a.channel = $5 AND a.account = $6 AND a.peer = $7"""
)


_SHUT = Sql(
    "UPDATE address SET blocked_at = $4 WHERE channel = $1 AND account = $2 AND peer = $3 AND blocked_at IS NULL"
)
_IS_SHUT = Sql("SELECT id FROM address WHERE channel = $1 AND account = $2 AND peer = $3 AND blocked_at IS NOT NULL")
_OPEN = Sql("UPDATE address SET blocked_at = NULL WHERE id IN @1")
_MOVE_ADDRESS = Sql("UPDATE address SET peer = $4 WHERE channel = $1 AND account = $2 AND peer = $3")
_MOVE_CONVERSATION = Sql("UPDATE conversation SET peer = $4 WHERE channel = $1 AND account = $2 AND peer = $3")
_IS_PROVED = Sql(
    """SELECT 1 FROM verification v JOIN address a ON a.id = v.address_id
    WHERE a.channel = $1 AND a.account = $2 AND a.peer = $3 AND v.kind = 'phone' AND v.value = $4"""
)
_PROVE = Sql(
    """INSERT INTO verification (person_id, address_id, kind, value, verified_at)
    SELECT a.person_id, a.id, 'phone', $4, $5 FROM address a
    WHERE a.channel = $1 AND a.account = $2 AND a.peer = $3 AND NOT EXISTS (SELECT 1 FROM verification v
    WHERE v.address_id = a.id AND v.kind = 'phone' AND v.value = $4)"""
)


class People:
    """Persons and what is proved of them. Beside the signed links it is the messengers' channels.clients.Clients."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def introduce(self, address: Address, *, name: str, phone: str, language: str, now: datetime) -> PersonId:
        """Make the person behind ``address`` known, the phone verified by a signed link. A repeat does nothing."""
        at = micros(now)
        where = (address.channel, address.account, address.peer)

        def script(changes: Changes) -> Script[PersonId]:
            if not changes.alone:
                yield from lock_addresses([address])
            known = yield _FIND, where
            if known:
                return PersonId(known[0][0])
            person = (yield _PERSON, (name, phone, language, at))[0][0]
            yield _ADDRESS, (person, *where, at)
            if phone:
                yield _VERIFY, (person, "phone", phone, at, *where)
            return PersonId(person)

        return await self._database.write(script)

    async def shut(self, address: Address, now: datetime) -> None:
        """See Clients."""

        def script(changes: Changes) -> Script[None]:
            yield _SHUT, (*where_of(address), micros(now))

        await self._database.write(script)

    async def open(self, addresses: Sequence[Address]) -> None:
        """See Clients."""
        keys: list[Values] = [where_of(address) for address in dict.fromkeys(addresses)]
        if not keys:
            return

        def look() -> Script[list[int]]:
            return [row[0] for row in (yield _IS_SHUT, keys)]

        shut = await self._database.read(look)

        def script(changes: Changes) -> Script[None]:
            yield _OPEN, (shut,)

        if shut:
            await self._database.write(script)

    async def moved(self, address: Address, to: Address) -> None:
        """See Clients."""
        where = (*where_of(address), to.peer)

        def script(changes: Changes) -> Script[None]:
            if not changes.alone:
                yield from lock_addresses([address, to])
            if not (yield _FIND, where_of(to)):
                yield _MOVE_ADDRESS, where
                yield _MOVE_CONVERSATION, where

        if (address.channel, address.account) != (to.channel, to.account):
            raise ValueError("a client moves within one account")
        await self._database.write(script)

    async def proved(self, address: Address, phone: str, now: datetime) -> None:
        """See Clients. Some messengers prove it with every message: what is proved already costs no write."""

        def look() -> Script[bool]:
            return bool((yield _IS_PROVED, (*where_of(address), phone)))

        if await self._database.read(look):
            return

        def script(changes: Changes) -> Script[None]:
            if not changes.alone:
                yield from lock_addresses([address])
            yield _PROVE, (*where_of(address), phone, micros(now))

        await self._database.write(script)

    async def holds(self, code: str, conversation: ConversationId, now: datetime) -> bool:
        """See dialog.joining.LinkCodes."""
        return await self._database.read(lambda: code_holds(code, conversation, micros(now)))

    async def make_code(self, code: str, address: Address, expires_at: datetime, now: datetime) -> bool:
        """Remember a link code of whoever is behind ``address``; False when nobody is there yet."""
        return await self._database.write(
            lambda changes: keep_code(changes, code, address, micros(expires_at), micros(now))
        )

    async def unjoin(self, joining_id: int, user_id: int | None, now: datetime) -> bool:
        """Take back one joining: the address is the person's again who had it before. False when that was done."""
        return await self._database.write(lambda changes: part(changes, joining_id, user_id, micros(now)))

    async def joinings(self, address: Address) -> Sequence[Joining]:
        """Every joining of the person behind ``address`` that still holds, the newest first."""
        return await self._database.read(lambda: joined(address))
