"""A notebook in memory over the desk in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialog.ids import ConversationId, UserId
from handoff.desk import QueueItem
from handoff.notebook import DeskNote, Found, GivenWord, MoodPoint, OtherTalk, Page
from tests.fakes.desk import FakeDesk


@dataclass(slots=True)
class _Written:
    notes: list[DeskNote] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    words: list[GivenWord] = field(default_factory=list)
    mood: list[MoodPoint] = field(default_factory=list)
    others: list[OtherTalk] = field(default_factory=list)


class FakeNotebook:
    """Implements handoff.notebook.Notebook."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self._written: dict[ConversationId, _Written] = {}
        self._given: set[tuple[ConversationId, str]] = set()

    def written(self, number: ConversationId) -> _Written:
        """What tests may fill."""
        return self._written.setdefault(number, _Written())

    async def page(self, conversation_id: ConversationId, now: datetime) -> Page:
        one = self.written(conversation_id)
        return Page(
            notes=tuple(one.notes),
            tags=tuple(sorted(one.tags)),
            words=tuple(one.words),
            mood=tuple(one.mood),
            others=tuple(one.others),
            snoozed_until=None,
        )

    async def note(
        self, conversation_id: ConversationId, user: UserId, text: str, mentions: Sequence[UserId], now: datetime
    ) -> None:
        notes = self.written(conversation_id).notes
        name = self._desk.name_of(user)
        notes.append(
            DeskNote(
                id=len(notes) + 1,
                author_id=user,
                author_name=name,
                text=text,
                mentions=tuple(mentions),
                created_at=now,
            )
        )
        await self._desk.happen("noted", conversation_id, now, mentions=list(mentions))

    async def tag(self, conversation_id: ConversationId, user: UserId, tag: str, on: bool, now: datetime) -> None:
        tags = self.written(conversation_id).tags
        if on:
            tags.add(tag)
        else:
            tags.discard(tag)
        await self._desk.happen("tagged", conversation_id, now)

    async def tags(self) -> Sequence[str]:
        return sorted({tag for one in self._written.values() for tag in one.tags})

    async def give_word(
        self,
        conversation_id: ConversationId,
        user: UserId,
        text: str,
        due_at: datetime,
        now: datetime,
        client_id: str,
    ) -> None:
        words = self.written(conversation_id).words
        name = self._desk.name_of(user)
        if (conversation_id, client_id) in self._given:
            return
        self._given.add((conversation_id, client_id))
        words.append(GivenWord(id=len(words) + 1, author_name=name, text=text, due_at=due_at, kept_at=None))
        await self._desk.happen("word_given", conversation_id, now)

    async def keep_word(self, conversation_id: ConversationId, word_id: int, now: datetime) -> bool:
        words = self.written(conversation_id).words
        found = [index for index, word in enumerate(words) if word.id == word_id and word.kept_at is None]
        for index in found:
            words[index] = replace(words[index], kept_at=now)
        await self._desk.happen("word_kept", conversation_id, now)
        return bool(found)

    async def snooze(self, conversation_id: ConversationId, until: datetime | None, now: datetime) -> None:
        self._desk.change(conversation_id, snoozed_until=until)
        await self._desk.happen("snoozed", conversation_id, now)

    async def search(self, words: str, most: int, *, only_of: UserId | None) -> Sequence[Found]:
        found: list[Found] = []
        for item in await self._desk.queue("all", UserId(0), 1000):
            if only_of is not None and item.owner != "waiting" and item.owner_id != only_of:
                continue
            for line in await self._desk.before(item.conversation_id, item.last_seq + 1, 1000):
                if words.lower() in line.text.lower():
                    found.append(Found(item=item, seq=line.seq, text=line.text, at=line.created_at))
                    break
        return found[:most]

    async def unanswered(self, most: int) -> Sequence[QueueItem]:
        items = await self._desk.queue("all", UserId(0), 1000)
        waiting = [item for item in items if item.waiting_since is not None]
        return sorted(waiting, key=lambda item: item.waiting_since or item.last_at)[:most]
