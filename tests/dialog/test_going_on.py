"""Whoever comes by a link from the site's chat: asked first, joined only when he says so."""

from __future__ import annotations

import pytest

from dialog.effects import Join
from tests.dialog.kit import Talk


@pytest.fixture
def came() -> Talk:
    """A client who has followed a link with the code «c0de»."""
    talk = Talk()
    talk.answerer.codes = ("c0de",)
    come(talk)
    return talk


def come(talk: Talk, code: str = "c0de") -> None:
    talk.opens(again="yes", code=code)


def test_he_is_asked_before_anything_is_done(came: Talk) -> None:
    assert (came.route, came.keys, came.labels) == ("join_asks", ["join_ask"], ["Да, это я", "Нет, не я"])
    assert not [effect for effect in came.effects if isinstance(effect, Join)]


@pytest.mark.parametrize("answer", ["press", "1", "да, это я"])
def test_yes_joins(came: Talk, answer: str) -> None:
    if answer == "press":
        came.presses("Да, это я")
    else:
        came.says(answer)
    assert Join(code="c0de") in came.effects
    assert came.keys[0].startswith("joined+")
    assert came.place == "answers:menu"


def test_no_keeps_them_apart(came: Talk) -> None:
    came.presses("Нет, не я")
    assert Join(code="c0de") not in came.effects
    assert came.keys[0].startswith("join_refused+")


def test_a_spent_link_joins_nobody(came: Talk) -> None:
    came.answerer.codes = ()
    came.presses("Да, это я")
    assert Join(code="c0de") not in came.effects
    assert came.keys[0].startswith("join_late+")


def test_what_he_was_doing_goes_on() -> None:
    talk = Talk()
    talk.answerer.codes = ("c0de",)
    talk.opens()
    talk.presses("Записаться")
    place = talk.place
    come(talk)
    talk.presses("Да, это я")
    assert Join(code="c0de") in talk.effects
    assert talk.place == place
