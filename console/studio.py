"""What the console needs to let people edit the salon's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from booking.salon import Salon
from booking.words import Words
from dialog.errors import ZabotaError
from dialog.missed import Missed


class Overtaken(ZabotaError):
    """Somebody has published this answer since the version it was edited from; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One reading of what is published. ``revisions``: key of each answer -> its revision."""

    salon: Salon
    revisions: Mapping[str, int]
    flows: Sequence[tuple[str, Words]]
    """What a button may start: key and title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an answer, for ever as it was. ``author`` is a login, or what has brought it."""

    revision: int
    author: str
    note: str
    at: datetime
    body: Mapping[str, object]


class Studio(Protocol):
    """Reads and publishes answers. StoreBusy: nothing was changed."""

    async def in_force(self) -> InForce:
        """What is published now, by this process or another."""
        ...

    async def history(self, key: str) -> Sequence[Version]:
        """Every version of an answer, newest first; empty for a key that never was."""
        ...

    async def publish(
        self, key: str, body: Mapping[str, object] | None, base: int, author: str, note: str, now: datetime
    ) -> int:
        """Put an answer in force everywhere from the next turn on; its new revision (0 when it was taken out of use).

        ``body`` None takes it out of use; ``base`` is the revision it was made from, 0 for one that is not in force.
        Raises Overtaken, SalonDataError when the salon with it could not be read: nothing was changed then.
        """
        ...

    async def hits(self, since: datetime) -> Mapping[str, int]:
        """How often the bot has given each answer since then."""
        ...

    async def missed(self, since: datetime) -> Sequence[Missed]:
        """Questions that the bot had no answer to since then, newest first."""
        ...
