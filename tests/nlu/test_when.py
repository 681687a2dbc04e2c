"""Days and times as clients type them; the figures come from `zabota nlu eval --task datetime`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.detector import Parts, RussianDetector
from nlu.normalise import Normaliser
from nlu.when import When

SALON = ZoneInfo("Europe/Moscow")
WEDNESDAY_NIGHT = datetime(2026, 11, 18, 23, 40, tzinfo=SALON)
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
PIECES = [
    "в", "на", "с", "по", "до", "после", "5", "12", "31.12", "завтра", "пт", "18:00", "час", "вечера", "не", "через",
]  # fmt: skip
NORMALISER = Normaliser()
WHEN = When(NORMALISER)


def found(text: str, now: datetime = WEDNESDAY_NIGHT) -> dict[str, str]:
    """What is read in ``text``."""
    return WHEN.find(NORMALISER.normal(text), now)


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("маникюр к Ане в пятницу после шести", "2026-11-20", ">18:00"),
        ("в пятницу вечером", "2026-11-20", "18:00-22:00"),
        ("25.12 в 14", "2026-12-25", "14:00"),
        ("через неделю после обеда", "2026-11-25", "13:00-18:00"),
        ("пт, 20 ноября, 18:30", "2026-11-20", "18:30"),
        ("давайте 28го в час дня", "2026-11-28", "13:00"),
        ("на завтра часиков на 7 вечера", "2026-11-19", "19:00"),
        ("в субботу с 10 до 2", "2026-11-21", "10:00-14:00"),
        ("с 6 до 8 вечера в четверг", "2026-11-19", "18:00-20:00"),
        ("вечером в 7", None, "19:00"),
        ("утром в 7", None, "07:00"),
        ("без пятнадцати семь", None, "18:45"),
        ("к половине шестого", None, "17:30"),
        ("завтра в 12 30", "2026-11-19", "12:30"),
        ("не раньше 17 в четверг", "2026-11-19", ">17:00"),
        ("до обеда в субботу", "2026-11-21", "<13:00"),
        ("с утра пораньше", None, "08:00-12:00"),
        ("в пн или вт вечером", "2026-11-23/2026-11-24", "18:00-22:00"),
        ("в следующую пятницу", "2026-11-27/2026-11-20", None),
        ("с понедельника по среду", "2026-11-23..2026-11-25", None),
        ("с 25 по 28", "2026-11-25..2026-11-28", None),
        ("на этой неделе", "2026-11-18..2026-11-22", None),
        ("3 января", "2027-01-03", None),
        ("14.10 - 15.10.2027", "2027-10-14..2027-10-15", None),
        ("сегодня через 2 часа", "2026-11-19", "01:40"),
        ("d gznybwe gjckt itcnb", "2026-11-20", ">18:00"),
        ("zavtra v 18", "2026-11-19", "18:00"),
        ("завтро в 15.30", "2026-11-19", "15:30"),
        ("питница 18-30", "2026-11-20", "18:30"),
        ("next friday at 3", "2026-11-27/2026-11-20", "15:00"),
        ("tomorrow after 6", "2026-11-19", ">18:00"),
        ("december 25", "2026-12-25", None),
    ],
)
def test_read(text: str, day: str | None, time: str | None) -> None:
    assert (found(text).get("day"), found(text).get("time")) == (day, time)


@pytest.mark.parametrize(
    "text",
    [
        "хочу на маникюр", "мой номер 8 916 123 45 67", "цена 1500-2000 рублей", "мне 25 лет", "у меня 2 ребёнка",
        "опоздаю на 20 минут", "первый раз у вас", "31 февраля", "в 25 часов", "в прошлую пятницу была",
        "вчера ходила", "любой день кроме среды", "в пятницу не могу", "добрый вечер", "на 7 месяце", "на 1 час",
    ],
)  # fmt: skip
def test_no_day_and_no_time_is_made_up(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("давайте на час позже", "+60m"), ("а можно на полчаса пораньше", "-30m"), ("на день позже", "+1d"),
        ("на полтора часа раньше", "-90m"), ("на 15 минут позже", "+15m"), ("попозже", "+"), ("пораньше", "-"),
    ],
)  # fmt: skip
def test_shift(text: str, shift: str) -> None:
    assert found(text) == {"shift": shift}


def test_a_window_of_days_that_cannot_is_left_out_of_a_choice() -> None:
    assert found("в пятницу не могу, давайте в субботу") == {"day": "2026-11-21"}


@given(DAYS, st.integers(0, 400), st.integers(8, 21), st.sampled_from([0, 30]))
def test_what_the_bot_itself_writes_is_read_back(today: date, ahead: int, hour: int, minute: int) -> None:
    day = min(today + timedelta(days=ahead), date(2035, 12, 31))
    now = datetime(today.year, today.month, today.day, 9, tzinfo=SALON)
    text = f"{day.day:02d}.{day.month:02d}.{day.year} {hour:02d}:{minute:02d}"
    assert found(text, now) == {"day": day.isoformat(), "time": f"{hour:02d}:{minute:02d}"}


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_is_read_without_an_error_and_days_are_real(text: str) -> None:
    read = found(text)
    for part in read.get("day", "").replace("..", "/").split("/"):
        assert not part or date.fromisoformat(part) >= WEDNESDAY_NIGHT.date()


def test_the_salons_own_day_counts(parts: Parts) -> None:
    detector = RussianDetector(data=parts, zone=ZoneInfo("Asia/Vladivostok"))
    late = datetime(2026, 11, 18, 20, 0, tzinfo=ZoneInfo("UTC"))
    assert detector.detect("завтра", late).slots["day"] == "2026-11-20"
    assert "day" not in detector.detect("завтра").slots
