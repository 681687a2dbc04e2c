"""Clients' files that are still at the messenger: fetched later, by a loop, and never while an event is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channels.heard import FileRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FileJob:
    """One file to fetch. ``attempts``: how often that failed."""

    id: int
    file: FileRef
    attempts: int


class FileJobs(Protocol):
    """Where files wait to be fetched."""

    async def add(self, files: Sequence[FileRef], now: datetime) -> None:
        """Fetch them; one that is known is not fetched again."""
        ...

    async def waiting(self, channels: Sequence[str], now: datetime, most: int) -> Sequence[FileJob]:
        """Those that are due, the oldest first."""
        ...

    async def fetched(self, job: FileJob, media_id: str, now: datetime) -> None:
        """The file is stored: the client's line in the transcript shows it, and screens hear of it."""
        ...

    async def failed(self, job: FileJob, error: str, retry_at: datetime | None) -> None:
        """Try again at ``retry_at``; None: there is no such file, or it has been tried often enough."""
        ...
