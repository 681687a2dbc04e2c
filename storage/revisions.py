"""The revision store: every document that people edit, every version of it, and which one is in force."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from dialog.errors import Conflict
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros, moment
from storage.rules_stamp import rules_changed
from storage.sql import Row, Script, Sql

BUILT_IN = "zabota"
"""The author of documents that ship with the product."""

_HEADS = Sql(
    """SELECT r.kind, r.key, r.revision, r.sha, r.author, r.note, r.body, r.created_at FROM head h JOIN revision r
    ON r.kind = h.kind AND r.key = h.key AND r.revision = h.revision ORDER BY r.kind, r.key"""
)
_ALL_OF = Sql("""SELECT r.kind, r.key, r.revision, r.sha, r.author, r.note, r.body, r.created_at FROM revision r WHERE
    r.kind = $1 ORDER BY r.key, r.revision""")
_HISTORY = Sql("""SELECT r.kind, r.key, r.revision, r.sha, r.author, r.note, r.body, r.created_at FROM revision r WHERE
    r.kind = $1 AND r.key = $2 ORDER BY r.revision DESC""")
_LOCK_HEAD = Sql("SELECT revision, offered FROM head WHERE kind = $1 AND key = $2 /*pg FOR UPDATE*/")
_NEWEST = Sql("SELECT revision, sha, author FROM revision WHERE kind = $1 AND key = $2 ORDER BY revision DESC LIMIT 1")
_SHA = Sql("SELECT revision FROM revision WHERE kind = $1 AND key = $2 AND sha = $3 LIMIT 1")
_AUTHOR = Sql("SELECT author FROM revision WHERE kind = $1 AND key = $2 AND revision = $3")
_STORE = Sql(
    """INSERT INTO revision (kind, key, revision, sha, author, note, body, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
)
_ADD_HEAD = Sql("INSERT INTO head (kind, key, revision) VALUES ($1, $2, $3) ON CONFLICT (kind, key) DO NOTHING")
_SET_HEAD = Sql("UPDATE head SET revision = $3, offered = NULL WHERE kind = $1 AND key = $2")
_OFFER = Sql("UPDATE head SET offered = $3 WHERE kind = $1 AND key = $2")
_STAMP = Sql("SELECT value FROM counter WHERE name = 'rules'")
_LOCK_STAMP = Sql("SELECT value FROM counter WHERE name = 'rules' /*pg FOR UPDATE*/")
_ANY = Sql("SELECT count(*) FROM head")


