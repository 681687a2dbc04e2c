"""Promises and deadlines by the duty plan: off hours, holidays, clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.days import Days
from booking.duty_plan import DutyException, DutyPlan, DutyPost
from booking.holiday import Holiday
from booking.hours import DaySpan, Spans, WeekHours
from booking.salon_files import load_salon
from booking.words import Words
from handoff.duty import Promise, PromiseKind, deadline, promise, windows, worked_minutes

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
WHO = Words(ru="администратор Ирина", en="Irina")
DAY: Spans = (DaySpan(10 * 60, 20 * 60),)


def week(*days: Spans) -> WeekHours:
    mon, tue, wed, thu, fri, sat, sun = days if len(days) == 7 else days * 7
    return WeekHours(days=(mon, tue, wed, thu, fri, sat, sun))


def plan(hours: WeekHours, zone: ZoneInfo = MOSCOW, **more: object) -> DutyPlan:
    return DutyPlan(zone=zone, posts=(DutyPost(key="desk", who=WHO, hours=hours),), **more)  # type: ignore[arg-type]


def once(first: date, last: date | None = None) -> Days:
    return Days(first=first, last=last or first)


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


EVERY_DAY = plan(week(DAY))


def test_on_duty_the_answer_is_promised_within_the_norm() -> None:
    found = promise(EVERY_DAY, at("2026-03-02 12:00"), 120)
    assert found == Promise(kind=PromiseKind.NOW, at=at("2026-03-02 14:00"), minutes=120, who="администратор Ирина")


def test_the_name_is_told_in_the_language_asked_for() -> None:
    assert promise(EVERY_DAY, at("2026-03-02 12:00"), 120, "en").who == "Irina"


@pytest.mark.parametrize(
    ("now", "begin"),
    [
        ("2026-03-02 23:40", "2026-03-03 10:00"),
        ("2026-03-03 00:00", "2026-03-03 10:00"),
        ("2026-03-03 09:59", "2026-03-03 10:00"),
        ("2026-03-02 20:00", "2026-03-03 10:00"),
    ],
)
def test_off_hours_the_next_beginning_is_promised(now: str, begin: str) -> None:
    found = promise(EVERY_DAY, at(now), 120)
    assert (found.kind, found.at, found.minutes) == (PromiseKind.LATER, at(begin), None)


def test_the_first_and_the_last_instant_of_a_duty() -> None:
    assert promise(EVERY_DAY, at("2026-03-02 10:00"), 30).kind is PromiseKind.NOW
    assert promise(EVERY_DAY, at("2026-03-02 20:00"), 30).kind is PromiseKind.LATER


def test_near_the_end_of_the_duty_the_promise_shrinks_and_then_moves_to_tomorrow() -> None:
    shrunk = promise(EVERY_DAY, at("2026-03-02 19:20"), 120)
    assert (shrunk.kind, shrunk.minutes, shrunk.at) == (PromiseKind.NOW, 40, at("2026-03-02 20:00"))
    moved = promise(EVERY_DAY, at("2026-03-02 19:50"), 120)
    assert (moved.kind, moved.at) == (PromiseKind.LATER, at("2026-03-03 10:00"))


def test_a_short_norm_is_still_promised_in_the_last_minutes() -> None:
    found = promise(EVERY_DAY, at("2026-03-02 19:53"), 5)
    assert (found.kind, found.minutes) == (PromiseKind.NOW, 5)


def test_days_off_are_skipped() -> None:
    weekdays = plan(week(DAY, DAY, DAY, DAY, DAY, (), ()))
    assert promise(weekdays, at("2026-03-06 21:00"), 60).at == at("2026-03-09 10:00")


def test_a_holiday_shortens_the_duty_and_a_closed_one_removes_it() -> None:
    short = Holiday(key="eve", name=WHO, days=once(date(2026, 12, 31)), hours=(DaySpan(600, 1020),))
    closed = Holiday(key="ny", name=WHO, days=once(date(2027, 1, 1), date(2027, 1, 2)), hours=())
    holidays = plan(week(DAY), holidays=(short, closed))
    assert promise(holidays, at("2026-12-31 16:00"), 120).minutes == 60
    assert promise(holidays, at("2026-12-31 17:00"), 120).at == at("2027-01-03 10:00")
    ignoring = plan(week(DAY), holidays=(short, closed), follow_holidays=False)
    assert promise(ignoring, at("2027-01-01 12:00"), 60).kind is PromiseKind.NOW


def test_an_exception_of_the_plan_wins_over_the_holiday_and_names_who_answers() -> None:
    closed = Holiday(key="ny", name=WHO, days=once(date(2027, 1, 1)), hours=())
    special = DutyException(days=once(date(2027, 1, 1)), hours=(DaySpan(720, 900),), who=Words(ru="Юлия"))
    found = promise(plan(week(DAY), holidays=(closed,), exceptions=(special,)), at("2027-01-01 08:00"), 60)
    assert (found.at, found.who) == (at("2027-01-01 12:00"), "Юлия")


def test_an_exception_without_hours_means_nobody_that_day() -> None:
    off = DutyException(days=once(date(2026, 3, 3)), hours=())
    assert promise(plan(week(DAY), exceptions=(off,)), at("2026-03-02 22:00"), 60).at == at("2026-03-04 10:00")


def test_two_posts_in_a_row_are_one_duty_and_each_names_herself() -> None:
    early = DutyPost(key="day", who=Words(ru="Светлана"), hours=week((DaySpan(600, 900),)))
    late = DutyPost(key="evening", who=Words(ru="Ирина"), hours=week((DaySpan(900, 1200),)))
    both = DutyPlan(zone=MOSCOW, posts=(late, early))
    assert promise(both, at("2026-03-02 14:00"), 120) == Promise(
        kind=PromiseKind.NOW, at=at("2026-03-02 16:00"), minutes=120, who="Светлана"
    )
    assert promise(both, at("2026-03-02 15:00"), 60).who == "Ирина"
    assert promise(both, at("2026-03-02 21:00"), 60).who == "Светлана"


def test_a_post_of_one_exception_leaves_the_other_posts() -> None:
    early = DutyPost(key="day", who=Words(ru="Светлана"), hours=week((DaySpan(600, 900),)))
    late = DutyPost(key="evening", who=Words(ru="Ирина"), hours=week((DaySpan(900, 1200),)))
    ill = DutyException(days=once(date(2026, 3, 3)), hours=(), post="day")
    both = DutyPlan(zone=MOSCOW, posts=(early, late), exceptions=(ill,))
    assert promise(both, at("2026-03-03 08:00"), 60).at == at("2026-03-03 15:00")


def test_duty_round_the_clock_has_no_seam_at_midnight() -> None:
    always = plan(week((DaySpan(0, 1440),)))
    found = promise(always, at("2026-03-02 23:50"), 120)
    assert (found.kind, found.minutes, found.at) == (PromiseKind.NOW, 120, at("2026-03-03 01:50"))


def test_a_duty_that_began_yesterday_is_told_from_its_beginning() -> None:
    night = plan(week((DaySpan(0, 120), DaySpan(1320, 1440))))
    window = next(windows(night, at("2026-03-03 01:00"), 1))
    assert (window.start, window.end) == (at("2026-03-02 22:00"), at("2026-03-03 02:00"))


@pytest.mark.parametrize("hours", [week(()), week((), (), (), (), (), (), ())])
def test_nobody_planned_has_its_own_kind(hours: WeekHours) -> None:
    found = promise(plan(hours), at("2026-03-02 12:00"), 60)
    assert found == Promise(kind=PromiseKind.NOBODY)
    assert deadline(plan(hours), at("2026-03-02 12:00"), 1) is None


def test_duty_in_thirteen_days_is_promised_and_in_fifteen_is_not() -> None:
    def away(last: date) -> DutyPlan:
        return plan(week(DAY), exceptions=(DutyException(days=once(date(2026, 3, 2), last), hours=()),))

    assert promise(away(date(2026, 3, 14)), at("2026-03-02 12:00"), 60).at == at("2026-03-15 10:00")
    assert promise(away(date(2026, 3, 16)), at("2026-03-02 12:00"), 60).kind is PromiseKind.NOBODY


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-02 12:00", 120, "2026-03-02 14:00"),
        ("2026-03-02 19:00", 120, "2026-03-03 11:00"),
        ("2026-03-02 23:40", 120, "2026-03-03 12:00"),
        ("2026-03-02 18:00", 120, "2026-03-02 20:00"),
        ("2026-03-02 12:00", 600, "2026-03-03 12:00"),
        ("2026-03-02 12:00", 0, "2026-03-02 12:00"),
        ("2026-03-02 22:00", 0, "2026-03-03 10:00"),
    ],
)
def test_the_clock_of_a_deadline_stops_off_hours(start: str, minutes: int, end: str) -> None:
    assert deadline(EVERY_DAY, at(start), minutes) == at(end)


def test_when_the_clocks_go_forward_the_night_duty_is_an_hour_shorter() -> None:
    night = plan(week((DaySpan(60, 300),)), BERLIN)  # 01:00-05:00, on 2026-03-29 without 02:00-03:00
    assert deadline(night, at("2026-03-29 01:00", BERLIN), 180) == at("2026-03-29 05:00", BERLIN)
    assert deadline(night, at("2026-03-28 01:00", BERLIN), 180) == at("2026-03-28 04:00", BERLIN)


def test_when_the_clocks_go_back_the_night_duty_is_an_hour_longer() -> None:
    night = plan(week((DaySpan(60, 300),)), BERLIN)
    (window, *_) = windows(night, at("2026-10-25 01:00", BERLIN), 1)
    assert window.end - window.start == timedelta(hours=5)


def test_a_duty_that_the_clock_change_swallows_is_no_duty() -> None:
    lost = plan(week((DaySpan(125, 175),)), BERLIN)  # 02:05-02:55 does not exist on 2026-03-29
    assert promise(lost, at("2026-03-29 00:30", BERLIN), 10).at == at("2026-03-30 02:05", BERLIN)


def test_a_duty_that_begins_or_ends_in_the_skipped_hour_meets_the_change() -> None:
    change = at("2026-03-29 03:00", BERLIN)
    begins = next(windows(plan(week((DaySpan(150, 240),)), BERLIN), at("2026-03-29 00:00", BERLIN), 1))
    assert (begins.start, begins.end) == (change, at("2026-03-29 04:00", BERLIN))
    ends = next(windows(plan(week((DaySpan(60, 150),)), BERLIN), at("2026-03-29 00:00", BERLIN), 1))
    assert (ends.start, ends.end) == (at("2026-03-29 01:00", BERLIN), change)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        promise(EVERY_DAY, datetime(2026, 3, 2, 12), 60)  # noqa: DTZ001


def test_the_demo_salon_answers_late_writers_in_the_morning() -> None:
    duty = load_salon(Path(__file__).parents[2] / "config" / "demo", date(2026, 3, 2)).duty
    found = promise(duty, at("2026-03-02 23:40"), 120)
    assert (found.at, found.who) == (at("2026-03-03 09:45"), "администратор Светлана")


ZONES = st.sampled_from(
    ["Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]
)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    marks = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    return tuple(DaySpan(marks[i] * 15, marks[i + 1] * 15) for i in range(0, len(marks) - 1, 2))


PLANS = st.builds(
    lambda zone, days, off: plan(
        week(*days),
        ZoneInfo(zone),
        exceptions=(DutyException(days=once(date(2026, 3, 20) + timedelta(days=off)), hours=()),),
    ),
    ZONES,
    st.lists(spans(), min_size=7, max_size=7),
    st.integers(0, 20),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001


def planned(duty: DutyPlan, moment: datetime) -> bool:
    """The plain truth: is a wall clock at this moment within the hours of its day? Slow and without windows."""
    wall = moment.astimezone(duty.zone)
    minute = wall.hour * 60 + wall.minute
    return any(span.start <= minute < span.end for each in duty.on(wall.date()) for span in each.hours)


@given(duty=PLANS, now=MOMENTS, norm=st.integers(1, 300))
def test_a_promise_is_never_in_the_past_and_begins_on_duty(duty: DutyPlan, now: datetime, norm: int) -> None:
    found = promise(duty, now, norm)
    if found.kind is PromiseKind.NOBODY:
        assert found.at is None
        return
    assert found.at is not None
    assert found.at.tzinfo is UTC
    assert now < found.at <= now + timedelta(days=14)
    if found.kind is PromiseKind.NOW:
        assert found.minutes is not None
        assert found.minutes <= norm
        assert found.at == now + timedelta(minutes=found.minutes)
    else:
        quarter = timedelta(minutes=15)
        moment = now + quarter
        while moment < found.at:
            assert not planned(duty, moment)
            moment += quarter


@given(duty=PLANS, start=MOMENTS, minutes=st.integers(0, 1000), more=st.integers(0, 1000))
def test_deadlines_add_up_and_grow(duty: DutyPlan, start: datetime, minutes: int, more: int) -> None:
    first = deadline(duty, start, minutes)
    if first is None:
        return
    assert first >= start
    assert worked_minutes(duty, start, first) == pytest.approx(minutes)
    whole, second = deadline(duty, start, minutes + more), deadline(duty, first, more)
    if whole is not None and second is not None and more:
        assert whole == second


def check_windows(duty: DutyPlan, now: datetime) -> None:
    found = list(windows(duty, now, 4))
    assert all(one.start < one.end < other.start for one, other in pairwise(found))
    for step in range(3 * 48):
        moment = now + timedelta(minutes=30 * step)
        inside = any(window.start <= moment < window.end for window in found)
        if planned(duty, moment):
            assert inside
        elif inside:
            wall = moment.astimezone(duty.zone)
            assert wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


@given(duty=PLANS, now=MOMENTS)
def test_windows_are_in_order_and_agree_with_the_clock_on_the_wall(duty: DutyPlan, now: datetime) -> None:
    check_windows(duty, now)


@cache
def changes(zone: ZoneInfo) -> list[datetime]:
    """The instants of 2026 when the clocks of a zone are changed, to the hour."""
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(365 * 24))
    return [two for one, two in pairwise(hours) if one.astimezone(zone).utcoffset() != two.astimezone(zone).utcoffset()]


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
@given(start=st.integers(0, 95), length=st.integers(1, 40), back=st.integers(0, 200))
def test_around_clock_changes_windows_agree_with_the_wall_too(name: str, start: int, length: int, back: int) -> None:
    zone = ZoneInfo(name)
    duty = plan(week((DaySpan(start * 15, min(1440, (start + length) * 15)),)), zone)
    for change in changes(zone):
        check_windows(duty, change - timedelta(minutes=15 * back))
