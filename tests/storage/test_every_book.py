"""What any book must do, tried on every book there is: in memory, on both databases, and a CRM's far away."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from booking.book import SalonBook
from booking.book_client import BookClient
from booking.book_rules import BookRules
from booking.book_terms import BookTerms
from booking.free_search import slot_of
from booking.free_slot import FreeSlot
from booking.orders import (
    AddAbsence,
    CancelVisit,
    ClientAnswers,
    ConfirmHold,
    EndAbsence,
    HoldSlot,
    MarkVisit,
    PlaceVisit,
    ReleaseHold,
    RequestVisit,
)
from booking.refusal import BookRefused, Refusal
from booking.salon import Salon
from booking.salon_files import load_salon
from booking.visit import Visit, VisitStatus
from booking.wish import Wish
from storage.open_store import Store, open_store, sqlite_path
from tests.fakes.memory_book import MemoryBook
from tests.fakes.remote_book import RemoteBook
from tests.storage.conftest import fresh_postgres
from tests.storage.world import CountingDice, HeldClock, RememberingBus, anna, says

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES = BookRules(active_visits=3, holds_per_address=8, strangers_holds=4, strangers_visits=50)
GEL = Wish.of("manicure_gel", staff="maria")
_uids = itertools.count(1)


@cache
def salon() -> Salon:
    """The demo salon on a Monday."""
    return load_salon(Path(__file__).parents[2] / "config" / "demo", TODAY)


@dataclass
class Desk:
    """A book, and clients who come to it. Conversation numbers start at 1."""

    book: SalonBook
    store: Store | None
    memory: MemoryBook | None

    async def client(self, peer: str, *, phone: str = "", verified: bool = False) -> int:
        """The conversation of a client who has just written."""
        if self.store is None:
            assert self.memory is not None
            number = len(self.memory.clients) + 1
            self.memory.clients[number] = BookClient(phone=phone, verified=verified)
            return number
        if verified:
            await self.store.people.introduce(anna(peer), name="", phone=phone, language="ru", now=NOON)
        (accepted,) = await self.store.inbox.accept([says(peer=peer)], NOON)
        return accepted.conversation_id

    async def slot(self, wish: Wish = GEL, *, day: int = 1, number: int = 0, now: datetime = NOON) -> FreeSlot:
        """A free slot of a day after today."""
        when = TODAY + timedelta(days=day)
        return (await self.book.free_times(wish, when, when, now)).on(when)[number]

    async def hold(self, who: int, slot: FreeSlot, *, moves: int | None = None, now: datetime = NOON) -> Visit:
        visit = await self.book.carry_out(HoldSlot(slot=slot, uid=f"uid-{next(_uids)}", moves=moves), who, now)
        assert visit is not None
        return visit

    async def confirm(self, who: int, *, now: datetime = NOON, phone: str = "") -> Visit:
        visit = await self.book.carry_out(ConfirmHold(name="Ира", phone=phone), who, now)
        assert visit is not None
        return visit

    async def booked(self, who: int, slot: FreeSlot, *, now: datetime = NOON, phone: str = "") -> Visit:
        await self.hold(who, slot, now=now)
        return await self.confirm(who, now=now, phone=phone)


@pytest.fixture(params=["memory", "sqlite", "postgres", "crm"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    kind = request.param
    if kind in {"memory", "crm"}:
        memory = MemoryBook(salon(), RULES)
        yield Desk(memory if kind == "memory" else RemoteBook(memory), None, memory)
        return
    url = ""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), sqlite_path(tmp_path))
    else:
        url = fresh_postgres(request)
    store = await open_store(url, tmp_path, clock=HeldClock(), dice=CountingDice(), bus=RememberingBus())
    terms = BookTerms.of(salon(), RULES)
    store.book.goes_by(lambda: terms)
    yield Desk(store.book, store, None)
    await store.close()


async def refused(coming: object, reason: Refusal) -> None:
    with pytest.raises(BookRefused) as caught:
        await coming  # type: ignore[misc]
    assert caught.value.reason is reason


async def test_a_slot_is_held_confirmed_and_listed_at_once(desk: Desk) -> None:
    who = await desk.client("ira")
    slot = await desk.slot()
    held = await desk.hold(who, slot)
    assert (held.status, held.held_until, held.parts) == (VisitStatus.HELD, NOON + timedelta(minutes=5), slot.parts)
    assert await desk.book.held(who) == held
    assert list(await desk.book.visits(who, NOON)) == []
    visit = await desk.confirm(who, phone="+79990000001")
    assert (visit.id, visit.uid, visit.status, visit.held_until) == (held.id, held.uid, VisitStatus.CONFIRMED, None)
    assert (visit.name, visit.phone, visit.masters, visit.zone) == ("Ира", "+79990000001", ("maria",), "Europe/Moscow")
    assert list(await desk.book.visits(who, NOON)) == [visit]
    assert await desk.book.visit_of(visit.uid) == await desk.book.visit(visit.id) == visit
    assert visit in await desk.book.day("centre", TODAY + timedelta(days=1))


async def test_a_held_or_booked_time_is_free_for_nobody_else_with_its_buffers(desk: Desk) -> None:
    one, other = await desk.client("one"), await desk.client("other")
    slot = await desk.slot(number=2)
    await desk.booked(one, slot)
    for shift in (0, -30, 60, 100):
        near = slot_of(
            salon(), salon().branch("centre"), [("manicure", "maria")], slot.start + timedelta(minutes=shift)
        )
        if near.parts[0].busy_end <= slot.parts[0].busy_start:
            continue
        await refused(desk.hold(other, near), Refusal.SLOT_TAKEN)
    times = await desk.book.free_times(Wish.of("manicure", staff="maria"), TODAY, TODAY + timedelta(days=3), NOON)
    for free in times.first(500):
        for part in free.parts:
            assert part.busy_end <= slot.parts[0].busy_start or slot.parts[0].busy_end <= part.busy_start


async def test_of_many_who_want_one_slot_one_gets_it(desk: Desk) -> None:
    crowd = [await desk.client(f"peer{number}") for number in range(4)]
    slot = await desk.slot()
    outcomes = await asyncio.gather(*(desk.hold(who, slot) for who in crowd), return_exceptions=True)
    won = [one for one in outcomes if isinstance(one, Visit)]
    lost = [one for one in outcomes if isinstance(one, BookRefused)]
    assert (len(won), len(lost)) == (1, 3)
    assert {one.reason for one in lost} == {Refusal.SLOT_TAKEN}


async def test_a_hold_that_ran_out_is_free_again_without_anybody_sweeping(desk: Desk) -> None:
    one, other = await desk.client("one"), await desk.client("other")
    slot = await desk.slot()
    await desk.hold(one, slot)
    later = NOON + timedelta(minutes=5)
    assert (await desk.slot(now=later)).start == slot.start
    await desk.hold(other, slot, now=later)
    await refused(desk.confirm(one, now=later), Refusal.SLOT_TAKEN)
    assert (await desk.confirm(other, now=later)).status is VisitStatus.CONFIRMED


async def test_a_hold_that_ran_out_is_still_good_while_nobody_wants_the_time(desk: Desk) -> None:
    who = await desk.client("ira")
    held = await desk.hold(who, await desk.slot())
    later = NOON + timedelta(minutes=20)
    assert await desk.book.expire(later) == 1
    assert await desk.book.held(who) is None
    assert (await desk.confirm(who, now=later)).id == held.id


async def test_one_live_hold_for_a_conversation(desk: Desk) -> None:
    one, other = await desk.client("one"), await desk.client("other")
    first, second = await desk.slot(number=0), await desk.slot(number=6)
    await desk.hold(one, first)
    await desk.hold(one, second)
    await desk.hold(other, first)
    assert await desk.book.carry_out(ReleaseHold(), one, NOON) is not None
    assert await desk.book.carry_out(ReleaseHold(), one, NOON) is None
    await refused(desk.confirm(await desk.client("third")), Refusal.HOLD_GONE)


async def test_a_refused_hold_leaves_the_one_before_as_it_was(desk: Desk) -> None:
    one, other = await desk.client("one"), await desk.client("other")
    first, second = await desk.slot(number=0), await desk.slot(number=6)
    await desk.booked(other, second)
    held = await desk.hold(one, first)
    await refused(desk.hold(one, second), Refusal.SLOT_TAKEN)
    assert await desk.book.held(one) == held


async def test_a_move_takes_the_new_place_before_it_frees_the_old(desk: Desk) -> None:
    one, other = await desk.client("one"), await desk.client("other")
    old, new = await desk.slot(day=2, number=0), await desk.slot(day=3)
    visit = await desk.booked(one, old)
    held = await desk.hold(one, new, moves=visit.id)
    assert (held.uid, held.sequence, held.moves) == (visit.uid, 1, visit.id)
    await refused(desk.hold(other, old), Refusal.SLOT_TAKEN)
    await refused(desk.hold(other, new), Refusal.SLOT_TAKEN)
    assert list(await desk.book.visits(one, NOON)) == [visit]
    moved = await desk.confirm(one)
    assert (moved.start, moved.uid, moved.status) == (new.start, visit.uid, VisitStatus.CONFIRMED)
    assert list(await desk.book.visits(one, NOON)) == [moved]
    assert await desk.book.visit_of(visit.uid) == moved
    await desk.booked(other, old)
    await refused(desk.hold(one, old, moves=visit.id), Refusal.VISIT_GONE)


async def test_a_visit_may_move_over_itself(desk: Desk) -> None:
    who = await desk.client("ira")
    visit = await desk.booked(who, await desk.slot(day=2, number=0))
    later = visit.start + timedelta(minutes=30)
    wish = replace(GEL, moves=visit.id)
    day = TODAY + timedelta(days=2)
    slot = (await desk.book.free_times(wish, day, day, NOON)).at(later)
    assert slot is not None
    await desk.hold(who, slot, moves=visit.id)
    assert (await desk.confirm(who)).start == later


async def test_cancelling_frees_the_time_once(desk: Desk) -> None:
    one, other = await desk.client("one"), await desk.client("other")
    slot = await desk.slot(day=2)
    visit = await desk.booked(one, slot)
    await refused(desk.book.carry_out(CancelVisit(visit=visit.id), other, NOON), Refusal.VISIT_GONE)
    gone = await desk.book.carry_out(CancelVisit(visit=visit.id), one, NOON)
    assert gone is not None
    assert (gone.status, gone.sequence) == (VisitStatus.CANCELLED, 1)
    await refused(desk.book.carry_out(CancelVisit(visit=visit.id), one, NOON), Refusal.VISIT_GONE)
    await desk.booked(other, slot)


async def test_inside_the_cutoff_of_a_service_a_person_decides(desk: Desk) -> None:
    who = await desk.client("ira")
    visit = await desk.booked(who, await desk.slot(day=1))
    late = visit.start - timedelta(hours=12) + timedelta(minutes=1)
    await refused(desk.book.carry_out(CancelVisit(visit=visit.id), who, late), Refusal.TOO_LATE)
    await refused(desk.hold(who, await desk.slot(day=3), moves=visit.id, now=late), Refusal.TOO_LATE)
    gone = await desk.book.carry_out(CancelVisit(visit=visit.id, anyway=True), None, late)
    assert gone is not None
    assert gone.status is VisitStatus.CANCELLED


async def test_one_client_has_so_many_coming_visits_and_no_more(desk: Desk) -> None:
    who = await desk.client("ira")
    for day in (1, 2, 3):
        await desk.booked(who, await desk.slot(day=day))
    assert (await desk.book.client(who, NOON)).refusal is Refusal.TOO_MANY_VISITS
    await desk.hold(who, await desk.slot(day=4))
    await refused(desk.confirm(who), Refusal.TOO_MANY_VISITS)


async def test_who_did_not_come_is_remembered(desk: Desk) -> None:
    who = await desk.client("ira", phone="+79990000002", verified=True)
    for day in (1, 2):
        visit = await desk.booked(who, await desk.slot(day=day))
        await desk.book.carry_out(MarkVisit(visit=visit.id, status="no_show"), None, visit.end)
    client = await desk.book.client(who, NOON + timedelta(days=4))
    assert (client.no_shows, client.refusal) == (2, Refusal.NO_SHOWS)


async def test_a_typed_phone_opens_nobodys_visits_a_proved_one_opens_its_own(desk: Desk) -> None:
    owner = await desk.client("owner", phone="+79990000003", verified=True)
    stranger = await desk.client("stranger", phone="+79990000003")
    visit = await desk.booked(owner, await desk.slot(day=1), phone="+79990000003")
    theirs = await desk.booked(stranger, await desk.slot(day=2), phone="+79990000003")
    assert list(await desk.book.visits(stranger, NOON)) == [theirs]
    await refused(desk.book.carry_out(CancelVisit(visit=visit.id), stranger, NOON), Refusal.VISIT_GONE)
    assert list(await desk.book.visits(owner, NOON)) == [visit, theirs]


async def test_a_day_off_and_a_booking_cannot_both_have_the_time(desk: Desk) -> None:
    who = await desk.client("ira")
    slot = await desk.slot(day=2)
    off = AddAbsence(staff="maria", start=slot.start, end=slot.end, uid="absence-1", note="doctor")
    absence = await desk.book.carry_out(off, None, NOON)
    assert absence is not None
    await refused(desk.hold(who, slot), Refusal.SLOT_TAKEN)
    await desk.book.carry_out(EndAbsence(visit=absence.id), None, NOON)
    await desk.booked(who, slot)
    await refused(desk.book.carry_out(replace(off, uid="absence-2"), None, NOON), Refusal.SLOT_TAKEN)


async def test_a_visit_can_be_given_to_another_master(desk: Desk) -> None:
    who = await desk.client("ira")
    visit = await desk.booked(who, await desk.slot(Wish.of("manicure_gel", staff="maria"), day=3))
    other = await desk.slot(Wish.of("manicure_gel", staff="viktoria"), day=3)
    placed = await desk.book.carry_out(PlaceVisit(visit=visit.id, slot=other), None, NOON)
    assert placed is not None
    assert (placed.masters, placed.uid, placed.sequence) == (("viktoria",), visit.uid, 1)
    assert list(await desk.book.visits(who, NOON)) == [placed]


async def test_a_request_is_answered_by_a_person(desk: Desk) -> None:
    who = await desk.client("ira")
    order = RequestVisit(uid="request-1", branch="centre", services=("manicure_gel",), wish="в субботу", staff="maria")
    asked = await desk.book.carry_out(order, who, NOON)
    assert asked is not None
    assert (asked.status, asked.parts, asked.wish) == (VisitStatus.REQUESTED, (), "в субботу")
    assert (asked.wanted, asked.wanted_staff) == (("manicure_gel",), "maria")
    slot = await desk.slot(day=5)
    placed = await desk.book.carry_out(PlaceVisit(visit=asked.id, slot=slot), None, NOON)
    assert placed is not None
    assert (placed.id, placed.status, placed.parts) == (asked.id, VisitStatus.CONFIRMED, slot.parts)


async def test_what_is_over_is_done_by_itself(desk: Desk) -> None:
    who = await desk.client("ira")
    visit = await desk.booked(who, await desk.slot(day=1))
    assert await desk.book.expire(visit.end + timedelta(minutes=29)) == 0
    assert await desk.book.expire(visit.end + timedelta(minutes=30)) == 1
    (past,) = await desk.book.visits(who, visit.end + timedelta(hours=1), past=True)
    assert (past.id, past.status) == (visit.id, VisitStatus.DONE)
    assert list(await desk.book.visits(who, visit.end + timedelta(hours=1))) == []


async def test_a_client_says_that_he_will_come(desk: Desk) -> None:
    who = await desk.client("ira")
    visit = await desk.booked(who, await desk.slot(day=1))
    assert await desk.book.carry_out(ClientAnswers(visit=visit.id), who, NOON) is not None
    await desk.book.carry_out(CancelVisit(visit=visit.id), who, NOON)
    await refused(desk.book.carry_out(ClientAnswers(visit=visit.id), who, NOON), Refusal.VISIT_GONE)


async def test_an_address_cannot_hold_for_ever(desk: Desk) -> None:
    who = await desk.client("ira", phone="+79990000004", verified=True)
    slot = await desk.slot()
    for _ in range(RULES.holds_per_address):
        await desk.hold(who, slot)
    await refused(desk.hold(who, slot), Refusal.TOO_MANY_HOLDS)
    later = NOON + timedelta(hours=1, minutes=1)
    assert (await desk.hold(who, slot, now=later)).held_until == later + timedelta(minutes=5)


async def test_strangers_together_cannot_empty_the_book(desk: Desk) -> None:
    known = await desk.client("known", phone="+79990000005", verified=True)
    for number in range(RULES.strangers_holds):
        await desk.hold(await desk.client(f"s{number}"), await desk.slot(day=number + 1))
    await refused(desk.hold(await desk.client("late"), await desk.slot(day=5)), Refusal.SALON_BUSY)
    await desk.hold(known, await desk.slot(day=5))


async def test_two_masters_in_one_visit(desk: Desk) -> None:
    who = await desk.client("ira")
    slot = await desk.slot(Wish.of("haircut_women", "manicure_gel", branch="centre"), day=1)
    assert slot.masters == ("anna", "maria") or slot.masters == ("maria", "anna")
    visit = await desk.booked(who, slot)
    assert visit.parts == slot.parts
    assert visit.parts[0].end <= visit.parts[1].start
    other = await desk.client("other")
    for part in visit.parts:
        alone = slot_of(salon(), salon().branch("centre"), [(part.service, part.staff)], part.start)
        await refused(desk.hold(other, alone), Refusal.SLOT_TAKEN)
