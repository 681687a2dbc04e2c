"""Finds what a manager has promised: a word of promise, and a time read by the same grammar as clients' wishes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bots.live_rules import LiveRules
from handoff.reply_texts import promises_something

END_OF_DAY = time(20, 0)
"""A promise for a day is for its end."""


class WordFinder:
    """Called for each line of a manager."""

    def __init__(self, rules: LiveRules) -> None:
        self._rules = rules

    def __call__(self, line: str, now: datetime) -> datetime | None:
        """When the promise is due; None when nothing is promised, or no time is named."""
        if not promises_something(line):
            return None
        held = self._rules.held
        zone = held.view.salon.zone
        local = now.astimezone(zone)
        slots = held.detector.detect(line, local).slots
        return due(slots.get("day", ""), slots.get("time", ""), local, zone)


def due(day: str, clock: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment meant by the grammar's first alternative; a time that is over today is tomorrow's."""
    day, clock = day.split("/", maxsplit=1)[0].rsplit("..", maxsplit=1)[-1], clock.split("/", maxsplit=1)[0]
    if not day and not clock:
        return None
    at = time.fromisoformat(clock.lstrip("<>").split("-")[-1]) if clock else END_OF_DAY
    on = date.fromisoformat(day) if day else now.date()
    moment = datetime.combine(on, at, tzinfo=zone)
    if not day and moment <= now:
        moment += timedelta(days=1)
    return moment.astimezone(UTC) if moment > now else None
