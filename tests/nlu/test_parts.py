"""A message that says several things is also read part by part."""

from __future__ import annotations

import pytest

from nlu.normalise import Normaliser
from nlu.parts import Parter
from tests.dialog.demo import demo_rules


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("сколько стоит стрижка и есть ли парковка", ("сколько стоит стрижка", "есть ли парковка")),
        ("есть парковка? и запишите на маникюр завтра", ("есть парковка ?", "запишите на маникюр завтра")),
        ("картой можно, а с собакой?", ("картой можно ?", "с собакой ?")),
        ("где вы\nи почём стрижка", ("где вы", "почём стрижка")),
        ("how much is it and where are you?", ("how much is it ?", "where are you ?")),
        ("сколько стоит стрижка?", ()),
        ("и?", ()),
        ("раз, два, три, четыре, пять", ()),
    ],
)
def test_where_a_message_is_taken_apart(normaliser: Normaliser, text: str, parts: tuple[str, ...]) -> None:
    assert Parter().parts(normaliser.normal(text)) == parts


def test_every_part_is_understood_by_itself_and_the_whole_as_ever() -> None:
    found = demo_rules().detector().detect("сколько стоит стрижка и есть ли парковка")
    price, parking = found.parts
    assert (price.intents[0].name, price.slots["service"]) == ("price", "haircut_women")
    assert parking.answers[0].key == "parking"
    assert found.slots["service"] == "haircut_women"
    assert not price.parts


def test_whoever_wants_a_person_is_not_taken_apart() -> None:
    assert not demo_rules().detector().detect("позовите администратора, и сколько стоит стрижка?").parts
