"""Whoever waits for a person until the morning still sees, moves and cancels what is booked; nothing new is sold."""

from __future__ import annotations

import pytest

from dialog.conversation import OwnerKind
from tests.dialog.demo import DemoAnswerer, demo_talk
from tests.dialog.kit import Talk


@pytest.fixture
def booked() -> Talk:
    """A visit on Friday, and a person promised at night."""
    talk = demo_talk("2026-03-10 22:40")
    talk.says("маникюр к Марии в пятницу в 12:00")
    talk.presses("Пишите сюда, в чат")
    talk.says("Оксана")
    talk.presses_token(talk.choices[0].token)
    talk.presses("Да, записать")
    talk.says("позовите администратора")
    assert talk.owner is OwnerKind.WAITING
    return talk


def _visits(talk: Talk) -> list[tuple[str, str]]:
    assert isinstance(talk.answerer, DemoAnswerer)
    rows = talk.answerer.book.rows.values()
    return [(row.status, row.parts[0].start.strftime("%d %H:%M")) for row in rows if row.status != "expired"]


def test_her_visits_are_told(booked: Talk) -> None:
    booked.says("мои записи")
    assert (booked.route, booked.owner) == ("waiting_visits", OwnerKind.WAITING)
    assert "13 марта, 12:00" in booked.said[0].reply.text
    booked.presses("Уже не нужно")
    assert booked.owner is OwnerKind.BOT


def test_a_visit_is_cancelled_in_words(booked: Talk) -> None:
    booked.says("отмените мою запись")
    assert booked.place == "cancelling:sure"
    booked.says("да")
    assert [status for status, _ in _visits(booked)] == ["cancelled"]
    assert booked.owner is OwnerKind.WAITING


def test_a_visit_is_moved_by_buttons(booked: Talk) -> None:
    booked.says("перенесите запись, пожалуйста")
    assert booked.place == "booking:day"
    booked.presses(next(label for label in booked.labels if "12 марта" in label))
    booked.presses("10:30")
    booked.presses("Да, перенести")
    assert sorted(_visits(booked)) == [("confirmed", "12 07:30"), ("moved", "13 09:00")]
    assert booked.owner is OwnerKind.WAITING


@pytest.mark.parametrize("leave", ["отмена", "Оставить как было"])
def test_it_may_be_left_as_it_is(booked: Talk, leave: str) -> None:
    booked.says("перенесите запись на четверг в 10:30")
    assert "Оставить как было" in booked.labels
    booked.says(leave)
    assert (booked.route, booked.owner, booked.place) == ("waiting_visits_left", OwnerKind.WAITING, "")
    assert [status for status, _ in _visits(booked) if status != "held"] == ["confirmed"]


def test_nothing_is_sold_meanwhile(booked: Talk) -> None:
    booked.says("отмените мою запись")
    booked.says("да")
    booked.presses("Записаться")
    assert booked.route == "waiting_reminded"
    booked.says("хочу записаться на педикюр")
    assert (booked.owner, booked.said) == (OwnerKind.WAITING, [])


def test_who_has_no_visits_is_reminded_of_the_person() -> None:
    talk = demo_talk("2026-03-10 22:40")
    talk.says("позовите администратора")
    talk.says("отмените мою запись")
    assert talk.route == "waiting_reminded"
    talk.says("мои записи")
    assert talk.route == "waiting_visits"
