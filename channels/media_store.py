"""Where a client's photos go: the port that a store promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One stored file: ``content_type`` is found from the bytes, never taken from the sender."""

    content: bytes
    content_type: str


class MediaFull(Exception):
    """The quota of this owner, or of the salon, is used up: nothing was stored."""


class MediaStore(Protocol):
    """Keeps small files under random names."""

    async def put(self, owner: str, media: Media) -> str:
        """Store and return the media id (URL-safe). ``owner`` counts for the quota. Raises MediaFull, StoreBusy."""
        ...

    async def get(self, media_id: str) -> Media | None:
        """The file, or None for an unknown id."""
        ...
