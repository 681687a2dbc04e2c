"""One open screen: frames wait here until its socket takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from console.frames import Frame
from console.wire import HIDDEN, sight_of
from handoff.roles import LEADERS, Role

GONE = 4401
"""The session has ended: log in again."""
SLOW = 4408
"""The screen did not keep up: connect again and catch up."""
_MOST_WAITING = 256


class Screen:
    """``key`` is the hash of the session behind it, ``user_id`` whoever looks."""

    def __init__(self, key: str, role: Role, user_id: int = 0) -> None:
        self.key = key
        self.role = role
        self._user_id = user_id
        self._sight = sight_of(role)
        self._queue: asyncio.Queue[bytes | int] = asyncio.Queue()

    def put(self, frames: Sequence[Frame]) -> bool:
        """Queue ``frames``. False: too many wait already."""
        if self._queue.qsize() + len(frames) > _MOST_WAITING:
            return False
        for frame in frames:
            self._queue.put_nowait(self.body(frame))
        return True

    def body(self, frame: Frame) -> bytes:
        """The frame as this screen may see it."""
        if self.role not in LEADERS and frame.is_anothers(self._user_id):
            return frame.body(HIDDEN)
        return frame.body(self._sight)

    def shut(self, code: int) -> None:
        """Let the socket close with ``code``, throwing away what waits."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(code)

    async def next(self) -> bytes | int:
        """The next frame, or the code to close with."""
        return await self._queue.get()
