"""The salon's answers behind the console: checked with the whole salon, published, in force at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from booking.salon_documents import KINDS, salon_from_documents
from booking.words import Words
from console.studio import InForce, Overtaken, Version
from dialog.errors import Conflict
from dialog.missed import Missed, MissedQuestions
from storage.revisions import Draft, Revision, StaleRules

ANSWER = "answer"
_ATTEMPTS = 5


class RevisionDesk(Protocol):
    """What is needed of storage.revisions.Revisions."""

    async def heads(self) -> Sequence[Revision]: ...
    async def history(self, kind: str, key: str) -> Sequence[Revision]: ...
    async def stamp(self) -> str: ...
    async def publish(
        self, drafts: Sequence[Draft], author: str, note: str, now: datetime, *, stamp: str | None = None
    ) -> Sequence[int]: ...


class AnswerStudio:
    """See console.studio.Studio. ``given`` counts answers since a moment; ``published`` makes this process take up the
    new rules at once."""

    def __init__(
        self,
        revisions: RevisionDesk,
        given: Callable[[datetime], Awaitable[Mapping[str, int]]],
        missed: MissedQuestions,
        published: Callable[[], Awaitable[None]],
    ) -> None:
        self._revisions = revisions
        self._given = given
        self._missed = missed
        self._published = published

    async def in_force(self) -> InForce:
        """See Studio."""
        heads = await self._revisions.heads()
        return InForce(
            salon=salon_from_documents(_documents(heads)),
            revisions={head.key: head.revision for head in heads if head.kind == ANSWER},
            flows=[(head.key, _title(head)) for head in heads if head.kind == "flow"],
        )

    async def history(self, key: str) -> Sequence[Version]:
        """See Studio."""
        return [
            Version(revision=one.revision, author=one.author, note=one.note, at=one.created_at, body=one.body)
            for one in await self._revisions.history(ANSWER, key)
        ]

    async def publish(
        self, key: str, body: Mapping[str, object] | None, base: int, author: str, note: str, now: datetime
    ) -> int:
        """See Studio. What is checked and what is put in force are the same rules: when others change, once more."""
        draft = Draft(kind=ANSWER, key=key, body=body, base=base)
        for _ in range(_ATTEMPTS):
            stamp = await self._revisions.stamp()
            documents = _documents(await self._revisions.heads())
            documents.pop((ANSWER, key), None)
            if body is not None:
                documents[ANSWER, key] = body
            salon_from_documents(documents)
            try:
                (revision,) = await self._revisions.publish([draft], author, note, now, stamp=stamp)
            except StaleRules:
                continue
            except Conflict as error:
                raise Overtaken(key) from error
            await self._published()
            return revision
        raise Overtaken(key)

    async def hits(self, since: datetime) -> Mapping[str, int]:
        """See Studio."""
        return await self._given(since)

    async def missed(self, since: datetime) -> Sequence[Missed]:
        """See Studio."""
        return await self._missed.since(since)


def _documents(heads: Sequence[Revision]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(head.kind, head.key): head.body for head in heads if head.kind in KINDS}


def _title(head: Revision) -> Words:
    title = head.body["flow"]["title"]
    return Words(ru=title["ru"], en=title.get("en"))
