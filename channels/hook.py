"""A messenger's event as it came: stored before anybody reads it, so that nothing can be lost in reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """``key`` is the messenger's own name for it: a second one of the same account is a repeat. ``body`` is text."""

    channel: str
    account: str
    key: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A stored event that waits to be read. ``attempts``: how often that failed."""

    id: int
    event: RawEvent
    attempts: int
    received_at: datetime


class Hooks(Protocol):
    """Where events wait. Reading one twice does no harm: what comes of it has keys of its own."""

    async def store(self, events: Sequence[RawEvent], now: datetime) -> int:
        """Keep what is new of ``events``, durably; the database itself refuses a known key. Returns how many."""
        ...

    async def waiting(self, channels: Sequence[str], now: datetime, most: int) -> Sequence[Hook]:
        """The oldest that wait, in the order in which they came."""
        ...

    async def done(self, ids: Sequence[int]) -> None:
        """They were read and all that came of them is stored."""
        ...

    async def failed(self, hook: Hook, error: str, now: datetime) -> bool:
        """Count a failure: read again later. True when it was put aside, for a person to look at."""
        ...

    async def early(self, hook: Hook, now: datetime) -> bool:
        """What it tells of is not settled yet: read again soon, at no cost. True when it was put aside: nothing that is
        on its way now can be what it tells of."""
        ...

    async def forget(self, before: datetime) -> int:
        """Events that were read before ``before``. Returns how many went."""
        ...
