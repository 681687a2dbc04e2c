"""Visits that are known from elsewhere: an old book that is taken over, the history of the demo salon."""

from __future__ import annotations

from dataclasses import dataclass

from booking.free_slot import FreeSlot
from booking.visit import VisitStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClient:
    """A client by name and phone. The phone is the salon's own knowledge of him: whoever proves it sees his visits."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    """A visit as it stands."""

    client: KnownClient
    slot: FreeSlot
    status: VisitStatus
