"""One address of the salon."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking.hours import WeekHours
from booking.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A place where clients come to; hours are local wall times of ``zone``."""

    key: str
    name: Words
    address: Words
    directions: Words
    phone: str
    map_link: str
    zone: ZoneInfo
    hours: WeekHours
    reviews: tuple[tuple[str, str], ...] = ()
    """Where clients write reviews: name of the map and address, in the order they are shown in."""
    aliases: tuple[str, ...] = ()
    """How clients call the place: the district, the metro station."""
