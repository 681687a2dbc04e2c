"""The day's bookings by master, requests that wait for a time, and what became of a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from booking.free_search import can_do, slot_of
from booking.hours import wall_to_utc
from booking.orders import CancelVisit, MarkVisit, PlaceVisit
from booking.refusal import BookRefused, Refusal
from booking.salon import Salon
from booking.staff import Staff
from booking.visit import Visit, VisitStatus
from booking.wish import WantedService
from console import refusals
from console.answers import answer
from console.book_desk import BookDesk
from console.book_words import day_in_words, masters_in_words, money_in_words, services_in_words, visit_in_words
from console.forms import PlaceForm
from console.parts import Came, Parts, With
from console.policy import INBOX, STAFF, Door
from console.refusals import N_, not_found
from console.visit import Visit as Call
from console.wire import sight_of

HIDDEN = frozenset({VisitStatus.HELD})
_WHY = {
    Refusal.SLOT_TAKEN: N_("This time is taken. Choose another one."),
    Refusal.VISIT_GONE: N_("This booking has changed meanwhile. Reload the page."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One visit of a master's day."""

    id: int
    start: str
    end: str
    what: str
    who: str
    phone: str
    status: str
    price: str
    at_least: bool
    open: bool
    over: bool
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A master's day: ``works`` False when it is her day off."""

    name: str
    role: str
    lines: Sequence[Line]
    works: bool


async def bookings_page(request: Request, parts: With, visit: Came, day: str = "") -> Response:
    """Everybody's day, and the requests."""
    book = _book(parts)
    salon = book.salon()
    chosen = _day(day, visit.now, salon.zone)
    places = [
        (branch.name.said_in(visit.language), await _columns(parts, visit, chosen, _staff_of(salon, branch.key)))
        for branch in salon.branches
    ]
    asked = await book.requests()
    chats = await book.chats(asked)
    sight = sight_of(visit.role)
    waiting = [
        {
            "id": one.id,
            "what": services_in_words(salon, one.wanted, visit.language),
            "wish": sight.text(one.wish),
            "who": sight.text(one.name),
            "phone": sight.answer("phone", one.phone) if one.phone else "",
            "chat": chats.get(one.conversation or 0, ""),
            "at": one.created_at.isoformat() if one.created_at else "",
            "wanted_staff": one.wanted_staff,
            "masters": [(m, masters_in_words(salon, [m], visit.language)) for m in _able(salon, one)],
        }
        for one in asked
    ]
    return parts.pages.show(
        request,
        visit,
        "bookings.html",
        day=chosen,
        today=visit.now.astimezone(salon.zone).date(),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        named=day_in_words(_noon(chosen), visit.language),
        places=[(name, columns) for name, columns in places if columns],
        waiting=waiting,
    )


async def today_page(request: Request, parts: With, visit: Came, day: str = "") -> Response:
    """A master's own day: hers is the line of the staff that bears her name."""
    columns: list[Column] = []
    chosen = visit.now.date()
    named = ""
    if parts.book is not None:
        salon = parts.book.salon()
        chosen = _day(day, visit.now, salon.zone)
        named = day_in_words(_noon(chosen), visit.language)
        mine = [
            one
            for one in salon.staff
            if visit.user.name.casefold() in {one.name.ru.casefold(), (one.name.en or "").casefold()}
        ]
        columns = await _columns(parts, visit, chosen, mine, everybody=True)
    return parts.pages.show(
        request,
        visit,
        "today.html",
        columns=columns,
        named=named,
        day=chosen,
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
    )


async def arrived(parts: With, visit: Came, visit_id: int) -> Response:
    """The client is there."""
    await _do(parts, visit, MarkVisit(visit=visit_id, status="arrived"))
    return answer({})


async def no_show(parts: With, visit: Came, visit_id: int) -> Response:
    """The client did not come."""
    await _do(parts, visit, MarkVisit(visit=visit_id, status="no_show"))
    return answer({})


async def cancel(parts: With, visit: Came, visit_id: int) -> Response:
    """The salon cancels; the client is told in his chat."""
    gone = await _do(parts, visit, CancelVisit(visit=visit_id, anyway=True))
    await _tell(parts, visit, gone, "cancelled")
    return answer({})


