"""A visit for the client's own calendar: the file that goes with a confirmation, a move, a cancellation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from booking.calendar_file import CalendarEntry, calendar_file
from dialog.flow import Walker
from dialog.reply import Attachment

NAME = "visit.ics"


def attach_visit(
    walk: Walker,
    words: Mapping[str, str],
    *,
    uid: str,
    sequence: int,
    start: datetime,
    end: datetime,
    cancelled: bool = False,
) -> None:
    """Add the file to what will be said. ``words``: the visit as people read it (dialog.book_words)."""
    entry = CalendarEntry(
        uid=uid,
        sequence=sequence,
        told_at=walk.now,
        start=start,
        end=end,
        title=words.get("what", ""),
        place=words.get("where", ""),
        details=walk.text("calendar_details", words),
        link=words.get("map", ""),
        cancelled=cancelled,
    )
    label = walk.text("choice_calendar_remove" if cancelled else "choice_calendar_add", words)
    content_type = f"text/calendar; charset=utf-8; method={entry.method}"
    walk.attach(Attachment(name=NAME, content_type=content_type, content=calendar_file(entry), label=label))
