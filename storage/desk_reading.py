"""What a manager sees: boxes of conversations, what's new, the screens' event stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from channels.rendering.capabilities import WINDOWS
from dialog.ids import ConversationId, UserId
from handoff.desk import NewsItem, QueueItem, ScreenEvent
from storage.database import Database
from storage.moments import HOUR, moment, moment_or_none
from storage.sql import Row, Script, Sql

ITEMS = """SELECT c.id, c.public_id, c.channel, p.name, c.owner_kind, c.owner_id, u.name, c.label, c.priority,
    h.reason, h.triggers, h.answers, h.promised_at, c.unanswered_since, c.last_text, c.last_at, c.message_seq, c.epoch,
    h.level, h.meant_for, l.name,
    CASE WHEN coalesce(c.last_client_at, 0) <= c.snoozed_at THEN c.snoozed_until END, c.last_client_at
    FROM conversation c JOIN person p ON p.id = c.person_id
    LEFT JOIN user_account u ON u.id = c.owner_id
    LEFT JOIN handoff h ON h.conversation_id = c.id AND h.status IN ('open', 'claimed')
    LEFT JOIN user_account l ON l.id = h.left_by """
# SQLite uses a partial index only when the query repeats its condition word for word: hence "<> 'bot'".
_WAITING = Sql(
    ITEMS
    + """
    WHERE c.owner_kind = 'waiting' AND c.owner_kind <> 'bot'
    ORDER BY c.priority, coalesce(c.unanswered_since, c.last_at), c.id LIMIT $1"""
)
_MINE = Sql(
    ITEMS
    + """
    WHERE c.owner_kind = 'human' AND c.owner_kind <> 'bot' AND c.owner_id = $2
    ORDER BY c.unanswered_since IS NULL, coalesce(c.unanswered_since, -c.last_at), c.id LIMIT $1"""
)
_BOT = Sql(
    ITEMS
    + """
    WHERE c.owner_kind = 'bot' ORDER BY c.last_at DESC, c.id DESC LIMIT $1"""
)
_CLOSED = Sql(
    """SELECT c.id, c.public_id, c.channel, p.name, c.owner_kind, c.owner_id, u.name, c.label, c.priority, '',
    '[]', '{}', NULL, c.unanswered_since, c.last_text, c.last_at, c.message_seq, c.epoch,
    0, NULL, '', NULL, c.last_client_at
    FROM handoff h JOIN conversation c ON c.id = h.conversation_id JOIN person p ON p.id = c.person_id
    LEFT JOIN user_account u ON u.id = c.owner_id
    WHERE h.closed_at IS NOT NULL AND c.owner_kind = 'bot'
    AND NOT EXISTS (SELECT 1 FROM handoff n WHERE n.conversation_id = h.conversation_id AND n.id > h.id)
    ORDER BY h.closed_at DESC LIMIT $1"""
)
_ALL = Sql(
    ITEMS
    + """
    ORDER BY c.last_at DESC, c.id DESC LIMIT $1"""
)
_ITEM = Sql(
    ITEMS
    + """
    WHERE c.public_id = $1"""
)
_COUNTS = Sql(
    """SELECT (SELECT count(*) FROM conversation WHERE owner_kind = 'waiting' AND owner_kind <> 'bot'),
    (SELECT count(*) FROM conversation WHERE owner_kind = 'human' AND owner_kind <> 'bot' AND owner_id = $1),
    (SELECT count(*) FROM (SELECT 1 FROM conversation WHERE owner_kind = 'bot' LIMIT $2) b),
    (SELECT count(*) FROM (SELECT 1 FROM handoff h CROSS JOIN conversation c
    WHERE h.closed_at IS NOT NULL AND c.id = h.conversation_id AND c.owner_kind = 'bot'
    AND NOT EXISTS (SELECT 1 FROM handoff n WHERE n.conversation_id = h.conversation_id AND n.id > h.id) LIMIT $2) d),
    (SELECT count(*) FROM (SELECT 1 FROM conversation LIMIT $2) a)"""
)
_EVENTS = Sql("SELECT seq, kind, conversation_id, body, created_at FROM event WHERE seq > $1 ORDER BY seq LIMIT $2")
_LAST_EVENT = Sql("SELECT value FROM counter WHERE name = 'event'")
_NEWS = Sql(
    """SELECT n.id, n.kind, n.conversation_id, coalesce(c.public_id, ''), n.body, n.created_at,
    coalesce(c.owner_kind, ''), c.owner_id, coalesce(p.name, ''), coalesce(c.last_text, ''), c.last_at FROM news n
    LEFT JOIN conversation c ON c.id = n.conversation_id LEFT JOIN person p ON p.id = c.person_id
    WHERE n.id > $1 ORDER BY n.id DESC LIMIT $2"""
)

BOXES = {"waiting": _WAITING, "mine": _MINE, "bot": _BOT, "closed": _CLOSED, "all": _ALL}
MOST_COUNTED = 1000


class DeskReading:
    """The reading half of the desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queue(self, box: Sql, user: UserId, most: int) -> Sequence[QueueItem]:
        """The conversations of one of BOXES."""
        values: tuple[object, ...] = (most, user) if box is _MINE else (most,)
        return [item_of(row) for row in await self._database.read(lambda: _rows(box, *values))]

    async def counts(self, user: UserId) -> Mapping[str, int]:
        """How many are in each box; ``bot``, ``closed`` and ``all`` are counted up to MOST_COUNTED."""
        row = (await self._database.read(lambda: _rows(_COUNTS, user, MOST_COUNTED)))[0]
        return dict(zip(("waiting", "mine", "bot", "closed", "all"), row, strict=True))

    async def item(self, public_id: str) -> QueueItem | None:
        """One conversation."""
        rows = await self._database.read(lambda: _rows(_ITEM, public_id))
        return item_of(rows[0]) if rows else None

    async def events(self, after: int, most: int) -> Sequence[ScreenEvent]:
        """The stream above ``after``."""
        return [_event(row) for row in await self._database.read(lambda: _rows(_EVENTS, after, most))]

    async def last_event(self) -> int:
        """The counter itself: right also when old events were thrown away."""
        return int((await self._database.read(lambda: _rows(_LAST_EVENT)))[0][0])

    async def news(self, after: int, most: int) -> Sequence[NewsItem]:
        """Newest first."""
        return [_news(row) for row in await self._database.read(lambda: _rows(_NEWS, after, most))]


