"""The demo salon's past is believable, repeatable, and can be written into the book."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from booking.book_rules import BookRules
from booking.book_terms import BookTerms
from booking.salon_files import load_salon
from booking.visit import VisitStatus
from booking.wish import Wish
from bots.demo_history import demo_history
from bots.salon_files import DEMO
from storage.book_invariants import BOOK_INVARIANTS
from storage.invariants import violations
from storage.moments import micros
from storage.open_store import open_store
from tests.storage.world import CountingDice, HeldClock, RememberingBus

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SALON = load_salon(DEMO, date(2026, 3, 10))


def test_clients_come_back_to_their_masters_in_the_rhythm_of_the_service() -> None:
    clients, visits = demo_history(SALON, NOW, 12)
    assert (clients, visits) == demo_history(SALON, NOW, 12)
    assert 190 <= len(clients) <= 220
    past = [visit for visit in visits if visit.slot.end <= NOW]
    assert len(past) > 700
    assert all(visit.status is VisitStatus.CONFIRMED for visit in visits if visit.slot.end > NOW)
    missed = sum(visit.status is VisitStatus.NO_SHOW for visit in past) / len(past)
    assert 0.01 < missed < 0.06
    for service in ("manicure_gel", "haircut_women"):
        gaps: list[float] = []
        kept: Counter[bool] = Counter()
        for client in clients:
            mine = [v for v in past if v.client == client and v.slot.parts[0].service == service]
            gaps += [(b.slot.start - a.slot.start) / timedelta(days=1) for a, b in itertools.pairwise(mine)]
            kept.update(a.slot.masters == b.slot.masters for a, b in itertools.pairwise(mine))
        usual = SALON.service(service).return_days
        assert usual is not None
        assert 0.8 * usual < median(gaps) < 1.6 * usual
        assert kept[True] > 3 * kept[False]


def test_what_the_readme_books_in_one_sentence_is_free_whatever_the_day_of_the_first_start() -> None:
    for day in range(7):
        now = NOW + timedelta(days=day)
        friday = (now + timedelta(days=(4 - now.weekday()) % 7)).date()
        evening = datetime(friday.year, friday.month, friday.day, 18, tzinfo=SALON.zone)
        _, visits = demo_history(load_salon(DEMO, now.date()), now, 12)
        parts = [part for visit in visits for part in visit.slot.parts if part.staff == "belova"]
        assert not [
            part for part in parts if part.busy_end > evening and part.busy_start < evening + timedelta(hours=3)
        ]


def test_visits_are_in_the_hours_of_their_masters() -> None:
    _, visits = demo_history(SALON, NOW, 12)
    for visit in visits:
        part = visit.slot.parts[0]
        zone = SALON.branch(visit.slot.branch).zone
        start, end = part.start.astimezone(zone), part.end.astimezone(zone)
        first, last = (moment.hour * 60 + moment.minute for moment in (start, end))
        hours = SALON.working_hours(part.staff, start.date())
        assert any(span.start <= first and last <= span.end for span in hours)


def test_the_book_takes_it_over_and_free_times_are_left(tmp_path: Path) -> None:
    async def run() -> None:
        store = await open_store("", tmp_path, clock=HeldClock(), dice=CountingDice(), bus=RememberingBus())
        try:
            terms = BookTerms.of(SALON, BookRules())
            store.book.goes_by(lambda: terms)
            clients, visits = demo_history(SALON, NOW, 12)
            assert await store.book.fill(clients, visits, "ru", NOW) == len(visits)
            found = [one for one in await violations(store.database, micros(NOW)) if one.rule in BOOK_INVARIANTS]
            assert found == []
            days = (await store.book.free_times(Wish.of("manicure_gel"), NOW.date(), date(2026, 3, 31), NOW)).days()
            assert len(days) > 10
        finally:
            await store.close()

    asyncio.run(run())


def test_anna_is_a_regular_with_one_visit_ahead_for_each_habit_at_most() -> None:
    _, visits = demo_history(SALON, NOW, 12)
    mine = [visit for visit in visits if visit.client.name == "Анна"]
    assert sum(visit.status is VisitStatus.DONE for visit in mine) >= 6
    assert 1 <= sum(visit.status is VisitStatus.CONFIRMED for visit in mine) <= 2
    assert {visit.slot.masters[0] for visit in mine} >= {"maria"}
