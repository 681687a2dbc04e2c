"""Times of day in a message: "at 15", "after six", "from 12 to 3", "in the evening"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from nlu.when_words import Item

NOON: Final = 12 * 60
DAY: Final = 24 * 60
_AFTERNOON: Final = range(1, 8)
"""Bare hours that mean the afternoon: nobody comes to a salon at five in the morning."""
_MORNING: Final = 8
"""A bare number from it on is rather an hour than a count."""
_EVENING: Final = 17 * 60
_CLOCK: Final = re.compile(r"(\d{1,2})([:.-])(\d\d)")
_TOGETHER: Final = re.compile(r"(\d{1,2})(\d\d)")
_HOURS: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
_STEPS: Final = range(0, 60, 5)
_BEFORE: Final = ("at", "to", "from", "until", "after", "upto", "about", "between", "and", "or")
_BOUNDS: Final = {"after": ">", "from": ">", "until": "<", "later": ">", "earlier": "<", "upto": "<"}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that stands in the message: minutes of the day, where it stands, and how it was meant."""

    minutes: int
    start: int
    end: int
    bare: bool = False
    """True: an hour without minutes and without a half of the day."""
    exact: bool = False
    """True: a half of the day was said, or the hour is past noon."""


def times(items: Sequence[Item]) -> tuple[str, ...]:
    """Times of day in the items that no day has taken, best first. Takes the items that it reads."""
    part = _part(items)
    clocks = _clocks(items)
    if not clocks:
        return (part,) if part else ()
    if part:
        clocks = [_in_part(clock, part) for clock in clocks]
    found = _bounded(items, clocks)
    for clock in clocks:
        _take(items, clock.start, clock.end)
    return tuple(dict.fromkeys(found))


