"""Days and times of a booking: what the client said against what is free."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from booking.free_slot import FreeSlot
from booking.gathered import (
    fits_day,
    fits_time,
    is_day,
    is_time,
    minutes_of,
    nearest,
    wall_of,
    wish_of,
)
from booking.phrases import phrases
from booking.wish import Wish
from dialog.book_questions import FreeDays, FreeSlots, HeldFor
from dialog.flow import Walker
from dialog.questions import Asking, ask

MOST_DAYS = 60
HALF_A_DAY = 12 * 60


def settle_day(walk: Walker) -> Asking[None]:
    """The day the client means, when it is one and something is free on it."""
    _sort_out(walk)
    wish = yield from _wish(walk)
    _shifted(walk)
    day = walk.slots.get("day", "")
    if not day:
        yield from _only_day(walk, wish)
        return
    free = yield from ask(FreeSlots(wish, date.fromisoformat(day)))
    if not free:
        walk.say("day_is_full", day=phrases(walk.language).weekday_day(date.fromisoformat(day)))
        walk.slots.pop("day")


def settle_time(walk: Walker) -> Asking[None]:
    """The time the client means, when it is free; else the nearest are offered and the rest is kept."""
    _sort_out(walk)
    if " " in walk.slots.get("time", ""):
        walk.slots["day"], walk.slots["time"] = walk.slots["time"].split(" ")
    if not walk.slots.get("day") or (walk.slots.get("near") and not walk.slots.get("time")):
        return
    walk.slots.pop("near", None)
    wish = yield from _wish(walk)
    free: tuple[FreeSlot, ...] = yield from ask(FreeSlots(wish, date.fromisoformat(walk.slots["day"])))
    time, auto = walk.slots.get("time", ""), walk.slots.pop("auto", "")
    if not time:
        fitting = [slot for slot in free if fits_time(walk.slots.get("time_wished", ""), wall_of(slot)[1])]
        if walk.slots.get("time_wished") and not fitting:
            walk.say("no_such_time")
        elif walk.slots.get("time_wished") and auto:
            pick(walk, fitting[0])
            walk.slots["found"] = "1"
        return
    found = _at(free, time)
    if found is not None:
        if wall_of(found)[1] != time:
            walk.slots["found"] = "1"
        pick(walk, found)
        return
    if not free:
        walk.slots.pop("day")
        return
    walk.say("time_is_taken", time=time)
    walk.slots.pop("time")
    walk.slots["near"] = nearest(free, time, 1)[0].start.isoformat()


def pick(walk: Walker, slot: FreeSlot) -> None:
    """This is the time."""
    walk.slots["day"], walk.slots["time"] = wall_of(slot)
    walk.slots["start"] = slot.start.isoformat()
    for name in ("near", "time_wished", "days_wished", "auto"):
        walk.slots.pop(name, None)


def free_at(walk: Walker) -> Asking[FreeSlot | None]:
    """The free time that was picked, as it is now."""
    wish = yield from _wish(walk)
    free: tuple[FreeSlot, ...] = yield from ask(FreeSlots(wish, date.fromisoformat(walk.slots["day"])))
    return _at(free, walk.slots["time"])


def gone(walk: Walker) -> Asking[None]:
    """Somebody was faster: the nearest three are offered, everything else is kept."""
    walk.say("time_is_gone", time=walk.slots.pop("time", ""))
    walk.slots["near"] = walk.slots.get("start", "")
    yield from ()


def _at(free: tuple[FreeSlot, ...], time: str) -> FreeSlot | None:
    """The slot at that time; eight in a salon that opens at ten is eight in the evening."""
    by_time = {wall_of(slot)[1]: slot for slot in free}
    later = minutes_of(time) + HALF_A_DAY
    evening = f"{later // 60:02d}:{later % 60:02d}" if later < 2 * HALF_A_DAY else ""
    return by_time.get(time) or by_time.get(evening)


def _sort_out(walk: Walker) -> None:
    """What is not one day or one time is a wish, kept beside."""
    day, time = walk.slots.get("day", ""), walk.slots.get("time", "")
    if day and not is_day(day):
        walk.slots["days_wished"] = walk.slots.pop("day")
    if time and " " not in time and not is_time(time):
        walk.slots["time_wished"] = walk.slots.pop("time")
        walk.slots.pop("near", None)


def _wish(walk: Walker) -> Asking[Wish]:
    held = yield from ask(HeldFor(walk.conversation))
    return wish_of(walk.slots, held)


def _only_day(walk: Walker, wish: Wish) -> Asking[None]:
    """A wish for several days may leave only one; for none, all days are shown."""
    found = yield from ask(FreeDays(wish, MOST_DAYS))
    if not found:
        walk.say("nothing_free")
        yield from walk.hand_over(reason="lead", label="lead", opening="to_person_nothing_free")
        return
    fitting = [free.day for free in found if fits_day(walk.slots, free.day)]
    if not fitting:
        walk.say("no_such_day")
        walk.slots.pop("days_wished", None)
        walk.slots.pop("days", None)
    elif len(fitting) == 1 and walk.slots.get("days_wished"):
        walk.slots["day"] = fitting[0].isoformat()


def _shifted(walk: Walker) -> None:
    """ "An hour later", "a day later", counted from the time that was picked."""
    shift = walk.slots.pop("shift", "")
    day, time = walk.slots.get("day", ""), walk.slots.get("time", "")
    if not shift or not day or not time:
        return
    walk.slots.pop("start", None)
    walk.slots["found"] = "1"
    sign, amount, unit = (1 if shift[0] == "+" else -1), shift[1:-1], shift[-1:]
    if not amount:
        walk.slots["time_wished"] = f"{'>' if sign > 0 else '<'}{_minutes_later(time, 1 if sign > 0 else 0)}"
        walk.slots.pop("time")
    elif unit == "d":
        walk.slots["day"] = (date.fromisoformat(day) + timedelta(days=sign * int(amount))).isoformat()
    else:
        moved = datetime.fromisoformat(f"{day}T{time}") + timedelta(minutes=sign * int(amount))
        walk.slots["day"], walk.slots["time"] = moved.date().isoformat(), f"{moved:%H:%M}"


def _minutes_later(time: str, minutes: int) -> str:
    later = min(minutes_of(time) + minutes, 2 * HALF_A_DAY - 1)
    return f"{later // 60:02d}:{later % 60:02d}"
