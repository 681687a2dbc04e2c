"""Free times: shifts, buffers, several services, branches, and the days when clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.book_rules import BookRules
from booking.free_search import Busy, FoundTimes, busy_span, slot_of
from booking.free_slot import FreeSlot
from booking.hours import DaySpan, WeekHours
from booking.price import Price
from booking.salon import Salon
from booking.salon_files import load_salon
from booking.service import MasterTerms
from booking.ticks import bits, runs, span, taken
from booking.wish import WantedService, Wish
from booking.work_calendar import WorkCalendar

MONDAY = date(2026, 3, 2)
EARLY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
FREELY = BookRules(lead_minutes=0, step_minutes=15, horizon_days=366)
MOSCOW = ZoneInfo("Europe/Moscow")


@cache
def demo() -> Salon:
    """The demo salon on a Monday."""
    return load_salon(Path(__file__).parents[2] / "config" / "demo", MONDAY)


def found(
    wish: Wish,
    *,
    busy: Busy | None = None,
    rules: BookRules = FREELY,
    now: datetime = EARLY,
    day: date = MONDAY,
    days: int = 1,
    salon: Salon | None = None,
) -> FoundTimes:
    last = day + timedelta(days=days - 1)
    return FoundTimes(WorkCalendar(salon or demo()), wish, busy or {}, rules, now, day, last)


def clock(slot: FreeSlot) -> str:
    return slot.start.astimezone(ZoneInfo(slot.zone)).strftime("%H:%M")


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


TUESDAY = date(2026, 3, 3)


def test_a_visit_keeps_to_the_shift_with_its_break() -> None:
    times = [clock(slot) for slot in found(Wish.of("manicure", staff="maria"), day=TUESDAY).on(TUESDAY)]
    assert (times[0], times[-1]) == ("10:00", "19:00")
    assert "13:00" in times
    assert "13:15" not in times
    assert "14:30" not in times
    assert "15:00" in times


def test_buffers_lie_on_both_sides_of_what_is_taken() -> None:
    service = replace(demo().service("manicure"), buffer_before=10, buffer_after=15)
    others = tuple(service if each.key == "manicure" else each for each in demo().services)
    salon = replace(demo(), services=others)
    busy = {"maria": [busy_span(at(12, 0, TUESDAY), at(13, 0, TUESDAY))]}
    slots = found(Wish.of("manicure", staff="maria"), busy=busy, day=TUESDAY, salon=salon).on(TUESDAY)
    times = [clock(slot) for slot in slots]
    assert "10:45" in times
    assert "11:00" not in times
    assert "13:00" not in times
    assert (slots[0].parts[0].busy_start, slots[0].parts[0].busy_end) == (
        slots[0].start - timedelta(minutes=10),
        slots[0].end + timedelta(minutes=15),
    )


def test_each_master_has_her_own_price_and_time() -> None:
    (slot,) = found(Wish.of("manicure_gel", staff="maria"), day=TUESDAY).first(1)
    assert (slot.parts[0].minutes, slot.price) == (105, Price(amount=3000))
    other = found(Wish.of("manicure_gel", staff="viktoria"), day=TUESDAY, days=3).first(1)[0]
    assert (other.parts[0].minutes, other.price) == (120, Price(amount=2800))


def test_anybody_is_the_earliest_over_all() -> None:
    service = demo().service("haircut_women")
    for day in (MONDAY, TUESDAY, date(2026, 3, 4)):
        alone = [found(Wish.of("haircut_women", staff=who), day=day, days=7).first(1) for who in ("anna", "olga")]
        best = found(Wish.of("haircut_women"), day=day, days=7).first(1)[0]
        assert best.start == min(each[0].start for each in alone)
        assert best.parts[0].minutes == service.minutes_by(best.masters[0])


def test_of_two_who_are_free_the_one_with_less_to_do_gets_the_client() -> None:
    wish, day = Wish.of("manicure", branch="zarechny"), date(2026, 3, 4)
    first = found(wish, day=day).at(at(14, 0, day))
    assert first is not None
    busy = {first.masters[0]: [busy_span(at(18, 0, day), at(19, 0, day))]}
    second = found(wish, busy=busy, day=day).at(at(14, 0, day))
    assert second is not None
    assert first.masters != second.masters


def test_several_services_are_one_row_of_time_by_one_master_or_two() -> None:
    both = found(Wish.of("manicure_gel", "pedicure_gel", branch="centre"), day=TUESDAY).on(TUESDAY)
    assert {slot.masters for slot in both} == {("maria",)}
    minutes = sum(demo().service(key).minutes_by("maria") for key in ("manicure_gel", "pedicure_gel"))
    assert {slot.end - slot.start for slot in both} == {timedelta(minutes=minutes)}
    two = found(Wish.of("haircut_women", "manicure_gel", branch="centre"), day=MONDAY, days=7).first(50)
    assert two
    for slot in two:
        assert set(slot.masters) == {"anna", "maria"}
        assert slot.parts[0].end <= slot.parts[1].start <= slot.parts[0].end + timedelta(minutes=5)


def test_a_master_may_be_named_for_each_service() -> None:
    wish = Wish(services=(WantedService(service="manicure", staff="viktoria"), WantedService(service="pedicure")))
    slots = found(wish, day=MONDAY, days=14).first(20)
    assert slots
    assert all(
        dict(zip([p.service for p in s.parts], [p.staff for p in s.parts], strict=True))["manicure"] == "viktoria"
        for s in slots
    )
    assert {slot.branch for slot in slots} == {"zarechny"}
    nobody = Wish(services=(WantedService(service="manicure", staff="anna"),))
    assert found(nobody, days=14).days() == ()


def test_lead_time_horizon_and_step_are_kept() -> None:
    wish = Wish.of("manicure", staff="maria")
    now = at(11, 40, TUESDAY)
    rules = BookRules(lead_minutes=60, step_minutes=30, horizon_days=3)
    assert clock(found(wish, rules=rules, now=now, day=TUESDAY).on(TUESDAY)[0]) == "13:00"
    days = [free.day for free in found(wish, rules=rules, now=now, day=TUESDAY, days=20).days()]
    assert days == [TUESDAY, date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)]


def test_the_day_before_is_not_offered_and_the_nearest_are_around() -> None:
    wish = Wish.of("manicure", staff="maria")
    busy = {"maria": [busy_span(at(12, 0, TUESDAY), at(13, 0, TUESDAY))]}
    times = found(wish, busy=busy, day=MONDAY, days=4)
    assert times.at(at(12, 0, TUESDAY)) is None
    assert [clock(slot) for slot in times.nearest(at(12, 0, TUESDAY), 3)] == ["10:30", "10:45", "13:00"]
    assert times.on(MONDAY) == ()
    assert times.first(1, after=at(18, 20, TUESDAY))[0].start == at(18, 30, TUESDAY)


def test_an_unknown_service_is_an_error_and_no_service_is_nothing() -> None:
    with pytest.raises(KeyError):
        found(Wish.of("tattoo"))
    with pytest.raises(KeyError):
        found(Wish.of("manicure", staff="nobody"))
    assert found(Wish(services=())).days() == ()


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=30), st.integers(0, 50))
def test_bits_are_what_they_stand_for(spans: list[tuple[int, int]], base: int) -> None:
    """One subtraction for all spans is the union of them; a run is a row of set bits."""
    pairs = [(first, first + length) for first, length in spans]
    expected = {tick - base for first, end in pairs for tick in range(first, end) if tick >= base}
    mask = taken(pairs, base)
    assert set(bits(mask)) == expected
    free = span(0, 500) & ~mask
    for length in (1, 3, 8):
        starts = {bit for bit in range(500) if all(free >> (bit + n) & 1 for n in range(length))}
        assert set(bits(runs(free, length))) == starts


ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("posix", "right", "Etc")))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.integers(2026, 2035), st.data())
def test_around_a_change_of_clocks_what_is_shown_is_what_is_stored(
    zone_name: str, year: int, data: st.DataObject
) -> None:
    """In any zone, at any transition: each start lies on the step of the local clock, inside the hours, and is once."""
    zone = ZoneInfo(zone_name)
    day = data.draw(st.sampled_from(transitions(zone, year) or [date(year, 6, 1)]))
    salon = in_zone(zone)
    first = day - timedelta(days=1)
    now = datetime.combine(first - timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    around = FoundTimes(
        WorkCalendar(salon), Wish.of("manicure", staff="maria"), {}, FREELY, now, first, first + timedelta(days=2)
    )
    shown: list[str] = []
    for number in range(3):
        today = first + timedelta(days=number)
        for slot in around.on(today):
            wall = slot.start.astimezone(zone)
            assert wall.date() == today
            assert wall.minute % 15 == 0
            assert slot.start == slot.start.astimezone(UTC)
            assert slot.end - slot.start == timedelta(minutes=60)
            assert wall.replace(fold=0).astimezone(UTC) == slot.start, "the first of two equal times is meant"
            assert around.at(slot.start) == slot
            shown.append(wall.strftime("%d %H:%M"))
    assert len(shown) == len(set(shown)), "no time of the wall clock is offered twice"
    assert sum(each.times for each in around.days()) == len(shown)


def transitions(zone: ZoneInfo, year: int) -> list[date]:
    """Local days of a year on which the clocks change."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    noons = [datetime.combine(day, datetime.min.time(), tzinfo=zone) for day in days]
    return [days[n] for n in range(365) if noons[n].utcoffset() != noons[n + 1].utcoffset()]