async def place(request: Request, parts: With, visit: Came, visit_id: int, form: PlaceForm) -> Response:
    """A request gets its time and master; the client is told in his chat."""
    book = _book(parts)
    salon = book.salon()
    asked = await book.visit(visit_id)
    if asked is None or asked.status is not VisitStatus.REQUESTED or form.staff not in salon.staff_by_key:
        raise refusals.Refusal(409, "gone", _WHY[Refusal.VISIT_GONE])
    branch = salon.branch(salon.master(form.staff).branch)
    hour, minute = map(int, form.time.split(":"))
    start = wall_to_utc(date.fromisoformat(form.day), hour * 60 + minute, branch.zone)
    if start < visit.now:
        raise refusals.Refusal(422, "past", N_("This time is over already."), fields={"time": N_("over already")})
    slot = slot_of(salon, branch, [(service, form.staff) for service in asked.wanted], start)
    placed = await _do(parts, visit, PlaceVisit(visit=visit_id, slot=slot))
    await _tell(parts, visit, placed, "accepted")
    return answer({"next": f"{request.scope.get('root_path', '')}/bookings?day={form.day}"})


async def _do(parts: Parts, visit: Call, order: MarkVisit | CancelVisit | PlaceVisit) -> Visit | None:
    try:
        done = await _book(parts).carry_out(order, visit.now)
    except BookRefused as refused:
        raise refusals.Refusal(409, refused.reason.value, _WHY.get(refused.reason, _WHY[Refusal.VISIT_GONE])) from None
    subject = f"visit {order.visit}"
    await parts.accounts.note(visit.user.id, type(order).__name__, subject, visit.address, visit.now)
    return done


async def _tell(parts: Parts, visit: Call, changed: Visit | None, what: str) -> None:
    book = _book(parts)
    if changed is not None and changed.conversation is not None:
        await book.tell(changed, what, visit_in_words(book.salon(), changed, "ru"), visit.now)


async def _columns(
    parts: Parts, visit: Call, day: date, staff: Sequence[Staff], *, everybody: bool = False
) -> list[Column]:
    """Each master's day; who neither works nor has anything is left out unless ``everybody`` is asked for."""
    book = _book(parts)
    salon = book.salon()
    found = {key: await book.day(key, day) for key in dict.fromkeys(one.branch for one in staff)}
    chats = await book.chats([one for visits in found.values() for one in visits])
    columns: list[Column] = []
    for master in staff:
        mine = [one for one in found[master.branch] if master.key in one.masters and one.status not in HIDDEN]
        works = bool(salon.working_hours(master.key, day))
        if mine or works or everybody:
            lines = [_line(salon, one, master.key, visit, chats) for one in mine]
            name, role = master.name.said_in(visit.language), master.role.said_in(visit.language)
            columns.append(Column(name=name, role=role, lines=lines, works=works))
    return columns


def _line(salon: Salon, one: Visit, master: str, call: Call, chats: Mapping[int, str]) -> Line:
    sight = sight_of(call.role)
    zone = ZoneInfo(one.zone)
    own = [part for part in one.parts if part.staff == master]
    what = services_in_words(salon, [part.service for part in own], call.language) or one.note
    return Line(
        id=one.id,
        start=own[0].start.astimezone(zone).strftime("%H:%M"),
        end=own[-1].end.astimezone(zone).strftime("%H:%M"),
        what=what,
        who=sight.text(one.name),
        phone=sight.answer("phone", one.phone) if one.phone else "",
        status=one.status.value,
        price=money_in_words(sum(part.price.amount for part in own), salon.currency, call.language),
        at_least=any(part.price.at_least for part in own),
        open=one.status in {VisitStatus.CONFIRMED, VisitStatus.ARRIVED},
        over=one.start <= call.now,
        chat=chats.get(one.conversation or 0, ""),
    )


def _able(salon: Salon, asked: Visit) -> list[str]:
    """Masters who can do everything asked for; the one who was wished for first."""
    services = tuple(WantedService(service=key) for key in asked.wanted if key in salon.service_by_key)
    able = [staff for branch in salon.branches for staff in can_do(salon, services, branch.key)]
    return sorted(able, key=lambda staff: staff != asked.wanted_staff)


def _staff_of(salon: Salon, branch: str) -> list[Staff]:
    return [one for one in salon.staff if one.branch == branch]


def _day(text: str, now: datetime, zone: ZoneInfo) -> date:
    """The day asked for; today for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return now.astimezone(zone).date()


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _book(parts: Parts) -> BookDesk:
    if parts.book is None:
        raise not_found()
    return parts.book


DOORS = (
    Door(method="GET", path="/bookings", policy=INBOX, handler=bookings_page),
    Door(method="GET", path="/today", policy=STAFF, handler=today_page),
    Door(method="POST", path="/api/visits/{visit_id}/arrived", policy=INBOX, handler=arrived),
    Door(method="POST", path="/api/visits/{visit_id}/no-show", policy=INBOX, handler=no_show),
    Door(method="POST", path="/api/visits/{visit_id}/cancel", policy=INBOX, handler=cancel),
    Door(method="POST", path="/api/visits/{visit_id}/place", policy=INBOX, handler=place),
)
