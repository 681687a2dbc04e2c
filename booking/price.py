"""What a service costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Whole units of the salon's currency (roubles); ``at_least`` = the final sum may be higher."""

    amount: int
    at_least: bool = False
