"""What booking does besides talking: makes the wish sure, holds the time, books it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from booking.gathered import ANY, branch_of, is_anybody, services_of, wish_of
from booking.orders import ConfirmHold, HoldSlot, ReleaseHold
from booking.refusal import Refusal
from booking.visit import Visit
from dialog.book_questions import BookingIsLive, ClientOf, EarliestSlots, HeldFor, Quote, VisitsOf
from dialog.book_words import VisitWords
from dialog.flow import Action, Walker
from dialog.namesakes import NAMESAKES, namesakes_of
from dialog.questions import Asking, ask
from flows.booking.consent import check_consent, give_consent
from flows.booking.times import free_at, gone, pick, settle_day, settle_time
from flows.common.visit_file import attach_visit

IN_CHAT = "in_chat"
GONE = frozenset({Refusal.SLOT_TAKEN, Refusal.HOLD_GONE, Refusal.VISIT_GONE})
"""The time is not there any more; every other refusal is for a person to decide."""
NEEDED = ("service", "staff", "day", "time")
"""What must be chosen before a time is held."""
TIME = ("time", "time_wished", "near", "start", "auto")
DAY = ("day", "days_wished", "days", *TIME)


def begin_booking(walk: Walker) -> Asking[None]:
    """A salon without a live schedule takes requests; a client who may not book is passed to a person."""
    if not (yield from ask(BookingIsLive())):
        service = walk.slots.get("service")
        walk.begin("request", {"service": service} if service else {})
        return
    client = yield from ask(ClientOf(walk.conversation))
    if client.refusal is not None and not walk.slots.get("moves"):
        yield from _to_a_person(walk, client.refusal)
        return
    _from_where_it_was(walk)
    if walk.slots.get("time") or walk.slots.get("day"):
        walk.slots["auto"] = "1"


def _from_where_it_was(walk: Walker) -> None:
    """A visit that moves: "an hour later" counts from its old time, and its old day alone is not where it moves to."""
    day, time = walk.slots.pop("was_day", ""), walk.slots.pop("was_time", "")
    if not day:
        return
    if walk.slots.get("shift"):
        walk.slots["day"], walk.slots["time"] = day, walk.slots.get("time") or time
    elif walk.slots.get("day") == day and not walk.slots.get("time"):
        _forget(walk, "day")


def as_last_time(walk: Walker) -> Asking[None]:
    """The services and the master of the last visit, at the earliest time."""
    past: tuple[Visit, ...] = yield from ask(VisitsOf(walk.conversation, past=True))
    _forget(walk, "service", "extra", "staff", *DAY)
    if not past or not past[0].parts:
        return
    services, masters = past[0].services, past[0].masters
    walk.slots["service"], walk.slots["extra"] = services[0], ",".join(services[1:])
    walk.slots["staff"] = masters[0] if len(masters) == 1 else ANY
    if (yield from ask(Quote(wish_of(walk.slots)))) is None:
        walk.slots["staff"] = ANY
    earliest = yield from ask(EarliestSlots(wish_of(walk.slots), 1))
    if earliest:
        pick(walk, earliest[0])


def settle_place(walk: Walker) -> Asking[None]:
    """Who and where, as far as there is a choice: one master who can is chosen, one who cannot is not."""
    staff = walk.slots.get("staff", "")
    if not walk.slots.get("service"):
        return
    if is_anybody(staff):
        walk.slots["branch"] = branch_of(staff) or walk.slots.get("branch", "")
    possible = yield from ask(Quote(wish_of({**walk.slots, "staff": ""})))
    if possible is None and walk.slots.get("branch"):
        walk.say("not_at_branch")
        walk.slots["branch"] = ""
        possible = yield from ask(Quote(wish_of({**walk.slots, "staff": ""})))
    if possible is None:
        walk.say("not_possible")
        _forget(walk, "service", "extra", "staff")
        return
    _tell_namesakes_apart(walk, possible.masters)
    staff = walk.slots.get("staff", "")
    if staff and not is_anybody(staff) and staff not in possible.masters and len(services_of(walk.slots)) == 1:
        walk.say("other_master_does_it")
        _forget(walk, "staff")
    if not walk.slots.get("staff") and len(possible.masters) == 1:
        walk.slots["staff"] = possible.masters[0]


def _tell_namesakes_apart(walk: Walker, masters: tuple[str, ...]) -> None:
    """Of masters who share the name that was said, the one who does it; where several do, the client is asked."""
    shared = namesakes_of(walk.slots)
    walk.slots.pop(NAMESAKES, None)
    fitting = [key for key in shared if key in masters]
    if len(fitting) == 1:
        walk.slots["staff"] = fitting[0]
    elif shared:
        walk.say("which_namesake" if fitting else "other_master_does_it")
        _forget(walk, "staff")


def know_contact(walk: Walker) -> Asking[None]:
    """What is known of the client is not asked again."""
    if walk.slots.get("changes"):
        _forget(walk, "changes")
        return
    client = yield from ask(ClientOf(walk.conversation))
    for name, value in (("name", client.name), ("phone", client.phone)):
        if value and not walk.slots.get(name):
            walk.slots[name] = value
    if walk.slots.get("moves"):
        walk.slots.setdefault("phone", IN_CHAT)
        walk.slots.setdefault("name", client.name or "-")
    if not (walk.slots.get("phone") and walk.slots.get("name")):
        yield from _tell_found(walk)


def _tell_found(walk: Walker) -> Asking[None]:
    """A time that we found or counted ourselves is said aloud, and so is a change; whoever named it knows it."""
    told, walk.slots["told"] = walk.slots.get("told", ""), walk.slots.get("start", "")
    changed = bool(told) and told != walk.slots["told"]
    slot = (yield from free_at(walk)) if walk.slots.pop("found", "") or changed else None
    if slot is not None:
        words = yield from ask(VisitWords(branch=slot.branch, zone=slot.zone, parts=slot.parts, language=walk.language))
        walk.say("time_found", what=words["what"], when=words["when"], who=words["who"])


def hold_time(walk: Walker) -> Asking[None]:
    """Keep the time while the client looks at the summary, and put the summary into words."""
    _forget(walk, "answer", "found")
    if any(not walk.slots.get(name) for name in NEEDED):
        # An old button, pressed after its neighbour was taken back, led past a question: it is asked first.
        _forget(walk, "ready")
        return
    if walk.refused and walk.refused not in GONE:
        yield from _to_a_person(walk, walk.refused)
        return
    slot = yield from free_at(walk)
    held = yield from ask(HeldFor(walk.conversation))
    if slot is None or walk.refused:
        yield from gone(walk)
        return
    walk.slots["ready"] = _summed_up(walk)
    words = yield from ask(VisitWords(branch=slot.branch, zone=slot.zone, parts=slot.parts, language=walk.language))
    walk.slots.update(words)
    walk.slots["start"], walk.slots["until"] = slot.start.isoformat(), slot.end.isoformat()
    if held is not None and held.parts == slot.parts and (held.held_until or walk.now) > walk.now:
        return
    walk.slots["uid"] = walk.new_uid()
    moves = walk.slots.get("moves")
    walk.book(HoldSlot(slot=slot, uid=walk.slots["uid"], moves=int(moves) if moves else None))


def confirm_booking(walk: Walker) -> Asking[None]:
    """What is held becomes a visit."""
    if walk.refused in GONE:
        walk.slots.pop("ready", None)
        yield from gone(walk)
        return
    if walk.slots.get("ready") != _summed_up(walk):
        # An old button, and something has been changed since: what is booked must be what was shown.
        walk.slots.pop("ready", None)
        return
    if walk.refused:
        yield from _to_a_person(walk, walk.refused)
        return
    phone = walk.slots.get("phone", "")
    phone = "" if phone == IN_CHAT else phone
    name = walk.slots.get("name", "").strip("-")
    if not walk.slots.get("moves"):
        walk.know_client(name=name or None, phone=phone or None)
    walk.book(ConfirmHold(name=name, phone=phone))


def say_booked(walk: Walker) -> Asking[None]:
    """The confirmation: what, who, when, where, what to bring, until when it may be changed."""
    walk.say("moved" if walk.slots.get("moves") else "booked")
    if walk.slots.get("bring"):
        walk.say("bring_this")
    if int(walk.slots.get("before") or 0):
        walk.say("changes_until")
    _attach_visit(walk)
    yield from ()


def _attach_visit(walk: Walker) -> None:
    """The visit for the client's calendar; one that moved keeps its name there and takes its old place."""
    slots = walk.slots
    uid = slots.get("moved_uid" if slots.get("moves") else "uid")
    if uid and slots.get("start") and slots.get("until"):
        start, end = datetime.fromisoformat(slots["start"]), datetime.fromisoformat(slots["until"])
        attach_visit(walk, slots, uid=uid, sequence=int(slots.get("sequence") or 0), start=start, end=end)


