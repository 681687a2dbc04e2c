"""When a client wants to come: days, times of day and shifts ("an hour later") in a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from nlu.normalise import Normal, Normaliser
from nlu.when_clock import said, times
from nlu.when_days import Days
from nlu.when_words import Item, WhenWords

_SIGNS: Final = (("+", {"later", "a_bit_later"}), ("-", {"earlier", "a_bit_earlier"}))
_MIDNIGHT: Final = "00:00"
_MOST_MINUTES: Final = 48 * 60


class When:
    """Reads moments. Immutable and thread safe; the answer depends on the message and the moment alone."""

    def __init__(self, normaliser: Normaliser) -> None:
        """Raises ``DataError`` when the built-in words are not right."""
        self._words = WhenWords(normaliser)

    def find(self, normal: Normal, now: datetime) -> dict[str, str]:
        """``day``, ``time`` and ``shift`` as far as the message says them; ``now`` is the salon's wall time.

        ``days`` is ``workdays`` when only working days will do.
        A day is ``YYYY-MM-DD`` or ``first..last``; a time ``HH:MM``, ``>HH:MM``, ``<HH:MM`` or ``HH:MM-HH:MM``;
        alternatives are joined by ``/``, the likeliest first. A shift is ``+60m``, ``-30m``, ``+1d``; ``+`` or ``-``
        alone when it was not said by how much.
        """
        items = self._words.items(normal)
        shift = _shift(items)
        if shift:
            return {"shift": shift}
        waited = _in_minutes(items, now)
        if waited is not None:
            return {"day": waited.date().isoformat(), "time": said(waited.hour * 60 + waited.minute)}
        found: dict[str, str] = {}
        if days := Days(items, now.date()).said():
            found["day"] = "/".join(days)
        elif any("workdays" in item.marks for item in items):
            found["days"] = "workdays"
        if clocks := times(items):
            found["time"] = "/".join(clocks)
            if clocks[0] == _MIDNIGHT and not found.get("day"):
                found["day"] = (now.date() + timedelta(days=1)).isoformat()
        return found


def _shift(items: Sequence[Item]) -> str:
    """As in "An hour later", "half an hour earlier", "a day later"; "a bit later" without saying by how much."""
    for at, item in enumerate(items):
        sign = next((sign for sign, marks in _SIGNS if item.marks & marks), "")
        if not sign:
            continue
        if any(item.marks & {"as", "parts"} for item in items):
            return ""
        if (at and "not" in items[at - 1].marks) or (at + 1 < len(items) and _is_clock(items, at + 1)):
            return ""
        amount = _amount(items[:at])
        if amount:
            return sign + amount
        alone = len(items) <= 4 and not any(other.marks & {"weekdays", "near_days", "months"} for other in items)
        return sign if alone else ""
    return ""


def _is_clock(items: Sequence[Item], at: int) -> bool:
    """As in "Later than 5": what follows is a time."""
    return items[at].count() is not None or bool(items[at].number)


def _amount(items: Sequence[Item]) -> str:
    """How much earlier or later, read backwards from the word: ``60m``, ``1d``."""
    if not items:
        return ""
    last = items[-1]
    if "half_an_hour" in last.marks:
        return "30m"
    count = items[-2].count() if len(items) > 1 else None
    if len(items) > 1 and "hour_and_a_half" in items[-2].marks:
        return "90m" if "hour" in last.marks else ""
    number = 1 if count is None else count
    for unit, size in (("minute", 1), ("hour", 60)):
        if unit in last.marks and number * size <= _MOST_MINUTES:
            return f"{number * size}m"
    for unit, size in (("day", 1), ("week", 7)):
        if unit in last.marks and number * size <= 60:
            return f"{number * size}d"
    return ""


def _in_minutes(items: Sequence[Item], now: datetime) -> datetime | None:
    """As in "In an hour", "in 40 minutes": the moment itself."""
    for at, item in enumerate(items[:-1]):
        if "in" not in item.marks:
            continue
        rest = list(items[at + 1 : at + 3])
        if at and items[at - 1].marks & {"minute"} and rest[0].count() is not None:
            rest.insert(1, items[at - 1])
        if "half_an_hour" in rest[0].marks:
            return now + timedelta(minutes=30)
        unit = rest[1] if len(rest) > 1 else None
        if "hour" in rest[0].marks:
            return now + timedelta(hours=1)
        if unit is None:
            continue
        if "hour_and_a_half" in rest[0].marks and "hour" in unit.marks:
            return now + timedelta(minutes=90)
        count = rest[0].count()
        for mark, size in (("hour", 60), ("minute", 1)):
            if count is not None and mark in unit.marks and count * size <= _MOST_MINUTES:
                return now + timedelta(minutes=count * size)
    return None
