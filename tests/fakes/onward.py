"""Going on in a messenger, in memory."""

from __future__ import annotations

from dialog.errors import StoreBusy
from dialog.message import Address


class MemoryOnward:
    """Keeps the promises of channels.port.Onward. ``name``: the messenger; empty: none. ``busy``: StoreBusy."""

    def __init__(self) -> None:
        self.name = ""
        self.busy = False
        self.known: set[Address] = set()
        self.gone_on: set[Address] = set()

    def title(self, language: str) -> str:
        return f"{self.name} ({language})" if self.name else ""

    async def link(self, address: Address) -> str | None:
        self._check()
        return f"https://messenger.example/{address.peer}" if self.name and address in self.known else None

    async def joined(self, address: Address) -> bool:
        self._check()
        return address in self.gone_on

    async def part(self, address: Address) -> None:
        self._check()
        self.gone_on.discard(address)

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("locked", 1.0)
