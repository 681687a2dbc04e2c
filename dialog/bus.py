"""The event bus: wake-ups between the parts of the product. It may lose or repeat a signal, never the truth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

INBOX = "inbox"
"""Some conversation has something to do."""
OUTBOX = "outbox"
"""Some row waits to be sent."""
EVENTS = "events"
"""The screens' event stream has grown."""
HOOKS = "hooks"
"""A messenger has brought something that is not read yet."""
FILES = "files"
"""A client's file waits at its messenger."""
CONNECTIONS = "connections"
"""How the salon is connected to messengers has changed."""
RULES = "rules"
"""A revision or a setting has changed: read them again."""


def conversation_topic(conversation_id: int) -> str:
    """The topic on which a conversation's own screens wait."""
    return f"conversation:{conversation_id}"


class Bus(Protocol):
    """Signals carry no data: whoever wakes up reads the database.

    Readers also poll, so losing a signal costs latency only.
    """

    async def publish(self, *topics: str) -> None:
        """Wake everybody who waits for one of ``topics``. Never raises for a lost connection."""
        ...

    def subscribe(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Topics signalled since the last look, each at most once at a time however often it was published."""
        ...
