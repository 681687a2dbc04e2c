"""The page of questions without an answer: together by meaning, masked, one click away from an answer."""

from __future__ import annotations

import html
import re

import orjson
import pytest

from bots.answer_trial import AnswerTrial
from handoff.roles import Role
from tests.console.salon import Browser, Salon
from tests.dialog.demo import demo_rules
from tests.fakes.memory_book import MemoryBook


@pytest.fixture
def salon() -> Salon:
    """A salon whose bot can be tried."""
    rules = demo_rules()
    terms = rules.view().terms
    made = Salon()
    made.trial = AnswerTrial(rules, MemoryBook(terms.salon, terms.rules), made.dice)
    return made.twin()


async def test_questions_are_grouped_counted_masked_and_become_an_answer(salon: Salon, browser: Browser) -> None:
    ask = salon.missed.ask
    ask("можно самокат оставить", days_ago=9)
    ask("+7 912 345-67-89 есть место для самоката?", "Ставьте у входа.", days_ago=3)
    ask("куда поставить самокат?", days_ago=1)
    ask("дадите зонт напрокат?", days_ago=2)
    ask("где припарковаться", days_ago=2)
    ask("слишком давно", days_ago=31)
    await salon.hire(Role.ADMIN)
    browser.log_in("admin")
    page = browser.open("/answers/missed")
    first, second, done = re.findall(r'<section class="panel.*?</section>', page, re.S)
    assert "куда поставить самокат?" in first
    assert "спросили 3 раза" in first
    assert "345" not in first, "a phone is masked"
    assert "Человек ответил: «Ставьте у входа.»" in first
    draft = orjson.loads(html.unescape(re.findall(r"data-make='(.*?)'", first)[0]))
    assert draft["title"] == "Куда поставить самокат"
    assert draft["text"] == "Ставьте у входа."
    assert len(draft["wordings"].split("\n")) == 3
    assert "дадите зонт напрокат?" in second
    assert "где припарковаться" in done
    assert "1 из 1" in done
    assert "давно" not in page


async def test_an_empty_page_says_so(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.ADMIN)
    browser.log_in("admin")
    assert "Бот знает всё, о чём его спросили" in browser.open("/answers/missed")
