"""An answer that was not translated is told in Russian throughout: text, plural forms and live facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from booking.salon_files import load_salon
from booking.words import Words
from bots.answerer import SalonAnswerer
from bots.live_rules import salon_view
from config.registry import SETTINGS
from dialog import questions as q
from tests.fakes.memory_book import MemoryBook

DEMO = Path(__file__).parents[2] / "config" / "demo"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_an_untranslated_answer_has_russian_facts_and_plurals() -> None:
    salon = load_salon(DEMO, date(2026, 3, 2))
    russian = replace(salon.answer("price_haircut"), text=Words(ru="{price_styling}, {phone|окно|окна|окон}"))
    view = salon_view(replace(salon, answers=(russian,)), {setting.name: setting.default for setting in SETTINGS})
    given = await SalonAnswerer(lambda: view, MemoryBook(salon)).answer(q.AnswerText("price_haircut", "en"), NOW)
    assert given is not None
    assert given.text.startswith("1\u00a0900–2\u00a0400\u00a0₽, ")
