"""What was written down about conversations, and finding them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson

from dialog.ids import ConversationId, UserId
from handoff.desk import QueueItem
from handoff.notebook import DeskNote, Found, GivenWord, MoodPoint, OtherTalk, Page
from storage.database import Database
from storage.desk_reading import ITEMS, item_of
from storage.documents import line_of
from storage.moments import micros, moment, moment_or_none
from storage.sql import Row, Script, Sql

_NOTES = Sql(
    """SELECT n.id, n.user_id, u.name, n.body, n.mentions, n.created_at FROM desk_note n
    JOIN user_account u ON u.id = n.user_id WHERE n.conversation_id = $1 ORDER BY n.id LIMIT $2"""
)
_TAGS = Sql("SELECT tag FROM desk_tag WHERE conversation_id = $1 ORDER BY tag")
_ALL_TAGS = Sql("SELECT tag, count(*) AS used FROM desk_tag GROUP BY tag ORDER BY used DESC, tag LIMIT $1")
_WORDS = Sql(
    """SELECT w.id, u.name, w.body, w.due_at, w.kept_at FROM given_word w JOIN user_account u ON u.id = w.user_id
    WHERE w.conversation_id = $1 AND (w.kept_at IS NULL OR w.kept_at > $2) ORDER BY w.due_at, w.id"""
)
_MOOD = Sql("SELECT body, created_at FROM turn WHERE conversation_id = $1 ORDER BY number DESC LIMIT $2")
_OTHERS = Sql(
    """SELECT o.public_id, o.channel, o.last_at FROM conversation c JOIN conversation o
    ON o.person_id = c.person_id AND o.id <> c.id WHERE c.id = $1 ORDER BY o.last_at DESC LIMIT $2"""
)
_SNOOZED = Sql(
    """SELECT CASE WHEN coalesce(last_client_at, 0) <= snoozed_at THEN snoozed_until END FROM conversation
    WHERE id = $1"""
)
_UNANSWERED = Sql(
    ITEMS
    + """WHERE c.unanswered_since IS NOT NULL AND c.message_seq > 0
    ORDER BY c.unanswered_since, c.id LIMIT $1"""
)
# Every case of a word is asked for by itself (SQLite folds Latin letters only); a letter that is typed in two ways
# is any letter. Only the shown text is looked at, never the JSON around it.
_SEARCH = Sql(
    """SELECT m.conversation_id, m.seq, m.body, m.created_at FROM message m
    WHERE (json_extract(m.body, '$.text') LIKE $1 OR json_extract(m.body, '$.text') LIKE $2
    OR json_extract(m.body, '$.text') LIKE $3) AND ($4 = 0 OR EXISTS (SELECT 1 FROM conversation c
    WHERE c.id = m.conversation_id AND (c.owner_kind = 'waiting' OR c.owner_id = $4 OR EXISTS (SELECT 1 FROM handoff h
    WHERE h.conversation_id = c.id AND h.claimed_by = $4))))
    ORDER BY m.created_at DESC LIMIT $5""",
    postgres="""SELECT m.conversation_id, m.seq, m.body, m.created_at FROM message m
    WHERE (m.body::json ->> 'text' LIKE $1 OR m.body::json ->> 'text' LIKE $2 OR m.body::json ->> 'text' LIKE $3)
    AND ($4::bigint = 0 OR EXISTS (SELECT 1 FROM conversation c
    WHERE c.id = m.conversation_id AND (c.owner_kind = 'waiting' OR c.owner_id = $4 OR EXISTS (SELECT 1 FROM handoff h
    WHERE h.conversation_id = c.id AND h.claimed_by = $4))))
    ORDER BY m.created_at DESC LIMIT $5""",
)
_BY_NAME = Sql(
    """SELECT c.id FROM conversation c JOIN person p ON p.id = c.person_id
    WHERE (p.name LIKE $1 OR p.name LIKE $2 OR p.name LIKE $3) AND ($4 = 0 OR c.owner_kind = 'waiting'
    OR c.owner_id = $4 OR EXISTS (SELECT 1 FROM handoff h WHERE h.conversation_id = c.id AND h.claimed_by = $4))
    ORDER BY c.last_at DESC LIMIT $5""",
    postgres="""SELECT c.id FROM conversation c JOIN person p ON p.id = c.person_id
    WHERE (p.name LIKE $1 OR p.name LIKE $2 OR p.name LIKE $3) AND ($4::bigint = 0 OR c.owner_kind = 'waiting'
    OR c.owner_id = $4 OR EXISTS (SELECT 1 FROM handoff h WHERE h.conversation_id = c.id AND h.claimed_by = $4))
    ORDER BY c.last_at DESC LIMIT $5""",
)
_BY_IDS = Sql(ITEMS + "WHERE c.id IN @1")

MOST_NOTES = 200
MOST_MOOD = 60
MOST_TAGS = 40
MOST_OTHERS = 5
_LINES_EACH = 8
"""So many lines are looked at for each conversation that is wanted: one that says it often must not fill the page."""
_KEPT_SHOWN = timedelta(days=1)
_ANY_LETTER = str.maketrans(dict.fromkeys((0x451, 0x435, 0x401, 0x415), "_"))
"""The letter IO and the letter IE, small and capital: people write the one for the other."""


class NotebookReading:
    """The reading half of the notebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, conversation_id: ConversationId, now: datetime) -> Page:
        """All there is of one conversation, seen at one moment."""
        since = micros(now - _KEPT_SHOWN)

        def script() -> Script[Page]:
            notes = yield _NOTES, (conversation_id, MOST_NOTES)
            tags = yield _TAGS, (conversation_id,)
            words = yield _WORDS, (conversation_id, since)
            turns = yield _MOOD, (conversation_id, MOST_MOOD)
            others = yield _OTHERS, (conversation_id, MOST_OTHERS)
            snoozed = yield _SNOOZED, (conversation_id,)
            return Page(
                notes=tuple(_note(row) for row in notes),
                tags=tuple(row[0] for row in tags),
                words=tuple(_word(row) for row in words),
                mood=tuple(point for row in reversed(turns) if (point := _mood(row)) is not None),
                others=tuple(OtherTalk(public_id=row[0], channel=row[1], last_at=moment(row[2])) for row in others),
                snoozed_until=moment_or_none(snoozed[0][0]) if snoozed else None,
            )

        return await self._database.read(script)

    async def tags(self) -> Sequence[str]:
        """The most used first."""
        return [row[0] for row in await self._database.read(lambda: _rows(_ALL_TAGS, MOST_TAGS))]

    async def unanswered(self, most: int) -> Sequence[QueueItem]:
        """Longest waiting first."""
        return [item_of(row) for row in await self._database.read(lambda: _rows(_UNANSWERED, most))]

    async def search(self, words: str, most: int, *, only_of: UserId | None) -> Sequence[Found]:
        """By name first, then by what was said, one line a conversation."""
        patterns = like_patterns(words)
        mine = only_of or 0

        def script() -> Script[list[Found]]:
            lines: dict[int, tuple[int, str, int]] = {}
            for row in (yield _BY_NAME, (*patterns, mine, most)):
                lines[row[0]] = (0, "", 0)
            for conversation_id, seq, body, at in (yield _SEARCH, (*patterns, mine, most * _LINES_EACH)):
                if len(lines) >= most and conversation_id not in lines:
                    break
                if not lines.get(conversation_id, (0,))[0]:
                    lines[conversation_id] = (seq, line_of(body).text, at)
            items = {item.conversation_id: item for item in map(item_of, (yield _BY_IDS, (list(lines),)))}
            return [_found(items[ConversationId(number)], *line) for number, line in lines.items() if number in items]

        return await self._database.read(script)