def add_service(walk: Walker) -> Asking[None]:
    """One more service in the same visit; the time is looked at again because the visit is longer."""
    added = walk.slots.pop("add", "")
    if added and added != "none" and added not in services_of(walk.slots):
        walk.slots["extra"] = ",".join(filter(None, (walk.slots.get("extra", ""), added)))
        if (yield from ask(Quote(wish_of(walk.slots)))) is None:
            walk.slots["staff"] = ANY


def _summed_up(walk: Walker) -> str:
    """What a summary is about, so that a later "yes" is a yes to nothing else."""
    return " ".join(walk.slots.get(name, "-") or "-" for name in ("service", "extra", "staff", "branch", "day", "time"))


def release_time(walk: Walker) -> Asking[None]:
    """What was kept for the client is free again."""
    if walk.slots.get("uid"):
        walk.book(ReleaseHold())
    yield from ()


def _to_a_person(walk: Walker, refusal: str) -> Asking[None]:
    opening = f"to_person_{refusal}"
    yield from walk.hand_over(reason="lead", label="lead", opening=opening)


def _forget(walk: Walker, *names: str) -> None:
    for name in names:
        walk.slots.pop(name, None)


def _forgetting(*names: str) -> Action:
    def forget(walk: Walker) -> Asking[None]:
        """Ask for it again."""
        _forget(walk, "answer", *names)
        yield from ()

    return forget


def forget_contact(walk: Walker) -> Asking[None]:
    """Ask for the name and the phone again, also when they are known."""
    _forget(walk, "answer", "name", "phone")
    walk.slots["changes"] = "1"
    yield from ()


ACTIONS: Mapping[str, Action] = {
    "begin_booking": begin_booking,
    "as_last_time": as_last_time,
    "settle_place": settle_place,
    "settle_day": settle_day,
    "settle_time": settle_time,
    "know_contact": know_contact,
    "check_consent": check_consent,
    "give_consent": give_consent,
    "hold_time": hold_time,
    "confirm_booking": confirm_booking,
    "say_booked": say_booked,
    "add_service": add_service,
    "release_time": release_time,
    "forget_answer": _forgetting("add"),
    "forget_time": _forgetting(*TIME),
    "forget_day": _forgetting(*DAY),
    "forget_staff": _forgetting("staff", "branch"),
    "forget_service": _forgetting("service", "extra"),
    "forget_contact": forget_contact,
}
