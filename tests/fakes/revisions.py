"""The revision store in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dialog.errors import Conflict
from storage.revisions import BUILT_IN, Draft, Revision, StaleRules
from tests.fakes.moments import NOON

Key = tuple[str, str]


class MemoryRevisions:
    """Implements bots.answer_studio.RevisionDesk."""

    def __init__(self, documents: Mapping[Key, Mapping[str, Any]]) -> None:
        self._kept: dict[Key, list[Revision]] = {}
        self._heads: dict[Key, int] = {}
        self._stamp = 0
        for key, body in documents.items():
            self._put(key, body, BUILT_IN, "", NOON)

    def _put(self, key: Key, body: Mapping[str, Any], author: str, note: str, now: datetime) -> int:
        versions = self._kept.setdefault(key, [])
        number = len(versions) + 1
        versions.append(
            Revision(
                kind=key[0], key=key[1], revision=number, sha="", author=author, note=note, body=body, created_at=now
            )
        )
        self._heads[key] = number
        return number

    async def heads(self) -> Sequence[Revision]:
        """See Revisions."""
        return [self._kept[key][number - 1] for key, number in sorted(self._heads.items())]

    async def history(self, kind: str, key: str) -> Sequence[Revision]:
        """See Revisions."""
        return list(reversed(self._kept.get((kind, key), [])))

    async def stamp(self) -> str:
        """See Revisions."""
        return str(self._stamp)

    def touch(self) -> None:
        """Something else of the rules has changed."""
        self._stamp += 1

    async def publish(
        self, drafts: Sequence[Draft], author: str, note: str, now: datetime, *, stamp: str | None = None
    ) -> Sequence[int]:
        """See Revisions."""
        for draft in drafts:
            if self._heads.get((draft.kind, draft.key), 0) != draft.base:
                raise Conflict(draft.key)
        if stamp is not None and stamp != str(self._stamp):
            raise StaleRules(stamp)
        self._stamp += 1
        return [self._published(draft, author, note, now) for draft in drafts]

    def _published(self, draft: Draft, author: str, note: str, now: datetime) -> int:
        if draft.body is None:
            del self._heads[draft.kind, draft.key]
            return 0
        return self._put((draft.kind, draft.key), draft.body, author, note, now)
