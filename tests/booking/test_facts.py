"""Live facts: prices of the catalogue, hours of the branches, what is true today."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from booking.facts import LIST_CHARS, Facts
from booking.hours import DaySpan, WeekHours
from booking.phrases import phrases
from booking.price import Price
from booking.salon import Salon
from booking.salon_files import load_salon
from booking.service import MasterTerms

DEMO = Path(__file__).parents[2] / "config" / "demo"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # Monday, 15:00 in the salon


@pytest.fixture(scope="module")
def salon() -> Salon:
    return load_salon(DEMO, date(2026, 3, 2))


@pytest.fixture(scope="module")
def russian(salon: Salon) -> Facts:
    return Facts(salon, "ru")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+03:00").astimezone(UTC)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_fact_that_is_named_has_a_value_with_nothing_left_to_fill_in(salon: Salon, language: str) -> None:
    facts = Facts(salon, language)
    for name in facts.names():
        value = facts.value(name, NOW)
        assert value, name
        assert not set("{}") & set(value), (name, value)
    assert max(len(name) for name in facts.names()) <= 32


def test_an_unknown_fact_is_an_error(russian: Facts) -> None:
    with pytest.raises(KeyError):
        russian.value("price_unicorn", NOW)
    assert russian.values({"price_unicorn", "phone"}, NOW) == {"phone": "+7 831 000-12-40"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("price_brows_shape", "900\u00a0₽"),
        ("price_haircut_women", "от\u00a02\u00a0200\u00a0₽"),
        ("price_manicure_gel", "2\u00a0600–3\u00a0000\u00a0₽"),
        ("duration_brows_shape", "30\u00a0мин"),
        ("duration_colour_airtouch", "5\u00a0ч"),
        ("duration_cleansing", "1\u00a0ч\u00a030\u00a0мин"),
        ("duration_manicure_gel", "от 1\u00a0ч\u00a045\u00a0мин до 2\u00a0ч"),
        ("hours_centre", "пн–пт 10:00–21:00, сб–вс 10:00–20:00"),
        ("hours_zarechny", "пн–сб 10:00–21:00, вс 11:00–19:00"),
        ("phone_centre", "+7 831 000-12-41"),
        ("staff_beard", "Тимур Галиев (Лаванда на Покровке)"),
        (
            "staff_manicure_gel",
            "Мария Соколова (Лаванда на Покровке); Анна Белова и Виктория Егорова (Лаванда на Ленина)",
        ),
        ("salon", "Лаванда"),
    ],
)
def test_facts_in_russian(russian: Facts, name: str, text: str) -> None:
    assert russian.value(name, NOW) == text


def test_facts_in_english(salon: Salon) -> None:
    english = Facts(salon, "en")
    assert english.value("price_haircut_women", NOW) == "from\u00a02,200\u00a0₽"
    assert english.value("hours_centre", NOW) == "Mon–Fri 10:00–21:00, Sat–Sun 10:00–20:00"
    assert english.value("today_hours", NOW) == "Today, 2 March, we are open until 21:00"


def test_the_hours_of_all_branches_are_told_by_branch_when_they_differ(russian: Facts) -> None:
    assert russian.value("hours", NOW).split("\n") == [
        "Лаванда на Покровке: пн–пт 10:00–21:00, сб–вс 10:00–20:00",
        "Лаванда на Ленина: пн–сб 10:00–21:00, вс 11:00–19:00",
    ]


def test_equal_hours_are_told_once(salon: Salon) -> None:
    day = (DaySpan(600, 1260),)
    week = WeekHours(days=(day, day, day, day, day, day, day))
    same = replace(salon, branches=tuple(replace(branch, hours=week) for branch in salon.branches))
    assert Facts(same, "ru").value("hours", NOW) == "ежедневно 10:00–21:00"


def test_days_off_and_breaks_are_told() -> None:
    day, short = (DaySpan(600, 1260),), (DaySpan(600, 840), DaySpan(900, 1440))
    week = WeekHours(days=((), day, day, short, day, (), ()))
    assert phrases("ru").week(week) == (
        "пн выходной, вт–ср 10:00–21:00, чт 10:00–14:00 и 15:00–00:00, пт 10:00–21:00, сб–вс выходной"
    )
    assert phrases("ru").week(WeekHours(days=((), (), (), (), (), (), ()))) == "временно закрыто"


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-03-02T08:00", "Сегодня, 2 марта, работаем с 10:00 до 21:00"),
        ("2026-03-02T10:00", "Сегодня, 2 марта, работаем до 21:00"),
        ("2026-03-02T20:59", "Сегодня, 2 марта, работаем до 21:00"),
        ("2026-03-02T21:00", "Сегодня уже закрыто, ждём вас завтра, 3 марта, с 10:00 до 21:00"),
        ("2026-12-31T09:00", "Сегодня, 31 декабря, работаем с 10:00 до 17:00 (канун Нового года)"),
        ("2026-12-31T12:00", "Сегодня, 31 декабря, работаем до 17:00 (канун Нового года)"),
        ("2026-12-31T18:00", "Сегодня уже закрыто, ждём вас вс, 3 января, с 10:00 до 20:00"),
        (
            "2027-01-01T12:00",
            "Сегодня, 1 января, не работаем (новогодние праздники), ждём вас вс, 3 января, с 10:00 до 20:00",
        ),
        (
            "2027-01-02T12:00",
            "Сегодня, 2 января, не работаем (новогодние праздники), ждём вас завтра, 3 января, с 10:00 до 20:00",
        ),
    ],
)
def test_today_is_told_honestly(russian: Facts, now: str, text: str) -> None:
    assert russian.value("today_hours_centre", at(now)) == text


def test_a_holiday_of_one_branch_is_told_for_that_branch_only(russian: Facts) -> None:
    assert russian.value("today_hours", at("2026-03-14T12:00")).split("\n") == [
        "Лаванда на Покровке: сегодня, 14 марта, работаем до 20:00",
        "Лаванда на Ленина: сегодня, 14 марта, работаем с 14:00 до 20:00 (санитарный день)",
    ]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-03-02", "Сегодня, 2 марта, работаем до 21:00"),
        ("2026-03-03", "Завтра, 3 марта, работаем 10:00–21:00"),
        ("2026-12-31", "Чт, 31 декабря, работаем 10:00–17:00 (канун Нового года)"),
        ("2027-01-01", "Пт, 1 января, не работаем (новогодние праздники)"),
    ],
)
def test_any_day_has_its_hours(russian: Facts, day: str, text: str) -> None:
    assert russian.on_day(date.fromisoformat(day), at("2026-03-02T12:00")) == text


def test_a_day_at_one_branch_and_a_day_off_of_the_week(salon: Salon) -> None:
    sunday = date(2026, 3, 15)
    assert Facts(salon, "ru").on_day(sunday, NOW, "zarechny") == "Вс, 15 марта, работаем 11:00–19:00"
    day = (DaySpan(600, 1260),)
    rests = WeekHours(days=(day, day, day, day, day, day, ()))
    closed = replace(salon, branches=tuple(replace(branch, hours=rests) for branch in salon.branches), holidays=())
    assert Facts(closed, "en").on_day(sunday, NOW) == "Sun, 15 March, we are closed"


def test_today_is_the_salons_day_and_not_the_servers(russian: Facts) -> None:
    assert russian.value("today_hours_centre", datetime(2026, 3, 1, 21, 30, tzinfo=UTC)).startswith("Сегодня, 2 марта")


def test_a_salon_closed_for_long_promises_no_day(salon: Salon) -> None:
    never = WeekHours(days=((), (), (), (), (), (), ()))
    closed = replace(salon, branches=tuple(replace(branch, hours=never) for branch in salon.branches), holidays=())
    assert Facts(closed, "ru").value("today_hours", NOW) == "Сегодня, 2 марта, не работаем"


def test_a_new_price_in_the_catalogue_is_a_new_answer(salon: Salon) -> None:
    services = tuple(
        replace(each, price=Price(amount=990)) if each.key == "brows_shape" else each for each in salon.services
    )
    assert Facts(replace(salon, services=services), "ru").value("price_brows_shape", NOW) == "990\u00a0₽"


def test_one_master_who_starts_higher_makes_the_price_from(salon: Salon) -> None:
    service = replace(
        salon.service("manicure"), masters={"maria": MasterTerms(price=Price(amount=1900, at_least=True))}
    )
    changed = replace(salon, services=(service,))
    assert Facts(changed, "ru").value("price_manicure", NOW) == "от\u00a01\u00a0500\u00a0₽"


def test_the_price_list_has_every_service_under_its_category(salon: Salon, russian: Facts) -> None:
    text = russian.value("price_list", NOW)
    assert all(service.name.ru in text for service in salon.services)
    assert text.startswith("Волосы:\nЖенская стрижка — от\u00a02\u00a0200\u00a0₽\n")
    assert russian.value("price_list_barber", NOW).count("\n") == 2


def test_where_prices_begin_is_one_line_a_category(russian: Facts) -> None:
    lines = russian.value("lowest_prices", NOW).split("\n")
    assert lines[0] == "Волосы — от\u00a01\u00a0900\u00a0₽"
    assert len(lines) == 5


def test_a_very_long_price_list_is_told_by_categories(salon: Salon) -> None:
    many = tuple(
        replace(salon.service("manicure"), key=f"m{number}", name=replace(salon.name, ru=f"Маникюр {number}"))
        for number in range(200)
    )
    text = Facts(replace(salon, services=(*salon.services, *many)), "ru").value("price_list", NOW)
    assert len(text) <= LIST_CHARS
    assert "Барбер-уголок — от\u00a01\u00a0200\u00a0₽" in text.split("\n")


def test_moments_are_told_in_the_salons_time(salon: Salon) -> None:
    told = phrases("ru")
    moment = datetime(2026, 3, 14, 15, 30, tzinfo=UTC)
    assert told.moment(moment, salon.zone) == "сб, 14 марта, 18:30"
    assert told.soon(moment, at("2026-03-14T01:00"), salon.zone) == "сегодня в 18:30"
    assert told.soon(moment, at("2026-03-13T23:40"), salon.zone) == "завтра в 18:30"
    assert told.soon(moment, at("2026-03-12T23:40"), salon.zone) == "сб, 14 марта, в 18:30"


def test_another_language_falls_back_to_russian() -> None:
    assert phrases("de").language == "ru"
    assert phrases("en-GB").language == "en"


def test_the_next_special_days_are_told_in_order(russian: Facts) -> None:
    assert russian.value("holidays", at("2026-03-02T12:00")).split("\n") == [
        "8 марта — 09:00–18:00 (8 Марта)",
        "14 марта, Лаванда на Ленина — 14:00–20:00 (санитарный день)",
        "9 мая — 11:00–19:00 (День Победы)",
    ]
    assert "1–2 января — отдыхаем" in russian.value("holidays", at("2026-12-20T12:00"))
    assert russian.value("holidays", at("2026-07-01T12:00")) == "Ближайшие три месяца работаем как обычно"
