"""How far a person of the salon may reach into its conversations: a manager sees the queue, not the client base."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.roles import LEADERS, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What one person may read at ``now``. ``recent``: how long a conversation stays in a manager's sight."""

    role: Role
    user_id: int
    now: datetime
    recent: timedelta

    def reads(self, owner: str, owner_id: int | None, last_at: datetime) -> bool:
        """Whether the conversation is theirs to read: who has it (``bot | waiting | human``) and its last line.

        Leaders read everything. A manager reads what waits for a person, what is their own, and what the bot
        leads or has got back as long as it is recent; a colleague's conversation is the colleague's.
        """
        if self.role in LEADERS or owner == "waiting":
            return True
        if owner == "human":
            return owner_id == self.user_id
        return self.is_recent(last_at)

    def is_recent(self, at: datetime) -> bool:
        """Whether what happened ``at`` is still theirs to see; for leaders everything is."""
        return self.role in LEADERS or self.now - at < self.recent
