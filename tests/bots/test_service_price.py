"""Asked for the price of one service, the bot says that service's line of the price list as it stands now."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import config
from booking.salon_files import load_salon
from bots.answerer import SalonAnswerer
from bots.live_rules import salon_view
from config.registry import resolve
from dialog.questions import AnswerText, AnswerTitle
from dialog.subjects import PLACE, PRICE, TIME, about, at_branch
from tests.fakes.memory_book import MemoryBook

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def test_a_service_is_told_with_its_live_price_and_time() -> None:
    salon = load_salon(Path(config.__file__).parent / "demo", date(2026, 11, 20))
    answerer = SalonAnswerer(lambda: salon_view(salon, resolve({}, {}, {})), MemoryBook(salon))
    service = next(each for each in salon.services if not each.addon)
    key = about(PRICE, service.key)
    assert await answerer.answer(AnswerTitle(key, "ru"), NOW) == service.name.ru
    given = await answerer.answer(AnswerText(key, "ru"), NOW)
    assert given is not None
    assert given.text.startswith(f"{service.name.ru} — ")
    assert "₽" in given.text
    assert [option.value for option in given.options] == [">booking"]
    assert await answerer.answer(AnswerText(about(PRICE, "no_such"), "ru"), NOW) is None
    assert await answerer.answer(AnswerTitle(about(PRICE, "no_such"), "ru"), NOW) is None


@pytest.fixture
def answerer() -> SalonAnswerer:
    salon = load_salon(Path(config.__file__).parent / "demo", date(2026, 11, 20))
    view = salon_view(salon, resolve({}, {}, {}))
    return SalonAnswerer(lambda: view, MemoryBook(salon))


@pytest.mark.parametrize(
    ("key", "language", "words"),
    [
        (about(PRICE, "haircut_women", "olga"), "ru", "Женская стрижка, мастер Ольга Смирнова — "),
        (about(PRICE, "haircut_women", "maria"), "ru", "Мария Соколова эту услугу не делает. Женская стрижка у других"),
        (about(PRICE, "haircut_women", "nobody"), "ru", "Женская стрижка — "),
        (about(TIME, "haircut_women"), "ru", "Женская стрижка — это "),
        (about(PLACE, "haircut_women"), "ru", "Женская стрижка, приходите сюда:\n"),
        (about(PRICE, "haircut_women", "olga"), "en", "with Olga Smirnova: "),
    ],
)
async def test_a_service_is_told_by_master_by_time_and_by_place(
    answerer: SalonAnswerer, key: str, language: str, words: str
) -> None:
    given = await answerer.answer(AnswerText(key, language), NOW)
    assert given is not None
    assert words in given.text
    assert "{" not in given.text


async def test_a_master_has_her_own_price(answerer: SalonAnswerer) -> None:
    anna = await answerer.answer(AnswerText(about(PRICE, "haircut_women", "anna"), "ru"), NOW)
    olga = await answerer.answer(AnswerText(about(PRICE, "haircut_women", "olga"), "ru"), NOW)
    assert anna is not None
    assert olga is not None
    assert anna.text.partition(" — ")[2] != olga.text.partition(" — ")[2]


async def test_where_a_service_is_done_only_at_one_branch_only_that_is_told(answerer: SalonAnswerer) -> None:
    beard = await answerer.answer(AnswerText(about(PLACE, "beard"), "ru"), NOW)
    haircut = await answerer.answer(AnswerText(about(PLACE, "haircut_women"), "ru"), NOW)
    assert beard is not None
    assert haircut is not None
    assert len(beard.text.splitlines()) == 2
    assert len(haircut.text.splitlines()) == 3


async def test_an_answer_that_differs_by_branch_says_the_branch_that_is_meant(answerer: SalonAnswerer) -> None:
    everywhere = await answerer.answer(AnswerText("hours", "ru"), NOW)
    centre = await answerer.answer(AnswerText(at_branch("hours", "centre"), "ru"), NOW)
    wifi = await answerer.answer(AnswerText(at_branch("wifi", "centre"), "ru"), NOW)
    assert everywhere is not None
    assert centre is not None
    assert wifi is not None
    assert "Обычно на Покровке" in centre.text
    values = [option.value for option in everywhere.options]
    assert values[:2] == ["?hours@centre", "?hours@zarechny"]
    assert not [option for option in centre.options if "@" in option.value]