def _rows(sql: Sql, *values: object) -> Script[Sequence[Row]]:
    return (yield sql, values)


def item_of(row: Row) -> QueueItem:
    """A conversation from a row that begins with the columns of ITEMS."""
    return QueueItem(
        conversation_id=ConversationId(row[0]),
        public_id=row[1],
        channel=row[2],
        client_name=row[3],
        owner=row[4],
        owner_id=row[5],
        owner_name=row[6] or "",
        label=row[7],
        priority=row[8],
        reason=row[9] or "",
        triggers=tuple(orjson.loads(row[10] or "[]")),
        answers=orjson.loads(row[11] or "{}"),
        promised_at=moment_or_none(row[12]),
        waiting_since=moment_or_none(row[13]),
        last_text=row[14],
        last_at=moment(row[15]),
        last_seq=row[16],
        epoch=row[17],
        level=row[18] or 0,
        meant_for=row[19],
        left_by=row[20] or "",
        snoozed_until=moment_or_none(row[21]),
        window_hours=WINDOWS.get(row[2], 0),
        window_until=moment((row[22] or 0) + WINDOWS[row[2]] * HOUR) if row[2] in WINDOWS else None,
    )


def _event(row: Row) -> ScreenEvent:
    return ScreenEvent(
        seq=row[0],
        kind=row[1],
        conversation_id=None if row[2] is None else ConversationId(row[2]),
        body=orjson.loads(row[3]),
        created_at=moment(row[4]),
    )


def _news(row: Row) -> NewsItem:
    return NewsItem(
        id=row[0],
        kind=row[1],
        conversation_id=None if row[2] is None else ConversationId(row[2]),
        public_id=row[3],
        body=orjson.loads(row[4]),
        created_at=moment(row[5]),
        owner=row[6],
        owner_id=row[7],
        client_name=row[8],
        last_text=row[9],
        last_at=moment_or_none(row[10]),
    )
