"""Hears what managers do: one process at a time asks the messenger for news and answers them in order."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Sequence
from datetime import timedelta

from bots.managers.chat import BadToken, Chat, NotSent, Pressed, Said
from bots.managers.hand import Hand
from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.journal import Journal
from handoff.pagers import Pagers

PAUSE = 5.0
LONG_PAUSE = 30.0
TERM = timedelta(seconds=90)
"""So long a process is the listener without asking again: longer than any question to the messenger takes."""


class Listening:
    """A loop. ``me``: a name that no other process has."""

    def __init__(
        self, *, chat: Chat, hand: Hand, pagers: Pagers, clock: Clock, journal: Journal, me: str, pause: float = PAUSE
    ) -> None:
        self._chat = chat
        self._hand = hand
        self._pagers = pagers
        self._clock = clock
        self._journal = journal
        self._me = me
        self._pause = pause
        self._known = False
        self._cursor = 0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Return from ``run`` soon: an open question to the messenger is given up."""
        self._stopping.set()

    async def run(self) -> None:
        """Listen until stopped; what was heard and not answered is heard again by whoever listens next."""
        asking = asyncio.create_task(self._listen())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([asking, stopping], return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                asking.result()
        finally:
            for task in (asking, stopping):
                task.cancel()
            await asyncio.gather(asking, stopping, return_exceptions=True)
            await self._leave()

    async def _listen(self) -> None:
        while True:
            try:
                if not await self._once():
                    await asyncio.sleep(self._pause)
            except StoreBusy as busy:
                self._journal.warning("store_busy", reason=str(busy))
                await asyncio.sleep(busy.retry_after)
            except BadToken:
                self._journal.error("managers_bot_refused")
                await asyncio.sleep(LONG_PAUSE)
            except NotSent as error:
                self._journal.warning("managers_bot_away", fate=error.fate.value)
                await asyncio.sleep(max(self._pause, error.retry_after))

    async def _once(self) -> bool:
        """One question to the messenger. False: another process listens."""
        if not self._known:
            await self._pagers.introduce(await self._chat.open())
            self._known = True
        now = self._clock.now()
        if not await self._pagers.listen(self._me, now, now + TERM):
            self._cursor = 0
            return False
        events, cursor = await self._chat.heard(self._cursor)
        await self._hear(events)
        self._cursor = cursor
        return True

    async def _hear(self, events: Sequence[Said | Pressed]) -> None:
        for event in events:
            try:
                await self._hand.hear(event)
            except (StoreBusy, BadToken):
                raise
            except Exception:  # one event that cannot be understood must not stop the others
                self._journal.error("manager_not_heard", error=traceback.format_exc())

    async def _leave(self) -> None:
        """Let another process listen at once."""
        now = self._clock.now()
        try:
            if self._known:
                await self._pagers.listen(self._me, now, now)
                self._known = False
        except StoreBusy:
            self._journal.warning("store_busy", reason="the managers' bot could not hand over its place")
        await self._chat.close()
