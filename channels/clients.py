"""What a channel may say of a client besides what he says himself: reachable, his own phone, one person or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dialog.message import Address


class Clients(Protocol):
    """The store's promises about persons and their addresses."""

    async def shut(self, address: Address, now: datetime) -> None:
        """The client has blocked us: nothing goes to this address until he writes again."""
        ...

    async def open(self, addresses: Sequence[Address]) -> None:
        """They can be reached: what was shut is open. Writes only where something was."""
        ...

    async def moved(self, address: Address, to: Address) -> None:
        """The client has another address: his conversation goes on there. Somebody who is known there stays as he is,
        and a repeat does nothing."""
        ...

    async def proved(self, address: Address, phone: str, now: datetime) -> None:
        """The messenger says that ``phone`` is this client's own. The same once more does nothing."""
        ...
