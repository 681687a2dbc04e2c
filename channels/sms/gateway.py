"""What a company that carries SMS must be able to do: a small port that others than the first can fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialog.outbox import Failure, SendStatus, Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one attempt came to. ``cost`` in hundredths; ``pause`` in seconds, where trying later makes sense."""

    outcome: Settled
    failure: Failure = Failure.NONE
    sms_id: str = ""
    error: str = ""
    cost: int = 0
    pause: float | None = None


class Gateway(Protocol):
    """One account at such a company."""

    async def send(self, number: str, text: str) -> Carried:
        """Make exactly one attempt. Never raises for what the company or the network answers."""
        ...

    async def statuses(self, ids: Sequence[str]) -> Mapping[str, SendStatus]:
        """What became of them, as far as that is known. Raises OSError."""
        ...

    async def balance(self) -> str:
        """Proves the key. Raises Trouble."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
