"""Updates that are asked for, where no address of ours is on the web. MAX keeps them for a day.

The pointer to the next update is passed only after what came before it is stored; passing it is what makes MAX forget.
Without one MAX gives the newest update alone: so it is for a bot that has just been connected.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from channels.connection import Connection
from channels.hook import RawEvent
from channels.json_text import json_text
from channels.max.door import at, raw_event
from channels.max.outcomes import outcome
from channels.max.subscription import KINDS
from channels.max.wire import Wire
from channels.port import Trouble
from dialog.outbox import Failure

POLL_SECONDS = 25
LEAST_PAUSE = 0.5
"""MAX answers two questions in a second at most."""
_MORE = 10.0


class Updates:
    """One account's."""

    def __init__(self, wire: Wire, connection: Connection) -> None:
        self._wire = wire
        self._connection = connection

    async def next(self, cursor: int) -> tuple[Sequence[RawEvent], int]:
        """Wait for updates from ``cursor`` on; they and the next cursor. Raises Trouble, OSError."""
        await asyncio.sleep(LEAST_PAUSE)
        asked: dict[str, str | int] = {"limit": 100, "timeout": POLL_SECONDS, "types": ",".join(KINDS)}
        if cursor:
            asked["marker"] = cursor
        answer = await self._wire.call("GET", "/updates", asked, most_seconds=POLL_SECONDS + _MORE)
        if outcome(answer)[1] is Failure.BAD_CREDENTIALS:
            raise Trouble("bad_credentials")
        updates = at(answer.body, "updates")
        if answer.status != 200 or not isinstance(updates, list):
            raise OSError(f"status {answer.status}")
        marker = at(answer.body, "marker")
        events = [raw_event(self._connection, json_text(update).encode()) for update in updates]
        return events, marker if isinstance(marker, int) else cursor
