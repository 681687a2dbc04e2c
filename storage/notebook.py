"""Notes, labels, given words and putting off, in the database. Reading is NotebookReading's part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from dialog.bus import EVENTS
from dialog.ids import ConversationId, UserId
from dialog.message import SYSTEM_ACCOUNT
from handoff.desk import QueueItem
from handoff.notebook import Found, Page
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros
from storage.notebook_reading import NotebookReading
from storage.seat import take_seat
from storage.sql import Script, Sql, Step

_NOTE = Sql("INSERT INTO desk_note (conversation_id, user_id, body, mentions, created_at) VALUES ($1, $2, $3, $4, $5)")
_TAG = Sql(
    """INSERT INTO desk_tag (conversation_id, tag, user_id, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (conversation_id, tag) DO NOTHING"""
)
_UNTAG = Sql("DELETE FROM desk_tag WHERE conversation_id = $1 AND tag = $2")
# A promise is as old as the reply that gave it: a repeat of the reply is no newer, and changes nothing.
_WORD = Sql(
    """INSERT INTO given_word (conversation_id, user_id, body, due_at, created_at) VALUES ($1, $2, $3, $4, coalesce(
    (SELECT received_at FROM inbox WHERE channel = $6 AND account = $6 AND event_key = $7), $5))
    ON CONFLICT (conversation_id, body) DO UPDATE SET user_id = excluded.user_id, due_at = excluded.due_at,
    created_at = excluded.created_at, kept_at = NULL WHERE given_word.created_at < excluded.created_at"""
)
_KEPT = Sql(
    "UPDATE given_word SET kept_at = $3 WHERE conversation_id = $1 AND id = $2 AND kept_at IS NULL RETURNING id"
)
_SNOOZE = Sql("UPDATE conversation SET snoozed_at = $2, snoozed_until = $3 WHERE id = $1")
_WAKE = Sql(
    """INSERT INTO timer (conversation_id, subject_kind, subject_id, kind, due_at, body)
    VALUES ($1, 'conversation', $1, 'snooze', $2, '{}') ON CONFLICT (subject_kind, subject_id, kind) DO UPDATE
    SET revision = timer.revision + 1, due_at = excluded.due_at, status = 'set'"""
)
_SLEEP_ON = Sql(
    """UPDATE timer SET status = 'cancelled', revision = revision + 1
    WHERE subject_kind = 'conversation' AND subject_id = $1 AND kind = 'snooze' AND status = 'set'"""
)


class StoredNotebook:
    """See handoff.notebook.Notebook."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = NotebookReading(database)

    async def page(self, conversation_id: ConversationId, now: datetime) -> Page:
        """See Notebook."""
        return await self._reading.page(conversation_id, now)

    async def tags(self) -> Sequence[str]:
        """See Notebook."""
        return await self._reading.tags()

    async def search(self, words: str, most: int, *, only_of: UserId | None) -> Sequence[Found]:
        """See Notebook."""
        return await self._reading.search(words, most, only_of=only_of)

    async def unanswered(self, most: int) -> Sequence[QueueItem]:
        """See Notebook."""
        return await self._reading.unanswered(most)

    async def note(
        self, conversation_id: ConversationId, user: UserId, text: str, mentions: Sequence[UserId], now: datetime
    ) -> None:
        """See Notebook."""
        called = orjson.dumps(list(mentions)).decode()
        step = (_NOTE, (conversation_id, user, text, called, micros(now)))
        await self._change(conversation_id, "noted", now, step, author=user, mentions=list(mentions))

    async def tag(self, conversation_id: ConversationId, user: UserId, tag: str, on: bool, now: datetime) -> None:
        """See Notebook."""
        step = (_TAG, (conversation_id, tag, user, micros(now))) if on else (_UNTAG, (conversation_id, tag))
        await self._change(conversation_id, "tagged", now, step)

    async def give_word(
        self,
        conversation_id: ConversationId,
        user: UserId,
        text: str,
        due_at: datetime,
        now: datetime,
        client_id: str,
    ) -> None:
        """See Notebook."""
        key = f"reply:{client_id}"
        step = (_WORD, (conversation_id, user, text, micros(due_at), micros(now), SYSTEM_ACCOUNT, key))
        await self._change(conversation_id, "word_given", now, step)

    async def keep_word(self, conversation_id: ConversationId, word_id: int, now: datetime) -> bool:
        """See Notebook."""
        return await self._change(conversation_id, "word_kept", now, (_KEPT, (conversation_id, word_id, micros(now))))

    async def snooze(self, conversation_id: ConversationId, until: datetime | None, now: datetime) -> None:
        """See Notebook."""
        at, end = (micros(now), micros(until)) if until else (None, None)
        timer = (_WAKE, (conversation_id, end)) if until else (_SLEEP_ON, (conversation_id,))
        await self._change(conversation_id, "snoozed", now, (_SNOOZE, (conversation_id, at, end)), timer)

    async def _change(
        self, conversation_id: ConversationId, kind: str, now: datetime, *steps: Step, **more: object
    ) -> bool:
        """One transaction and its event; whether the last statement that returns rows returned any."""
        at = micros(now)

        def script(changes: Changes) -> Script[bool]:
            seat = yield from take_seat(conversation_id)
            done = True
            for statement, values in steps:
                rows = yield statement, values
                done = bool(rows) or not statement.returns
            changes.event(kind, seat.id, at, epoch=seat.epoch, body=seat.summary(**more))
            changes.wake(EVENTS)
            return done

        return await self._database.write(script)
