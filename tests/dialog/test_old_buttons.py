"""Buttons of earlier lines, pressed in any order while a visit is booked, lead past no question and into no error."""

from __future__ import annotations

import random

import pytest

from tests.dialog.demo import demo_talk
from tests.dialog.kit import Talk

OPENINGS = ("маникюр", "стрижка завтра", "запишите к Маше", "хочу записаться на педикюр в пятницу вечером")


def _pressed_at_random(talk: Talk, chance: random.Random, presses: int) -> None:
    seen: list[str] = []
    for _ in range(presses):
        seen += [choice.token for choice in talk.choices]
        # Mostly what is shown now, so that the walk gets somewhere; often something much older.
        shown = [choice.token for choice in talk.choices] or seen
        talk.presses_token(chance.choice(shown if chance.random() < 0.6 else seen))


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("seed", range(8))
def test_any_old_button_is_answered(opening: str, seed: int) -> None:
    """Every press ends in a turn that says something, and in a state of the flow."""
    talk = demo_talk("2026-03-10 12:00")
    talk.says(opening)
    _pressed_at_random(talk, random.Random(f"{opening} {seed}"), 40)
    assert talk.place


def test_a_question_that_was_taken_back_is_asked_again() -> None:
    """The summary is reached by an old button after the day was taken back: the day is asked, nothing is held."""
    talk = demo_talk("2026-03-10 12:00")
    talk.says("маникюр к Марии в пятницу в 12:00")
    talk.presses("Пишите сюда, в чат")
    talk.says("Ольга")
    assert talk.place == "booking:agree"
    agree = talk.choices[0].token
    talk.presses_token(agree)
    assert talk.place == "booking:summary"
    talk.presses(next(label for label in talk.labels if "день" in label))
    assert talk.place == "booking:day"
    talk.presses_token(agree)
    assert talk.place == "booking:day"
