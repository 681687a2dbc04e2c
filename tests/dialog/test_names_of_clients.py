"""A client may be called as one of the masters is: her name never changes whom she comes to."""

from __future__ import annotations

import pytest

from tests.dialog.demo import demo_talk
from tests.dialog.kit import Talk


def _at_the_phone() -> Talk:
    talk = demo_talk("2026-03-10 12:00")
    talk.says("маникюр к Марии в пятницу в 12:00")
    assert talk.place == "booking:phone"
    return talk


@pytest.mark.parametrize("name", ["Ольга", "Анна", "анна петрова", "Виктория", "я Ольга", "Меня зовут Анна"])
def test_the_name_at_its_step(name: str) -> None:
    talk = _at_the_phone()
    talk.presses("Пишите сюда, в чат")
    assert talk.place == "booking:name"
    talk.says(name)
    assert talk.slots["staff"] == "maria"
    assert talk.slots["name"]
    assert talk.place == "booking:agree"


@pytest.mark.parametrize("said", ["Ольга", "Ольга 8 999 123-45-67", "Ольга Иванова, +79991234567"])
def test_the_name_beside_the_phone(said: str) -> None:
    talk = _at_the_phone()
    talk.says(said)
    assert talk.slots["staff"] == "maria"
    assert talk.slots["name"] == "Ольга"


def test_another_master_is_still_another_master() -> None:
    talk = _at_the_phone()
    talk.presses("Пишите сюда, в чат")
    talk.says("лучше к Виктории")
    assert talk.slots["staff"] == "viktoria"
