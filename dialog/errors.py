"""What can go wrong, named by what the caller should do about it."""

from __future__ import annotations


class ZabotaError(Exception):
    """Root of the product's own errors."""


class StoreBusy(ZabotaError):
    """The database cannot write now (locked, down, full): nothing was stored, try again in ``retry_after`` seconds."""

    def __init__(self, reason: str, retry_after: float = 5.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Conflict(ZabotaError):
    """Somebody else was first. ``holder`` is the id of the manager who has it, if one has."""

    def __init__(self, reason: str, holder: int | None = None) -> None:
        super().__init__(reason)
        self.holder = holder
