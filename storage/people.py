"""People who are known before they write: whoever comes by a signed link is the one it names."""

from __future__ import annotations

from datetime import datetime

from dialog.ids import PersonId
from dialog.message import Address
from storage.accepting import lock_addresses
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros
from storage.sql import Script, Sql

_FIND = Sql("SELECT person_id FROM address WHERE channel = $1 AND account = $2 AND peer = $3")
_PERSON = Sql("INSERT INTO person (name, phone_claimed, language, created_at) VALUES ($1, $2, $3, $4) RETURNING id")
_ADDRESS = Sql("INSERT INTO address (person_id, channel, account, peer, created_at) VALUES ($1, $2, $3, $4, $5)")
_VERIFY = Sql(
    """INSERT INTO verification (person_id, address_id, kind, value, verified_at)
    SELECT $1, a.id, $2, $3, $4 FROM address a WHERE a.channel = $5 AND a.account = $6 AND a.peer = $7"""
)


class People:
    """Persons and what is proved of them."""

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
