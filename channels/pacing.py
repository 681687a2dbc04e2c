"""How fast an account may speak: its own rate, each chat's rate, and silence when the messenger asks for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from channels.guards import Rate
from dialog.outbox import Failure, Settled, Settlement

LONGEST_BACKING_OFF = 60.0
LONGEST_WAIT = 3.0
"""A line waits so long for its moment with the sender; for longer it goes back into the queue."""
LONGEST_ATTEMPT = 25.0
"""After so long the rest of a long line goes back into the queue: else its sender would be taken for dead."""
REST = 1.0
"""So long it stays there at least."""
CREDENTIALS_PAUSE = 60.0
"""An account whose key is not taken is silent for so long before it is tried once more."""


class Pacer:
    """Hands out moments. Times in seconds of ``ticks``; memory is bounded by ``most_chats``."""

    def __init__(self, ticks: Callable[[], float], *, account: Rate, chat: Rate, most_chats: int = 20_000) -> None:
        self._ticks = ticks
        self._account = account
        self._chat = chat
        self._most_chats = most_chats
        self._account_due = 0.0
        self._chats: OrderedDict[str, float] = OrderedDict()
        self._silent_until = float("-inf")
        self._failures = 0

    def silence(self) -> float:
        """Seconds during which the messenger must not be called at all; 0.0 = none."""
        return max(0.0, self._silent_until - self._ticks())

    def be_silent(self, seconds: float) -> None:
        """The messenger asked for it: no call for so long, whatever waits. A longer silence stands."""
        self._silent_until = max(self._silent_until, self._ticks() + seconds)

    def rest(self, chat: str, seconds: float) -> None:
        """The messenger asked for it in this chat only: no call there for so long."""
        full = (self._chat.burst - 1) / self._chat.per_second
        self._chats[chat] = max(self._chats.get(chat, 0.0), self._ticks() + seconds + full)
        self._forget_oldest(chat)

    def failed(self) -> float:
        """The messenger could not be reached: silence for a while that doubles. Returns the seconds."""
        pause = min(2.0**self._failures, LONGEST_BACKING_OFF)
        self._failures += 1
        self.be_silent(pause)
        return pause

    def reached(self) -> None:
        """The messenger answers."""
        self._failures = 0

    def reserve(self, chat: str, most: float) -> float:
        """Take the next moment for a call in ``chat``: seconds until then. Over ``most`` nothing is taken."""
        now = self._ticks()
        account = _next(self._account_due, self._account, now)
        known = self._chats.get(chat, 0.0)
        wait = max(account, _next(known, self._chat, now), 0.0)
        if wait <= most:
            self._account_due = max(self._account_due, now) + 1 / self._account.per_second
            # The account may hold the call back: in the chat it counts from when it is made.
            self._chats[chat] = max(known, now + wait) + 1 / self._chat.per_second
            self._forget_oldest(chat)
        return wait

    async def moment(self, chat: str, since: float) -> float:
        """Wait for the next moment for a call of the attempt that began at ``since``: 0.0, it has come; else the
        seconds after which the line may be tried again."""
        if self._ticks() - since > LONGEST_ATTEMPT:
            return REST
        if silence := self.silence():
            return silence
        wait = self.reserve(chat, LONGEST_WAIT)
        if wait > LONGEST_WAIT:
            return wait
        await asyncio.sleep(wait)
        # Somebody else's call may have been answered with a wish for silence meanwhile.
        return self.silence()

    def _forget_oldest(self, used: str) -> None:
        self._chats.move_to_end(used)
        if len(self._chats) > self._most_chats:
            self._chats.popitem(last=False)


def postponed(wait: float, parts_sent: int, *, called: bool) -> Settlement:
    """A line, or the rest of one, whose moment has not come."""
    return Settlement(
        outcome=Settled.DEFERRED,
        failure=Failure.THROTTLED,
        error="it is not its turn yet",
        retry_after=wait,
        parts_sent=parts_sent,
        called=called,
    )


def _next(due: float, rate: Rate, now: float) -> float:
    """Seconds until another call fits: ``due`` is when all calls so far would be over at the even rate."""
    return due - (rate.burst - 1) / rate.per_second - now
