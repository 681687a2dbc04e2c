"""The visit in the client's calendar: the same instant in every zone, the same words, lines as the standard wants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from booking.calendar_file import CalendarEntry, calendar_file
from booking.hours import wall_to_utc
from booking.phrases import phrases

RUSSIA = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
    "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
)  # fmt: skip
WITH_SUMMER_TIME = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Beirut")
NOON = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LONGEST_LINE = 75

zones = st.sampled_from(RUSSIA + WITH_SUMMER_TIME).map(ZoneInfo)
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
words = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n"), max_size=200)


def entry(**changed: object) -> CalendarEntry:
    usual: dict[str, object] = {
        "uid": "AZes4PdvKK9MOTBed4EhYA",
        "sequence": 0,
        "told_at": NOON,
        "start": NOON + timedelta(days=2),
        "end": NOON + timedelta(days=2, hours=1),
        "title": "Стрижка, Лаванда",
        "place": "Нижний Новгород, ул. Большая Покровская, 48",
        "details": "Мастер: Анна Ковалёва",
    }
    return CalendarEntry(**{**usual, **changed})  # type: ignore[arg-type]


def read(content: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return calendar, event


@given(zone=zones, day=days, minute=st.integers(0, 1439), length=st.integers(15, 600))
def test_the_time_shown_is_the_time_in_the_file(zone: ZoneInfo, day: date, minute: int, length: int) -> None:
    start = wall_to_utc(day, minute, zone)
    shown = phrases("ru").moment(start, zone)
    _, event = read(calendar_file(entry(start=start, end=start + timedelta(minutes=length))))
    assert (event.start, event.end) == (start, start + timedelta(minutes=length))
    assert isinstance(event.start, datetime)
    assert phrases("ru").moment(event.start, zone) == shown


@given(title=words, place=words, details=words)
def test_words_come_back_and_lines_are_as_the_standard_wants(title: str, place: str, details: str) -> None:
    content = calendar_file(entry(title=title, place=place, details=details))
    _, event = read(content)
    assert [str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")] == [title, place, details]
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= LONGEST_LINE
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@pytest.mark.parametrize(
    ("cancelled", "method", "status"), [(False, "PUBLISH", "CONFIRMED"), (True, "CANCEL", "CANCELLED")]
)
def test_what_the_calendar_is_to_do(cancelled: bool, method: str, status: str) -> None:
    calendar, event = read(
        calendar_file(entry(sequence=3, cancelled=cancelled, link="https://yandex.ru/maps/?ll=44,56"))
    )
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == (method, status, 3)
    assert (calendar["VERSION"], event["UID"]) == ("2.0", "AZes4PdvKK9MOTBed4EhYA@zabota")
    assert event["URL"] == "https://yandex.ru/maps/?ll=44,56"
    assert event.DTSTAMP == NOON