def said(minutes: int) -> str:
    """Minutes of the day as ``HH:MM``."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _take(items: Sequence[Item], start: int, end: int) -> None:
    for item in items[start:end]:
        item.taken = True


def _clocks(items: Sequence[Item]) -> list[Clock]:
    found: list[Clock] = []
    at = 0
    while at < len(items):
        clock = None if items[at].taken else _clock(items, at)
        if clock is None:
            at += 1
        else:
            found.append(clock)
            at = clock.end
    return _afternoons(items, found)


def _clock(items: Sequence[Item], at: int) -> Clock | None:
    for reader in (_named, _half_to, _typed, _hour):
        found = reader(items, at)
        if found is not None:
            return found
    return None


def _named(items: Sequence[Item], at: int) -> Clock | None:
    """Noon and midnight."""
    if "midnight" in items[at].marks:
        return Clock(0, at, at + 1, exact=True)
    part = items[at].values.get("parts", "")
    if part and "-" not in part:
        return Clock(_minutes(part), at, at + 1, exact=True)
    return None


def _half_to(items: Sequence[Item], at: int) -> Clock | None:
    """Half past, a quarter to: spoken times that name the next hour."""
    item = items[at]
    half = item.value("half_hours")
    if half is not None:
        return _halved(items, at + 1, half * 60 + 30, at)
    following = items[at + 1] if at + 1 < len(items) else None
    if following is None:
        return None
    ordinal = following.value("ordinals")
    if ordinal is not None and ordinal <= 12 and item.marks & {"half", "quarter"}:
        return _halved(items, at + 2, (ordinal - 1) * 60 + (30 if "half" in item.marks else 15), at)
    if "without" in item.marks:
        return _to_the_hour(items, at)
    return None


def _to_the_hour(items: Sequence[Item], at: int) -> Clock | None:
    less = 15 if "quarter" in items[at + 1].marks else items[at + 1].count()
    end = at + 2
    if end < len(items) and "minute" in items[end].marks:
        end += 1
    hour = items[end].count() if end < len(items) else None
    if less is None or hour is None or not (0 < less < 30 and 0 < hour <= 24):
        return None
    return _halved(items, end + 1, hour * 60 - less, at)


def _typed(items: Sequence[Item], at: int) -> Clock | None:
    """``18:30``, ``18.30``, ``14-30``, ``1830`` after a preposition."""
    number = items[at].number
    match = _CLOCK.fullmatch(number)
    if match is None:
        together = _TOGETHER.fullmatch(number)
        if together is None or len(number) != 4 or not _after_preposition(items, at):
            return None
        hour, minute = int(together[1]), int(together[2])
        if not 8 <= hour <= 22 or minute not in _STEPS:
            return None
        return _halved(items, at + 1, hour * 60 + minute, at)
    hour, minute = int(match[1]), int(match[3])
    if hour > 24 or minute > 59 or (match[2] == "-" and minute not in _STEPS):
        return None
    end = at + 1
    if end < len(items) and "hour" in items[end].marks:
        end += 1
    return _halved(items, end, hour * 60 + minute, at, written=match[1].startswith("0"))


def _hour(items: Sequence[Item], at: int) -> Clock | None:
    """An hour that cannot be anything else: after a preposition, before "hours" or a half of the day."""
    item = items[at]
    if "hour" in item.marks and not item.number:
        return _one_o_clock(items, at)
    hour = item.count()
    if hour is None or not 0 <= hour <= 24 or _is_counted(items, at):
        return None
    end, minute = at + 1, 0
    said_hours = end < len(items) and "hour" in items[end].marks and not items[end].taken
    if said_hours:
        end += 1
        minute, end = _minutes_after(items, end)
    elif item.number and end < len(items) and _are_minutes(items, end):
        minute, end = int(items[end].number), end + 1
    half = end < len(items) and bool(items[end].marks & {"am", "pm", "night"})
    hours_before = at > 0 and "hour" in items[at - 1].marks
    preposition = _after_preposition(items, at) or hours_before or _after_day(items, at)
    if not (half or preposition or (said_hours and len(items) <= 3)):
        return None
    return _halved(items, end, hour * 60 + minute, at, bare=minute == 0 and not said_hours)


def _one_o_clock(items: Sequence[Item], at: int) -> Clock | None:
    """As in "At one" is said as "at the hour"."""
    end = at + 1
    follows = items[end] if end < len(items) else None
    if follows is not None and follows.marks & {"am", "pm", "night"}:
        return _halved(items, end, 60, at)
    plain = at > 0 and bool(items[at - 1].marks & {"at", "to", "after", "until"}) and "one_hour" in items[at].marks
    later = follows is not None and follows.marks & {"later", "earlier"}
    number = follows is not None and (follows.count() is not None or bool(follows.marks & {"at", "to"}))
    return None if not plain or later or number else Clock(NOON + 60, at, end, exact=True)


def _minutes_after(items: Sequence[Item], at: int) -> tuple[int, int]:
    minute = items[at].count() if at < len(items) and not items[at].taken else None
    if minute is None or minute > 59:
        return 0, at
    end = at + 1
    if end < len(items) and "minute" in items[end].marks:
        return minute, end + 1
    return (minute, end) if len(items[at].number) == 2 else (0, at)


def _are_minutes(items: Sequence[Item], at: int) -> bool:
    """As in "12 30": two digits after an hour that end the message or stand before a word of time."""
    number = items[at].number
    minutes = len(number) == 2 and number.isdecimal() and int(number) in _STEPS
    return minutes and not _is_counted(items, at) and (at + 1 == len(items) or not items[at + 1].number)


def _halved(
    items: Sequence[Item], end: int, minutes: int, start: int, *, written: bool = False, bare: bool = False
) -> Clock:
    """The time with the half of the day that follows it; without one, 1 to 7 are the afternoon."""
    marks = items[end].marks if end < len(items) else frozenset()
    if end + 1 < len(items) and "after" in marks and "midday" in items[end + 1].marks:
        marks, end = frozenset({"pm"}), end + 1
    for half in ("am", "night", "pm"):
        if half in marks:
            return Clock(_in_half(minutes, half), start, end + 1, exact=True)
    if not written and minutes // 60 in _AFTERNOON:
        return Clock(minutes + NOON, start, end, bare=bare)
    return Clock(minutes, start, end, bare=bare, exact=minutes >= NOON)


def _in_half(minutes: int, half: str) -> int:
    if half == "pm":
        return minutes + NOON if minutes < NOON else minutes
    if half == "night":
        return minutes % NOON if minutes // 60 <= 6 or minutes >= NOON else minutes + NOON
    return minutes - NOON if NOON <= minutes < NOON + 60 else minutes


def _after_preposition(items: Sequence[Item], at: int) -> bool:
    return at > 0 and bool(items[at - 1].marks & {*_BEFORE, "earlier", "later"})


def _after_day(items: Sequence[Item], at: int) -> bool:
    """Straight after a day, with nothing behind it that it could count: "tomorrow 15"."""
    return (
        at > 0
        and items[at - 1].taken
        and (at + 1 == len(items) or bool(items[at + 1].marks) or _are_minutes(items, at + 1))
    )


def _is_counted(items: Sequence[Item], at: int) -> bool:
    """The number counts something, or belongs to a price, a house, a phone."""
    after = items[at + 1] if at + 1 < len(items) else None
    before = items[at - 1].marks if at else frozenset()
    if any("counts" in item.marks for item in items[max(at - 2, 0) : at]):
        return True
    if "minute" in before or (at > 1 and "minute" in items[at - 2].marks):
        return True
    if after is None:
        return False
    if after.marks & {"counted", "minute", "month", "week"}:
        return True
    lasts = "hour" in after.marks and at > 0 and "for" in before
    if lasts and (items[at].count() or 0) < _MORNING and not any(item.taken for item in items):
        return True
    small = not items[at].number or int(items[at].number) < _MORNING
    return after.noun and (small or not before & {"at", "to", "until", "after"})


def _part(items: Sequence[Item]) -> str:
    """The part of the day that is named: a window, or a bound for "after lunch", "before lunch", "after work"."""
    for at, item in enumerate(items):
        if item.taken:
            continue
        before = items[at - 1].marks if at else frozenset()
        if "lunch" in item.marks and "after" in before:
            return _taken(items, at - 1, at + 1, "13:00-18:00")
        if "lunch" in item.marks and "until" in before:
            return _taken(items, at - 1, at + 1, "<13:00")
        if "work" in item.marks and "after" in before:
            return _taken(items, at - 1, at + 1, ">18:00")
        part = item.values.get("parts", "")
        if "-" in part and "greeting" not in before and not _is_half(items, at):
            return _taken(items, at, at + 1, part)
    return ""


def _is_half(items: Sequence[Item], at: int) -> bool:
    """As in "Ten in the morning": the word says which half of the day the number before it means."""
    before = items[at - 1] if at else None
    half = items[at].marks & {"am", "pm"}
    return bool(half) and before is not None and bool(before.number or before.count() or "hour" in before.marks)


def _taken(items: Sequence[Item], start: int, end: int, part: str) -> str:
    _take(items, start, end)
    return part


def _in_part(clock: Clock, part: str) -> Clock:
    """As in "In the evening at eight": the part of the day says which eight."""
    first = _minutes(part.lstrip("<>").split("-")[0])
    if clock.exact:
        return clock
    if first >= _EVENING and clock.minutes < NOON:
        return replace(clock, minutes=clock.minutes + NOON)
    if part.startswith("08") and NOON < clock.minutes < NOON + 8 * 60:
        return replace(clock, minutes=clock.minutes - NOON)
    return clock


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _afternoons(items: Sequence[Item], clocks: list[Clock]) -> list[Clock]:
    """The half of the day that is said once holds for the whole window: "from 8 to 10 in the evening"."""
    done = list(clocks)
    for number in range(len(done) - 1):
        one, two = done[number], done[number + 1]
        morning = one.bare and one.minutes < NOON and one.minutes + NOON < two.minutes
        evening = two.exact and two.minutes > NOON and "pm" in items[two.end - 1].marks
        if morning and evening and two.start - one.end <= 1:
            done[number] = replace(one, minutes=one.minutes + NOON)
    return done


def _bounded(items: Sequence[Item], clocks: list[Clock]) -> list[str]:
    """Windows and bounds made of the clocks and the words before them."""
    if len(clocks) > 1 and _is_window(items, clocks[0], clocks[1]):
        first, last = clocks[0].minutes, clocks[1].minutes
        if last <= first and last + NOON < DAY and clocks[1].bare:
            last += NOON
        if first < last:
            return [f"{said(first)}-{said(last)}"]
    return [_bound(items, clock) + said(clock.minutes) for clock in clocks]


def _is_window(items: Sequence[Item], one: Clock, two: Clock) -> bool:
    between = [items[at].marks for at in range(one.end, two.start)]
    if len(between) > 1:
        return False
    before = items[one.start - 1].marks if one.start else frozenset()
    if not between:
        return not before & {"or"}
    if between[0] & {"until", "upto"} or (between[0] & {"to"} and before & {"from"}):
        return True
    return "and" in between[0] and "between" in before


def _bound(items: Sequence[Item], clock: Clock) -> str:
    """``>`` or ``<`` for "after", "until", "not earlier than"; empty for an exact time."""
    before = [items[at].marks for at in range(max(clock.start - 3, 0), clock.start)]
    while before and "hour" in before[-1]:
        before.pop()
    if not before:
        return ""
    last = before[-1]
    if last & {"about", "to", "at"} and len(before) > 1 and before[-2] & {"earlier", "later"}:
        before.pop()
        last = before[-1]
    if last & {"earlier", "later"} and len(before) > 1 and "not" in before[-2]:
        return ">" if "earlier" in last else "<"
    return next((sign for mark, sign in _BOUNDS.items() if mark in last), "")
