"""How the salon's book works: every number is a setting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRules:
    """Numbers of the book."""

    live: bool = True
    """False: the salon keeps no live schedule, every booking is a request that a person confirms."""
    step_minutes: int = 30
    """Starts are offered at these minutes of the local clock."""
    lead_minutes: int = 60
    """Nothing sooner than this."""
    horizon_days: int = 60
    """Nothing later than this many days after today."""
    hold_minutes: int = 5
    holds_per_address: int = 30
    """How many times one conversation may hold within an hour."""
    strangers_holds: int = 30
    """How many live holds people who are not verified may have together."""
    strangers_visits: int = 60
    """How many bookings people who are not verified may make together within an hour."""
    active_visits: int = 3
    """How many coming visits one client may have."""
    no_shows: int = 2
    """After so many visits missed within ``no_show_days`` a person decides."""
    no_show_days: int = 180
    done_grace_minutes: int = 30
    """So long after its end a visit that nobody marked counts as done."""

    @property
    def hold(self) -> timedelta:
        """How long a time is kept for a client who decides."""
        return timedelta(minutes=self.hold_minutes)
