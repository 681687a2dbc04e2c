"""The store's Transcript: committed rows only, straight from the message table."""

from __future__ import annotations

from collections.abc import Sequence

from dialog.ids import ConversationId
from dialog.message import Address
from dialog.transcript import ConversationHead, ShownMessage
from storage.database import Database
from storage.documents import line_of
from storage.moments import moment
from storage.sql import Row, Script, Sql

_HEAD = Sql(
    """SELECT id, owner_kind, language, message_seq FROM conversation
    WHERE channel = $1 AND account = $2 AND peer = $3"""
)
_AFTER = Sql(
    """SELECT m.seq, m.author, u.name, m.kind, m.body, m.event_key, m.turn_id, m.created_at FROM message m
    LEFT JOIN user_account u ON u.id = m.author_id
    WHERE m.conversation_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3"""
)
_BEFORE = Sql(
    """SELECT m.seq, m.author, u.name, m.kind, m.body, m.event_key, m.turn_id, m.created_at FROM message m
    LEFT JOIN user_account u ON u.id = m.author_id
    WHERE m.conversation_id = $1 AND m.seq < $2 ORDER BY m.seq DESC LIMIT $3"""
)


class StoredTranscript:
    """See dialog.transcript.Transcript."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def head(self, address: Address) -> ConversationHead | None:
        """See Transcript."""
        rows = await self._database.read(lambda: _rows(_HEAD, address.channel, address.account, address.peer))
        if not rows:
            return None
        conversation_id, owner, language, last = rows[0]
        return ConversationHead(id=ConversationId(conversation_id), owner=owner, language=language, last_seq=last)

    async def after(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        """See Transcript."""
        rows = await self._database.read(lambda: _rows(_AFTER, conversation_id, seq, most))
        return [_shown(row) for row in rows]

    async def before(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        """See Transcript."""
        rows = await self._database.read(lambda: _rows(_BEFORE, conversation_id, seq, most))
        return [_shown(row) for row in reversed(rows)]


def _rows(sql: Sql, *values: object) -> Script[Sequence[Row]]:
    return (yield sql, values)


def _shown(row: Row) -> ShownMessage:
    seq, author, name, kind, body, event_key, turn_id, created_at = row
    line = line_of(body)
    return ShownMessage(
        seq=seq,
        author=author,
        author_name=name or "",
        kind=kind,
        text=line.text,
        choices=line.choices,
        media_id=line.media_id,
        event_key=event_key or "",
        turn_id=turn_id,
        created_at=moment(created_at),
        files=line.media,
    )
