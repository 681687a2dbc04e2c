"""The event bus of one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Mailbox:
    """Topics signalled and not yet looked at: a set, so that a slow reader costs no memory."""

    __slots__ = ("_event", "_topics")

    def __init__(self) -> None:
        self._topics: dict[str, None] = {}
        self._event = asyncio.Event()

    def put(self, topic: str) -> None:
        """Remember that ``topic`` was signalled."""
        self._topics[topic] = None
        self._event.set()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        await self._event.wait()
        topic = next(iter(self._topics))
        del self._topics[topic]
        if not self._topics:
            self._event.clear()
        return topic


class LocalBus:
    """Signals between the parts of one process: publishing costs a dictionary write per listener."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Mailbox]] = {}

    async def publish(self, *topics: str) -> None:
        """Wake everybody who waits for one of ``topics``."""
        for topic in topics:
            for mailbox in self._listeners.get(topic, ()):
                mailbox.put(topic)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[AsyncIterator[str]]:
        """A mailbox for ``topics`` for as long as the context lives."""
        mailbox = Mailbox()
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(mailbox)
        try:
            yield mailbox
        finally:
            for topic in topics:
                listeners = self._listeners[topic]
                listeners.discard(mailbox)
                if not listeners:
                    del self._listeners[topic]
