"""The calendar's file through the life of a visit: one name, a rising number, taken out when cancelled."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar

from booking.book_client import BookClient
from dialog.effects import Send
from tests.dialog.demo import demo_talk
from tests.dialog.golden import book_of
from tests.dialog.kit import Talk


def known_client() -> Talk:
    talk = demo_talk("2026-03-10 12:05")
    known = BookClient(name="Анна", phone="+79120000000", verified=True, consents=(("personal_data", 1),))
    book_of(talk).clients[talk.conversation.id] = known
    return talk


def filed(talk: Talk) -> tuple[str, Calendar]:
    """The label and the content of the only file that the last turn sent."""
    ((file,),) = [effect.reply.media for effect in talk.turn.effects if isinstance(effect, Send)]
    assert (file.name, file.content_type.partition(";")[0]) == ("visit.ics", "text/calendar")
    calendar = Calendar.from_ical(file.content)
    assert isinstance(calendar, Calendar)
    return file.label, calendar


def test_booked_moved_twice_and_cancelled() -> None:
    talk = known_client()
    talk.says("маникюр к Маше в четверг в 15:30")
    talk.presses("Да, записать")
    label, first = filed(talk)
    (event,) = first.events
    assert (label, first["METHOD"], event["SEQUENCE"], event["STATUS"]) == (
        "Добавить в календарь", "PUBLISH", 0, "CONFIRMED",
    )  # fmt: skip
    assert (event.start, event.end) == (
        datetime(2026, 3, 12, 12, 30, tzinfo=UTC),
        datetime(2026, 3, 12, 14, 15, tzinfo=UTC),
    )
    assert event["SUMMARY"] == "Маникюр с гель-лаком"
    assert event["LOCATION"] == "Нижний Новгород, ул. Большая Покровская, 48, вход со двора"
    assert "Мария Соколова" in str(event["DESCRIPTION"])

    numbers = []
    for day in ("в субботу", "во вторник"):
        talk.presses("Перенести")
        talk.says(f"{day} в 12:00")
        talk.presses("Да, перенести")
        label, moved = filed(talk)
        assert (label, moved["METHOD"], moved.events[0]["UID"]) == ("Добавить в календарь", "PUBLISH", event["UID"])
        numbers.append(moved.events[0]["SEQUENCE"])
    last = moved.events[0].start

    talk.presses("Отменить запись")
    talk.presses("Да, отменить")
    label, gone = filed(talk)
    (event_gone,) = gone.events
    assert (label, gone["METHOD"], event_gone["STATUS"]) == ("Убрать из календаря", "CANCEL", "CANCELLED")
    assert (event_gone["UID"], event_gone.start) == (event["UID"], last)
    assert [*numbers, event_gone["SEQUENCE"]] == [1, 2, 3]


def test_the_file_has_the_time_that_was_confirmed_after_a_change_of_mind() -> None:
    talk = known_client()
    talk.says("маникюр к Маше в четверг в 15:30")
    talk.says("давайте на час позже")
    talk.presses("Да, записать")
    _, calendar = filed(talk)
    confirmed = [visit for visit in book_of(talk).rows.values() if visit.status == "confirmed"]
    assert [(visit.start, visit.end, visit.uid) for visit in confirmed] == [
        (calendar.events[0].start, calendar.events[0].end, str(calendar.events[0]["UID"]).removesuffix("@zabota"))
    ]