def like_patterns(words: str) -> tuple[str, str, str]:
    """LIKE patterns for ``words`` in the cases that people type: small, as the first word of a line, shouted."""
    plain = " ".join(words.split()).replace("%", " ").replace("_", " ").lower()
    cases = (plain, plain[:1].upper() + plain[1:], plain.upper())
    small, first, shouted = (f"%{case.translate(_ANY_LETTER)}%" for case in cases)
    return small, first, shouted


def _rows(sql: Sql, *values: object) -> Script[Sequence[Row]]:
    return (yield sql, values)


def _note(row: Row) -> DeskNote:
    mentions = tuple(orjson.loads(row[4]))
    return DeskNote(
        id=row[0], author_id=row[1], author_name=row[2], text=row[3], mentions=mentions, created_at=moment(row[5])
    )


def _word(row: Row) -> GivenWord:
    return GivenWord(id=row[0], author_name=row[1], text=row[2], due_at=moment(row[3]), kept_at=moment_or_none(row[4]))


def _mood(row: Row) -> MoodPoint | None:
    """How the client's message sounded; a turn without one has no mood."""
    detection = orjson.loads(row[0]).get("record", {}).get("detection", {})
    if not detection.get("text"):
        return None
    mood = detection.get("mood", {})
    return MoodPoint(at=moment(row[1]), score=float(mood.get("score", 0.0)), label=str(mood.get("label", "neutral")))


def _found(item: QueueItem, seq: int, text: str, at: int) -> Found:
    return Found(item=item, seq=seq, text=text, at=moment(at) if at else item.last_at)