class StaleRules(Conflict):
    """What a publication was checked with has changed meanwhile: check it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One immutable version of a document. ``sha`` is of the canonical JSON of ``body``."""

    kind: str
    key: str
    revision: int
    sha: str
    author: str
    note: str
    body: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document to be published. ``base``: the revision it was made from (0: a new document)."""

    kind: str
    key: str
    body: Mapping[str, Any] | None
    """None takes the document out of use; its revisions stay."""
    base: int = 0


class Revisions:
    """Publishing is atomic: all drafts of one call take effect together, or none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def empty(self) -> bool:
        """True when nothing was ever published."""

        def script() -> Script[bool]:
            return bool((yield _ANY, ())[0][0] == 0)

        return await self._database.read(script)

    async def heads(self) -> Sequence[Revision]:
        """The revision in force of every document."""

        def script() -> Script[list[Revision]]:
            return [_revision(row) for row in (yield _HEADS, ())]

        return await self._database.read(script)

    async def all_of(self, kind: str) -> Sequence[Revision]:
        """Every revision of every document of a kind."""

        def script() -> Script[list[Revision]]:
            return [_revision(row) for row in (yield _ALL_OF, (kind,))]

        return await self._database.read(script)

    async def history(self, kind: str, key: str) -> Sequence[Revision]:
        """All versions of one document, newest first."""

        def script() -> Script[list[Revision]]:
            return [_revision(row) for row in (yield _HISTORY, (kind, key))]

        return await self._database.read(script)

    async def stamp(self) -> str:
        """Changes whenever a head or a setting changes."""

        def script() -> Script[str]:
            rows = yield _STAMP, ()
            return str(rows[0][0]) if rows else "0"

        return await self._database.read(script)

    async def publish(
        self, drafts: Sequence[Draft], author: str, note: str, now: datetime, *, stamp: str | None = None
    ) -> Sequence[int]:
        """Put drafts in force; the revision of each, 0 for one that was taken out of use.

        Raises Conflict when somebody published one of them since its base: nothing changes.

        ``stamp``: that of the rules with which the drafts were checked; raises StaleRules, a Conflict, when any other
        document or setting has changed since.
        """
        at = micros(now)

        def script(changes: Changes) -> Script[list[int]]:
            numbers: list[int] = []
            for draft in drafts:
                number = yield from _publish(draft, author, note, at)
                numbers.append(number)
            held = yield _LOCK_STAMP, ()
            if stamp is not None and stamp != (str(held[0][0]) if held else "0"):
                raise StaleRules(f"the rules have changed since {stamp}")
            yield from rules_changed(changes)
            return numbers

        return await self._database.write(script)

    async def seed(self, documents: Mapping[tuple[str, str], Mapping[str, Any]], now: datetime) -> None:
        """Bring the built-in documents of this version in.

        New ones are published; an untouched built-in is replaced by its new version; over an edited one the new
        version is only offered, never put.
        """
        at = micros(now)

        def script(changes: Changes) -> Script[None]:
            brought = 0
            for (kind, key), body in sorted(documents.items()):
                brought += yield from _seed(kind, key, body, at)
            if brought:
                yield from rules_changed(changes)

        await self._database.write(script)


def _publish(draft: Draft, author: str, note: str, now: int) -> Script[int]:
    head = yield _LOCK_HEAD, (draft.kind, draft.key)
    current = (head[0][0] or 0) if head else 0
    if current != draft.base:
        raise Conflict(f"{draft.kind} {draft.key}: revision {current} was published meanwhile")
    if draft.body is None:
        yield _SET_HEAD, (draft.kind, draft.key, None)
        return 0
    newest = yield _NEWEST, (draft.kind, draft.key)
    number = newest[0][0] + 1 if newest else 1
    text, sha = _kept(draft.body)
    yield _STORE, (draft.kind, draft.key, number, sha, author, note, text, now)
    if not head:
        yield _ADD_HEAD, (draft.kind, draft.key, number)
    yield _SET_HEAD, (draft.kind, draft.key, number)
    return int(number)


def _seed(kind: str, key: str, body: Mapping[str, Any], now: int) -> Script[bool]:
    text, sha = _kept(body)
    if (yield _SHA, (kind, key, sha)):
        return False
    head = yield _LOCK_HEAD, (kind, key)
    newest = yield _NEWEST, (kind, key)
    number = newest[0][0] + 1 if newest else 1
    yield _STORE, (kind, key, number, sha, BUILT_IN, "", text, now)
    if not head:
        yield _ADD_HEAD, (kind, key, number)
        return True
    current = head[0][0]
    author = (yield _AUTHOR, (kind, key, current)) if current is not None else ()
    edited = not author or author[0][0] != BUILT_IN
    yield (_OFFER if edited else _SET_HEAD), (kind, key, number)
    return True


def _kept(body: Mapping[str, Any]) -> tuple[str, str]:
    """The document as it is kept (the order of its keys is somebody's choice) and the hash of its sorted form."""
    plain = dict(body)
    ordered = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    return orjson.dumps(plain).decode(), hashlib.sha256(ordered).hexdigest()


def _revision(row: Row) -> Revision:
    return Revision(
        kind=row[0],
        key=row[1],
        revision=row[2],
        sha=row[3],
        author=row[4],
        note=row[5],
        body=orjson.loads(row[6]),
        created_at=moment(row[7]),
    )
