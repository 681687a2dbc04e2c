"""Clients' photos: bytes in files under random names, facts about them in the database."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

from channels.media_store import Media, MediaFull
from dialog.clock import Clock, Dice
from storage.changes import Changes
from storage.database import Database
from storage.moments import micros
from storage.sql import Script, Sql

_USED = Sql("SELECT coalesce(sum(size), 0) FROM media WHERE owner = $1")
_USED_BY_ALL = Sql("SELECT coalesce(sum(size), 0) FROM media")
_ADD = Sql("INSERT INTO media (id, owner, mime, size, sha, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
_FIND = Sql("SELECT mime FROM media WHERE id = $1")

OWNER_BYTES = 64 << 20
ALL_BYTES = 4 << 30


class MediaFiles:
    """The media port over a folder. A file is durable before its row: a row never names a missing file."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        clock: Clock,
        dice: Dice,
        *,
        owner_bytes: int = OWNER_BYTES,
        all_bytes: int = ALL_BYTES,
    ) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._dice = dice
        self._owner_bytes = owner_bytes
        self._all_bytes = all_bytes

    def set_quotas(self, *, owner_bytes: int, all_bytes: int) -> None:
        """What one owner may keep, and what all may keep together, from now on."""
        self._owner_bytes, self._all_bytes = owner_bytes, all_bytes

    async def put(self, owner: str, media: Media) -> str:
        """Store and return the media id. Raises MediaFull, StoreBusy."""
        media_id = self._dice.public_id()
        size, sha = len(media.content), hashlib.sha256(media.content).hexdigest()
        await asyncio.to_thread(_write, self._path(media_id), media.content)
        row = (media_id, owner, media.content_type, size, sha, micros(self._clock.now()))

        def script(changes: Changes) -> Script[bool]:
            used = (yield _USED, (owner,))[0][0]
            used_by_all = (yield _USED_BY_ALL, ())[0][0]
            if used + size > self._owner_bytes or used_by_all + size > self._all_bytes:
                return False
            yield _ADD, row
            return True

        kept = False
        try:
            kept = await self._database.write(script)
        finally:
            if not kept:
                await asyncio.to_thread(self._path(media_id).unlink, missing_ok=True)
        if not kept:
            raise MediaFull(owner)
        return media_id

    async def get(self, media_id: str) -> Media | None:
        """The file, or None for an unknown id and for a file that somebody took away."""

        def script() -> Script[str | None]:
            rows = yield _FIND, (media_id,)
            return str(rows[0][0]) if rows else None

        mime = await self._database.read(script)
        if mime is None:
            return None
        try:
            return Media(content=await asyncio.to_thread(self._path(media_id).read_bytes), content_type=mime)
        except FileNotFoundError:
            return None

    def _path(self, media_id: str) -> Path:
        # The id is ours, never the sender's, and is looked up in the database before it becomes a path.
        return self._folder / media_id[:2] / media_id


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
