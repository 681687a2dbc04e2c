"""What is known of a client, for the card beside the conversation."""

from __future__ import annotations

from datetime import datetime

from handoff.client_card import ClientCard
from storage.changes import Changes
from storage.database import Database
from storage.joining import joined_to, part
from storage.moments import micros, moment
from storage.sql import Script, Sql

_CARD = Sql(
    """SELECT p.name, p.phone_claimed, c.channel, c.language, p.created_at,
    (SELECT v.value FROM verification v WHERE v.person_id = p.id AND v.kind = 'phone' ORDER BY v.id DESC LIMIT 1), p.id
    FROM conversation c JOIN person p ON p.id = c.person_id WHERE c.public_id = $1"""
)
_PERSON = Sql("SELECT person_id FROM conversation WHERE public_id = $1")


class StoredCards:
    """The cards port on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def card(self, public_id: str) -> ClientCard | None:
        """The client of a conversation, by the conversation's public id."""

        def script() -> Script[ClientCard | None]:
            rows = yield _CARD, (public_id,)
            if not rows:
                return None
            name, claimed, channel, language, first_at, verified, person = rows[0]
            return ClientCard(
                name=name,
                phone=verified or claimed,
                phone_verified=bool(verified),
                channel=channel,
                language=language,
                first_at=moment(first_at),
                joined=(yield from joined_to(person)),
            )

        return await self._database.read(script)

    async def part(self, public_id: str, joining_id: int, user_id: int, now: datetime) -> bool:
        """See Cards."""

        def script(changes: Changes) -> Script[bool]:
            rows = yield _PERSON, (public_id,)
            known = [one.id for one in (yield from joined_to(rows[0][0]))] if rows else []
            return joining_id in known and (yield from part(changes, joining_id, user_id, micros(now)))

        return await self._database.write(script)
