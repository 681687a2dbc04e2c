"""Live screens: the event stream read once, made into frames once, handed to every manager who looks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence

from console.doorman import is_alive
from console.frames import Frame, Frames
from console.screen import GONE, SLOW, Screen
from console.settings import SessionLimits
from dialog.bus import EVENTS, Bus
from dialog.clock import Clock
from dialog.ending import end
from dialog.errors import StoreBusy
from handoff.accounts import Accounts
from handoff.desk import Desk, ScreenEvent
from handoff.roles import DESK

_POLL = 1.0
"""Seconds after which the stream is read without a signal: a lost signal costs that much, never an event."""
_WATCH = 0.5
"""Seconds between two looks at the sessions behind the open screens: revocation must close them within one."""
_BATCH = 200
_KEPT = 500
_log = logging.getLogger(__name__)


class Live:
    """All open screens of this process."""

    def __init__(
        self, *, desk: Desk, frames: Frames, accounts: Accounts, bus: Bus, clock: Clock, limits: SessionLimits
    ) -> None:
        self._desk = desk
        self._frames = frames
        self._accounts = accounts
        self._bus = bus
        self._clock = clock
        self._limits = limits
        self._screens: set[Screen] = set()
        self._kept: deque[Frame] = deque(maxlen=_KEPT)
        self._base = 0
        """Every frame above this number is in ``_kept``."""
        self._seq = 0
        self._wake = asyncio.Event()

    @property
    def seq(self) -> int:
        """The newest event that was handed out."""
        return self._seq

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the stream while the block runs. Raises StoreBusy when it cannot even be begun."""
        self._base = self._seq = await self._desk.last_event()
        tasks = [asyncio.create_task(work) for work in (self._listen(), self._follow(), self._watch())]
        try:
            yield
        finally:
            await end(*tasks)
            self._close(self._screens, GONE)

    def open(self, screen: Screen) -> None:
        """From now on ``screen`` gets every frame."""
        self._screens.add(screen)

    def close(self, screen: Screen) -> None:
        """``screen`` is gone."""
        self._screens.discard(screen)

    def end_sessions(self, keys: Iterable[str]) -> None:
        """Close the screens of these sessions now, not at the next look."""
        ended = set(keys)
        self._close([screen for screen in self._screens if screen.key in ended], GONE)

    async def missed(self, after: int) -> Sequence[Frame] | None:
        """The frames above ``after``; None when there are too many: the screen should load its lists anew."""
        if after >= self._base and (not self._kept or after >= self._kept[0].seq - 1 or len(self._kept) < _KEPT):
            return [frame for frame in self._kept if frame.seq > after]
        events = await self._desk.events(after, _BATCH + 1)
        if len(events) > _BATCH:
            return None
        return await self._frames.of(events)

    async def _listen(self) -> None:
        async with self._bus.subscribe(EVENTS) as signals:
            async for _ in signals:
                self._wake.set()

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._read()
            except StoreBusy as busy:
                _log.warning("the event stream cannot be read: %s", busy)
            except Exception:
                _log.exception("a batch of events could not be shown")

    async def _read(self) -> None:
        while events := await self._desk.events(self._seq, _BATCH):
            await self._hand_out(events)
            if len(events) < _BATCH:
                return

    async def _hand_out(self, events: Sequence[ScreenEvent]) -> None:
        frames = await self._frames.of(events)
        self._seq = events[-1].seq
        self._kept.extend(frames)
        for screen in list(self._screens):
            if not screen.put(frames):
                self._close([screen], SLOW)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH)
            try:
                await self._look_at_sessions()
            except StoreBusy as busy:
                _log.warning("sessions cannot be read: %s", busy)

    async def _look_at_sessions(self) -> None:
        if not self._screens:
            return
        now = self._clock.now()
        found = await self._accounts.find_sessions(list({screen.key for screen in self._screens}))
        good = {
            (key, session.user.role)
            for key, session in found.items()
            if is_alive(session, self._limits, now) and session.user.role in DESK
        }
        self._close([screen for screen in self._screens if (screen.key, screen.role) not in good], GONE)

    def _close(self, screens: Iterable[Screen], code: int) -> None:
        for screen in list(screens):
            self._screens.discard(screen)
            screen.shut(code)
