"""What a conversation has gathered about a visit, read from the fields of its flow.

Fields are texts: ``service`` a key, ``extra`` more keys with commas, ``staff`` a key or ``any``, ``branch`` a key,
``day`` ``YYYY-MM-DD``, ``time`` ``HH:MM``, ``moves`` the id of the visit that moves. What a client said less exactly is
kept beside them: ``days_wished`` (``first..last``, ``a/b``), ``days`` (``workdays``), ``time_wished`` (``>18:00``,
``<14:00``, ``17:00-20:00``, several with ``/``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.free_slot import FreeSlot
from booking.hours import DAY_MINUTES
from booking.visit import Visit
from booking.wish import Wish

ANY = "any"
_AT = "@"
_WORKDAYS = 5


def services_of(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of all services, the main one first."""
    return tuple(filter(None, (fields.get("service", ""), *fields.get("extra", "").split(","))))


def wish_of(fields: Mapping[str, str], held: Visit | None = None) -> Wish:
    """What the client would like to come for. What is held for him, or what he moves, counts as free."""
    staff = fields.get("staff", "")
    moves = int(fields["moves"]) if fields.get("moves") else held.id if held is not None else None
    return Wish.of(
        *services_of(fields),
        staff=staff if staff and not is_anybody(staff) else None,
        branch=fields.get("branch") or None,
        moves=moves,
    )


def is_anybody(staff: str) -> bool:
    """Whether the choice means no master in particular."""
    return staff.partition(_AT)[0] == ANY


def anybody_at(branch: str) -> str:
    """The choice of anybody at this branch."""
    return f"{ANY}{_AT}{branch}"


def branch_of(staff: str) -> str:
    """The branch that a choice of anybody names; empty when it names none."""
    return staff.partition(_AT)[2] if is_anybody(staff) else ""


def is_day(text: str) -> bool:
    """Whether the text is one day and not a wish for one of several."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Whether the text is one time and not a wish for one of several."""
    return len(text) == len("18:30") and text[:2].isdigit()


def fits_day(fields: Mapping[str, str], day: date) -> bool:
    """Whether a day is one of those that the client has named; any is when none was."""
    wished = fields.get("days_wished", "")
    if fields.get("days") and day.weekday() >= _WORKDAYS:
        return False
    return not wished or any(first <= day.isoformat() <= last for first, last in map(_span, wished.split("/")))


def _span(text: str) -> tuple[str, str]:
    first, _, last = text.partition("..")
    return first, last or first


def fits_time(wished: str, time: str) -> bool:
    """Whether a time (``HH:MM``) is inside one of the windows wished for; any is when none was."""
    return not wished or any(_fits(window, minutes_of(time)) for window in wished.split("/"))


def _fits(window: str, minute: int) -> bool:
    if window[0] == ">":
        return minute >= minutes_of(window[1:])
    if window[0] == "<":
        return minute < minutes_of(window[1:])
    first, _, last = window.partition("-")
    return minutes_of(first) <= minute < (minutes_of(last) if last else minutes_of(first) + 1)


def minutes_of(time: str) -> int:
    """Minutes after midnight of ``HH:MM``."""
    hours, _, minutes = time.partition(":")
    return (int(hours) * 60 + int(minutes)) % (DAY_MINUTES + 1)


def wall(at: datetime, zone: str) -> tuple[str, str]:
    """Day and time of a moment as the salon's clock and calendar show them."""
    local = at.astimezone(ZoneInfo(zone))
    return local.date().isoformat(), f"{local:%H:%M}"


def wall_of(slot: FreeSlot | Visit) -> tuple[str, str]:
    """Day and time at which a free time or a visit begins, on its branch's clock."""
    return wall(slot.start, slot.zone)


def nearest(slots: Iterable[FreeSlot], time: str, most: int) -> list[FreeSlot]:
    """The times of one day that are closest to ``time``, in order."""
    wanted = minutes_of(time)
    close = sorted(slots, key=lambda slot: abs(minutes_of(wall_of(slot)[1]) - wanted))[:most]
    return sorted(close, key=lambda slot: slot.start)
