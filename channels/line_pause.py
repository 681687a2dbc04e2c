"""A line that the messenger answered with a stumble of its own waits alone: everybody else is still heard."""

from __future__ import annotations

LONGEST = 600.0


def line_pause(attempt: int) -> float:
    """Seconds before it is tried again, twice as long each time: ten attempts outlast a quarter of an hour."""
    return float(min(2.0**attempt, LONGEST))
