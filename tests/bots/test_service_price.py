"""Asked for the price of one service, the bot says that service's line of the price list as it stands now."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import config
from booking.salon_files import load_salon
from bots.answerer import SalonAnswerer
from bots.live_rules import salon_view
from config.registry import resolve
from dialog.questions import SERVICE, AnswerText, AnswerTitle

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def test_a_service_is_told_with_its_live_price_and_time() -> None:
    salon = load_salon(Path(config.__file__).parent / "demo", date(2026, 11, 20))
    answerer = SalonAnswerer(lambda: salon_view(salon, resolve({}, {}, {})))
    service = next(each for each in salon.services if not each.addon)
    key = f"{SERVICE}{service.key}"
    assert await answerer.answer(AnswerTitle(key, "ru"), NOW) == service.name.ru
    given = await answerer.answer(AnswerText(key, "ru"), NOW)
    assert given is not None
    assert given.text.startswith(f"{service.name.ru} — ")
    assert "₽" in given.text
    assert [option.value for option in given.options] == [">request"]
    assert await answerer.answer(AnswerText(f"{SERVICE}no_such", "ru"), NOW) is None
    assert await answerer.answer(AnswerTitle(f"{SERVICE}no_such", "ru"), NOW) is None
