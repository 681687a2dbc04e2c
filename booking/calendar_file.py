"""A visit as a file for the client's own calendar (RFC 5545).

Times are written in UTC: the instant is the same in every program, whatever it knows of Russia's zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Zabota//Zabota//RU"
HOST = "zabota"
"""What is after the @ of a visit's name: programs expect one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A visit in the client's words.

    ``uid`` stays when the visit moves, ``sequence`` grows: the calendar replaces the entry it has. Moments are aware.
    """

    uid: str
    sequence: int
    told_at: datetime
    start: datetime
    end: datetime
    title: str
    place: str
    details: str
    link: str = ""
    cancelled: bool = False

    @property
    def method(self) -> str:
        """What the calendar is to do: take the entry in, or take it out."""
        return "CANCEL" if self.cancelled else "PUBLISH"


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file. Lines are folded and end as the standard wants, the client's words are escaped."""
    # A hundred modules that a start can do without.
    from icalendar import Calendar, Event

    event = Event()
    event.add("uid", f"{entry.uid}@{HOST}")
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    for name, moment in (("dtstamp", entry.told_at), ("dtstart", entry.start), ("dtend", entry.end)):
        event.add(name, moment.astimezone(UTC).replace(microsecond=0))
    for name, words in (("summary", entry.title), ("location", entry.place), ("description", entry.details)):
        event.add(name, words)
    if entry.link:
        event.add("url", entry.link)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", entry.method)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