def in_zone(zone: ZoneInfo) -> Salon:
    """Open round the clock, every day, in that zone."""
    always = WeekHours(days=((DaySpan(0, 1440),),) * 7)
    branch = replace(demo().branch("centre"), zone=zone, hours=always)
    maria = replace(demo().master("maria"), shifts=always, exceptions=())
    service = replace(demo().service("manicure"), minutes=60, masters={"maria": MasterTerms()})
    return replace(
        demo(),
        zone=zone,
        holidays=(),
        branches=tuple(branch if each.key == "centre" else each for each in demo().branches),
        staff=tuple(maria if each.key == "maria" else each for each in demo().staff),
        services=tuple(service if each.key == "manicure" else each for each in demo().services),
    )


def test_the_client_of_another_branch_sees_that_branchs_clock() -> None:
    salon = replace(
        demo(),
        branches=tuple(
            replace(each, zone=ZoneInfo("Asia/Yekaterinburg")) if each.key == "zarechny" else each
            for each in demo().branches
        ),
    )
    (slot,) = found(Wish.of("haircut_women", staff="olga"), salon=salon).first(1)
    assert (slot.zone, clock(slot)) == ("Asia/Yekaterinburg", "10:00")


def test_parts_of_one_master_in_a_row_have_buffers_only_around() -> None:
    salon = demo()
    slot = slot_of(salon, salon.branch("centre"), [("haircut_women", "anna"), ("styling", "anna")], at(10))
    first, second = slot.parts
    assert (first.busy_end, second.busy_start) == (second.start, second.start)
    assert second.busy_end == second.end + timedelta(minutes=10)
