"""When the salon may write first: inside the day, by the wall clock of the place the visit was at."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def into_window(at: datetime, zone: str, first_hour: int, last_hour: int) -> datetime:
    """``at`` itself when it is between ``first_hour`` and ``last_hour`` (0 < last <= 24) on the wall in ``zone``,
    else the next moment that is. Aware UTC; days are days on the wall, however long the night's change makes them.
    """
    wall = ZoneInfo(zone)
    local = at.astimezone(wall)
    if first_hour <= local.hour < last_hour:
        return at.astimezone(UTC)
    day = local.date() if local.hour < first_hour else local.date() + timedelta(days=1)
    return datetime.combine(day, time(first_hour), wall).astimezone(UTC)
