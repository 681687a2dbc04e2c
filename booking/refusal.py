"""Why the book did not do what it was asked."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """The reason, for whoever must find words for it."""

    SLOT_TAKEN = "slot_taken"
    """Somebody else has this time: offer the nearest."""
    HOLD_GONE = "hold_gone"
    """Nothing is held for this client."""
    VISIT_GONE = "visit_gone"
    """The visit is not there any more as the client saw it: moved, cancelled, over."""
    TOO_LATE = "too_late"
    """Inside the cutoff of a service: a person decides."""
    TOO_MANY_VISITS = "too_many_visits"
    """The client has as many bookings as one may have: a person decides."""
    TOO_MANY_HOLDS = "too_many_holds"
    """This address has held times again and again."""
    SALON_BUSY = "salon_busy"
    """Strangers hold or have booked more than is plausible: a person decides."""
    NO_SHOWS = "no_shows"
    """The client did not come too often: a person decides."""


class BookRefused(Exception):
    """The book did nothing."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason
