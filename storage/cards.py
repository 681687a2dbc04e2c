"""What is known of a client, for the card beside the conversation."""

from __future__ import annotations

from handoff.client_card import ClientCard
from storage.database import Database
from storage.moments import moment
from storage.sql import Script, Sql

_CARD = Sql(
    """SELECT p.name, p.phone_claimed, c.channel, c.language, p.created_at,
    (SELECT v.value FROM verification v WHERE v.person_id = p.id AND v.kind = 'phone' ORDER BY v.id DESC LIMIT 1)
    FROM conversation c JOIN person p ON p.id = c.person_id WHERE c.public_id = $1"""
)


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
            name, claimed, channel, language, first_at, verified = rows[0]
            return ClientCard(
                name=name,
                phone=verified or claimed,
                phone_verified=bool(verified),
                channel=channel,
                language=language,
                first_at=moment(first_at),
            )

        return await self._database.read(script)
