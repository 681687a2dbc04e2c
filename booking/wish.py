"""What a client would like to come for, before there is a time for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedService:
    """One service and who should do it; ``staff`` None = anybody who does it."""

    service: str
    staff: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Services of one visit. They are done one after another by one master or two.

    ``branch`` None: wherever it is possible. ``moves``: the id of the client's visit that would be moved; its own time
    counts as free.
    """

    services: tuple[WantedService, ...]
    branch: str | None = None
    moves: int | None = None

    @classmethod
    def of(cls, *services: str, staff: str | None = None, branch: str | None = None, moves: int | None = None) -> Wish:
        """All services by the same master, or by anybody."""
        wanted = tuple(WantedService(service=service, staff=staff) for service in services)
        return cls(services=wanted, branch=branch, moves=moves)
