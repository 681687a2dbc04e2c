"""Who works on which conversation, kept in memory: right for one process only (SQLite).

On PostgreSQL the conversation's own row says it (``lease``, ``lease_until``), and ``Kept`` is not used.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """One claimed conversation. Times in microseconds."""

    lease: int
    since: int
    until: int


class Leases:
    """Claims are made by the writer's thread only; a restart begins with none, as all holders are dead."""

    __slots__ = ("_kept", "_last")

    def __init__(self) -> None:
        self._kept: dict[int, Kept] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, conversation_id: int) -> bool:
        return conversation_id in self._kept

    def hold(self, conversation_id: int, now: int, until: int) -> int:
        """Claim it; the fencing token grows with every claim."""
        self._last += 1
        self._kept[conversation_id] = Kept(self._last, now, until)
        return self._last

    def release(self, conversation_id: int, lease: int) -> None:
        """Give it back, if it is still held under this token."""
        if self.holds(conversation_id, lease):
            self._kept.pop(conversation_id, None)

    def holds(self, conversation_id: int, lease: int) -> bool:
        """Whether this token is still the one."""
        kept = self._kept.get(conversation_id)
        return kept is not None and kept.lease == lease

    def since(self, conversation_id: int) -> int | None:
        """When it was claimed, if it is."""
        kept = self._kept.get(conversation_id)
        return kept.since if kept else None

    def expired(self, now: int) -> list[int]:
        """Conversations whose holder has been silent for too long."""
        return [held for held, kept in self._kept.items() if kept.until <= now]

    def drop(self, conversation_id: int) -> None:
        """Take it from whoever holds it."""
        self._kept.pop(conversation_id, None)

    def earliest_end(self) -> int | None:
        """When the first lease ends."""
        return min((kept.until for kept in list(self._kept.values())), default=None)
