"""The rules that the nouns themselves keep: yearly days, hours, exceptions, holidays of one branch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from booking.answer import Answer
from booking.days import LEAP_YEAR, Days
from booking.duty_plan import DutyException, DutyPlan, DutyPost
from booking.fault import Faults, Place
from booking.holiday import Holiday
from booking.hours import DaySpan, WeekHours, intersect
from booking.price import Price
from booking.read_times import read_spans, read_week
from booking.salon import Salon
from booking.salon_files import load_salon
from booking.service import MasterTerms, Service
from booking.staff import Rotation, ShiftException, Staff
from booking.words import Words
from booking.yaml_source import YamlSource

DAY = (DaySpan(600, 1200),)
SHORT = (DaySpan(720, 900),)
WEEK = WeekHours(days=(DAY, DAY, DAY, DAY, DAY, DAY, DAY))
NAME = Words(ru="Имя", en="Name")
MONDAY = date(2026, 3, 2)
PLACE = Place(YamlSource("x.yaml"))


def yearly(first: tuple[int, int], last: tuple[int, int]) -> Days:
    return Days(first=date(LEAP_YEAR, *first), last=date(LEAP_YEAR, *last), yearly=True)


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2026, 12, 29), False),
        (date(2026, 12, 30), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2027, 1, 8), True),
        (date(2027, 1, 9), False),
        (date(2026, 6, 1), False),
    ],
)
def test_yearly_days_may_go_over_new_year(day: date, covered: bool) -> None:
    assert yearly((12, 30), (1, 8)).covers(day) is covered


def test_yearly_days_within_a_year_and_the_leap_day() -> None:
    assert [day for day in range(1, 10) if yearly((3, 6), (3, 8)).covers(date(2030, 3, day))] == [6, 7, 8]
    assert yearly((2, 29), (2, 29)).covers(date(2028, 2, 29))
    assert not yearly((2, 29), (2, 29)).covers(date(2027, 2, 28))


def test_days_of_one_year_do_not_come_again() -> None:
    once = Days(first=date(2026, 3, 6), last=date(2026, 3, 8))
    assert once.covers(date(2026, 3, 8))
    assert not once.covers(date(2027, 3, 8))


@pytest.mark.parametrize(("start", "end"), [(600, 600), (700, 600), (-1, 5), (0, 1441)])
def test_a_span_lies_within_one_day(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="span"):
        DaySpan(start, end)


def test_hours_that_touch_do_not_overlap() -> None:
    faults = Faults()
    assert read_spans(PLACE, "10:00-14:00, 14:00-20:00", faults) == (DaySpan(600, 840), DaySpan(840, 1200))
    assert len(faults) == 0


def test_hours_are_put_in_order_and_take_any_dash() -> None:
    faults = Faults()
    assert read_spans(PLACE, "15:00 – 24:00, 9:30—14:00", faults) == (DaySpan(570, 840), DaySpan(900, 1440))
    assert len(faults) == 0


@pytest.mark.parametrize("text", ["24:01-24:02", "10:60-12:00", "10:00", "", "10:00-12:00,", "1０:00-12:00"])
def test_hours_that_no_clock_shows_are_refused(text: str) -> None:
    faults = Faults()
    assert read_spans(PLACE, text, faults) == ()
    assert [fault.code for fault in faults] == ["hours_expected"]


@pytest.mark.parametrize("days", ["fri-mon", "mon-", "mon-tue-wed", "monday", ""])
def test_weekdays_that_cannot_be_understood_are_refused(days: str) -> None:
    faults = Faults()
    read_week(PLACE, {days: "10:00-20:00"}, faults)
    assert [fault.code for fault in faults] == ["weekday_expected"]


def test_weekdays_by_list_and_range() -> None:
    week = read_week(PLACE, {"mon-tue, thu": "10:00-20:00", "sun": "closed"}, Faults())
    assert [bool(day) for day in week.days] == [True, True, False, True, False, False, False]


def test_intersection_keeps_what_belongs_to_both() -> None:
    left, right = (DaySpan(600, 840), DaySpan(900, 1200)), (DaySpan(660, 960), DaySpan(1200, 1300))
    assert intersect(left, right) == (DaySpan(660, 840), DaySpan(900, 960))
    assert intersect(left, ()) == ()


def staff(**more: object) -> Staff:
    made = Staff(key="a", name=NAME, role=NAME, branch="centre", services=("x",), shifts=WEEK)
    return replace(made, **more)  # type: ignore[arg-type]


def test_of_several_exceptions_the_last_one_counts() -> None:
    first = ShiftException(days=Days(first=MONDAY, last=date(2026, 3, 8)), hours=())
    second = ShiftException(days=Days(first=date(2026, 3, 4), last=date(2026, 3, 4)), hours=SHORT)
    both = staff(exceptions=(first, second))
    assert both.hours_on(MONDAY) == ()
    assert both.hours_on(date(2026, 3, 4)) == SHORT
    assert both.hours_on(date(2026, 3, 9)) == DAY


def test_a_rotation_goes_on_for_ever_in_both_directions() -> None:
    turn = Rotation(work=2, rest=2, first=MONDAY, hours=DAY)
    assert [bool(turn.on(date(2026, 3, day))) for day in range(2, 10)] == [True, True, False, False] * 2
    assert [bool(turn.on(date(2026, 2, day))) for day in range(26, 29)] == [True, True, False]


def test_a_holiday_of_one_branch_does_not_send_the_front_desk_home() -> None:
    closed = Holiday(key="h", name=NAME, days=Days(first=MONDAY, last=MONDAY), hours=(), branch="centre")
    post = DutyPost(key="desk", who=NAME, hours=WEEK)
    plan = DutyPlan(zone=ZoneInfo("Europe/Moscow"), posts=(post,), holidays=(closed,))
    assert [duty.hours for duty in plan.on(MONDAY)] == [DAY]
    assert replace(plan, holidays=(replace(closed, branch=None),)).on(MONDAY) == ()


def test_of_several_duty_exceptions_the_last_one_counts() -> None:
    days = Days(first=MONDAY, last=MONDAY)
    post = DutyPost(key="desk", who=NAME, hours=WEEK)
    changes = (DutyException(days=days, hours=()), DutyException(days=days, hours=SHORT))
    plan = DutyPlan(zone=ZoneInfo("Europe/Moscow"), posts=(post,), exceptions=changes)
    assert [duty.hours for duty in plan.on(MONDAY)] == [SHORT]


@pytest.fixture(scope="module")
def salon() -> Salon:
    return load_salon(Path(__file__).parents[2] / "config" / "demo", MONDAY)


def test_the_branchs_own_holiday_goes_before_the_common_one(salon: Salon) -> None:
    days = Days(first=MONDAY, last=MONDAY)
    own = Holiday(key="own", name=NAME, days=days, hours=SHORT, branch="centre")
    common = Holiday(key="common", name=NAME, days=days, hours=())
    for holidays in ((own, common), (common, own)):
        both = replace(salon, holidays=holidays)
        assert both.hours_on("centre", MONDAY) == SHORT
        assert both.hours_on("zarechny", MONDAY) == ()


def test_a_master_is_booked_only_within_both_her_shift_and_the_opening_hours(salon: Salon) -> None:
    early = replace(salon.master("elena"), shifts=WeekHours(days=((DaySpan(480, 720),),) * 7))
    changed = replace(salon, staff=(early,))
    assert changed.working_hours("elena", MONDAY) == (DaySpan(600, 720),)


def test_look_ups(salon: Salon) -> None:
    assert salon.branch("centre").name.en == "Lavanda on Pokrovka"
    assert [each.key for each in salon.masters_of("manicure_gel", "zarechny")] == ["belova", "viktoria"]
    assert [each.key for each in salon.services_in("barber")] == ["haircut_men", "beard", "haircut_kids"]
    with pytest.raises(KeyError):
        salon.service("unicorn")


def test_terms_of_a_master_fall_back_one_by_one() -> None:
    service = Service(
        key="x",
        name=NAME,
        category="c",
        minutes=60,
        price=Price(amount=100),
        masters={"a": MasterTerms(price=Price(amount=200)), "b": MasterTerms(minutes=90)},
    )
    assert (service.price_by("a").amount, service.minutes_by("a")) == (200, 60)
    assert (service.price_by("b").amount, service.minutes_by("b")) == (100, 90)
    assert (service.price_by(None).amount, service.minutes_by("stranger")) == (100, 60)


def test_words_fall_back_to_russian() -> None:
    assert [NAME.said_in(language) for language in ("ru", "en", "en-GB", "de")] == ["Имя", "Name", "Name", "Имя"]
    alone = Words(ru="Имя")
    assert (alone.said_in("en"), alone.language_of("en"), NAME.language_of("en")) == ("Имя", "ru", "en")


def test_an_answer_may_differ_by_branch() -> None:
    answer = Answer(key="a", title=NAME, wordings=("?",), text=NAME, by_branch={"centre": Words(ru="Тут")})
    assert [answer.text_for(branch).ru for branch in (None, "centre", "other")] == ["Имя", "Тут", "Имя"]
