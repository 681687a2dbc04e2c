"""«What will the bot answer?»: the engine's own word on a message, with the answer that somebody is writing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from threading import Barrier

import pytest

from booking.answer import Answer
from booking.words import Words
from bots.answer_trial import AnswerTrial
from console.trial import Tried
from console.trial_words import tried_in_words
from tests.dialog.demo import demo_rules
from tests.fakes.memory_book import MemoryBook
from tests.fakes.moments import NOON, FakeDice

SCOOTER = Answer(
    key="scooter",
    title=Words(ru="Самокат"),
    wordings=("куда поставить самокат", "есть ли место для самоката"),
    text=Words(ru="У входа, {address_centre}."),
    group="visit",
)


@pytest.fixture
def trial() -> AnswerTrial:
    """The demo salon's bot."""
    rules = demo_rules()
    terms = rules.view().terms
    return AnswerTrial(rules, MemoryBook(terms.salon, terms.rules), FakeDice())


def told(tried: Tried, language: str = "ru") -> Mapping[str, object]:
    return tried_in_words(tried, {"booking": "Запись"}, language)


async def test_the_winner_is_told_with_those_who_lost_and_why(trial: AnswerTrial) -> None:
    tried = await trial.ask("где припарковаться?", None, "ru", NOON)
    assert list(tried.given) == ["Парковка"]
    assert "парковка" in tried.lines[0].text.lower()
    first, *others = tried.candidates
    assert (first.key, first.given) == ("parking", True)
    assert first.percent >= tried.sure
    assert others
    said = told(tried)
    assert said["verdict"] == "Даст ответ «Парковка»"
    assert said["rule"] == "Этот ответ подходит уверенно."
    whys = [one["why"] for one in said["candidates"]]  # type: ignore[attr-defined]
    assert whys[0] == "его и даст"
    assert set(whys[1:]) <= {"слишком далеко"} | {why for why in whys if "не хватает" in why}


@pytest.mark.parametrize(
    ("text", "verdict", "rule"),
    [
        ("оператор", "Позовёт человека", "команда"),
        ("хочу записаться на маникюр", "Начнёт сценарий «Запись»", "есть сценарий"),
        ("всё плохо, я ждала сорок минут и ушла", "Позовёт человека", "нужен человек"),
        ("бурлык мурлык", "Честно скажет, что не понял", "Ничего не подходит"),
    ],
)
async def test_whatever_goes_before_the_answers_is_named(
    trial: AnswerTrial, text: str, verdict: str, rule: str
) -> None:
    said = told(await trial.ask(text, None, "ru", NOON))
    assert said["verdict"] == verdict
    assert rule in str(said["rule"])


class _BothAtOnce(AnswerTrial):
    """Nobody goes on before two drafts are learnt."""

    both: Barrier

    def __setattr__(self, name: str, value: object) -> None:
        if name == "_taught" and value is None:
            object.__setattr__(self, "both", Barrier(2, timeout=60))
        super().__setattr__(name, value)
        if name == "_taught" and value is not None:
            self.both.wait()


@pytest.fixture
def both_at_once() -> AnswerTrial:
    rules = demo_rules()
    terms = rules.view().terms
    return _BothAtOnce(rules, MemoryBook(terms.salon, terms.rules), FakeDice())


async def test_two_who_try_drafts_at_once_are_each_answered_by_their_own(both_at_once: AnswerTrial) -> None:
    coat = replace(SCOOTER, key="coat", title=Words(ru="Пальто"), wordings=("куда повесить пальто",))
    scooters, coats = await asyncio.gather(
        both_at_once.ask("куда поставить самокат", SCOOTER, "ru", NOON),
        both_at_once.ask("куда повесить пальто", coat, "ru", NOON),
    )
    assert (list(scooters.given), list(coats.given)) == (["Самокат"], ["Пальто"])


async def test_the_draft_is_tried_as_if_it_were_published_and_nothing_is_kept(trial: AnswerTrial) -> None:
    question = "а куда самокат поставить"
    before = await trial.ask(question, None, "ru", NOON)
    tried = await trial.ask(question, SCOOTER, "ru", NOON)
    assert "Самокат" not in before.given
    assert list(tried.given) == ["Самокат"]
    assert "Большая Покровская, 48" in tried.lines[0].text
    assert await trial.ask(question, replace(SCOOTER, enabled=False), "ru", NOON) == before
    assert await trial.ask(question, None, "ru", NOON) == before
    parking = replace(demo_rules().view().salon.answer("parking"), text=Words(ru="Нигде."))
    assert (await trial.ask("где припарковаться?", parking, "ru", NOON)).lines[0].text == "Нигде."


async def test_questions_that_collide_are_shown_in_pairs(trial: AnswerTrial) -> None:
    assert await trial.clashes(SCOOTER, "ru") == []
    found = await trial.clashes(replace(SCOOTER, wordings=("есть где машину оставить", "куда поставить самокат")), "ru")
    assert [(one.mine, one.key) for one in found] == [("есть где машину оставить", "parking")]
    assert found[0].theirs in demo_rules().view().salon.answer("parking").wordings
    assert found[0].percent >= 62

    thief = replace(SCOOTER, title=Words(ru="Оплата"), wordings=("можно картой", "можно оплатить картой?"))
    stolen = [one for one in await trial.clashes(thief, "ru") if one.key != "scooter"]
    assert stolen, "a question word for word like another answer's cannot be told from it"


async def test_an_answer_does_not_collide_with_what_it_was(trial: AnswerTrial) -> None:
    parking = demo_rules().view().salon.answer("parking")
    assert await trial.clashes(replace(parking, text=Words(ru="Нигде.")), "ru") == []


async def test_it_is_told_in_english_too(trial: AnswerTrial) -> None:
    said = told(await trial.ask("где припарковаться?", None, "en", NOON), "en")
    assert said["verdict"] == "Gives the answer «Parking»"
