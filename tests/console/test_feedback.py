"""The report on what clients say: right figures, how many answers they rest on, nobody's words in the file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from console.satisfaction import Figure, promoters, report
from dialog.opinion import Opinion
from handoff.roles import Role
from tests.console.salon import ORIGIN, Browser, Salon

MOSCOW = ZoneInfo("Europe/Moscow")
SUNDAY_NIGHT = datetime(2026, 3, 8, 20, 30, tzinfo=UTC)


def said(mark: int | None = None, *, nps: int | None = None, words: str = "", **changes: object) -> Opinion:
    """One visit that was asked about."""
    fields: dict[str, object] = {
        "end": SUNDAY_NIGHT, "staff": "maria", "service": "manicure", "name": "Анна", "chat": "c1",
        "answered": mark is not None, "mark": mark, "nps": nps, "words": words,
    }  # fmt: skip
    return Opinion(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("numbers", "value"),
    [([], None), ([10], 100), ([6], -100), ([7, 8], 0), ([9, 10, 8, 6], 25), ([10, 0, 0], -33)],
)
def test_nps_is_promoters_less_detractors(numbers: list[int], value: int | None) -> None:
    assert promoters(numbers) == Figure(value=value, count=len(numbers))


def test_the_figures_of_a_period() -> None:
    opinions = [said(5), said(4, staff="anna"), said(2), said(), said(5, end=SUNDAY_NIGHT + timedelta(hours=1))]
    found = report(opinions, MOSCOW)
    assert (found.asked, found.answered, found.share) == (5, 4, 80)
    assert found.mark == Figure(value=4.0, count=4)
    assert found.by_staff == [("maria", Figure(value=4.0, count=3)), ("anna", Figure(value=4.0, count=1))]
    weeks = [(monday.isoformat(), figure.count) for monday, figure in found.by_week]
    assert weeks == [("2026-03-09", 1), ("2026-03-02", 3)], "Monday has begun in Moscow"
    assert [one.mark for one in found.low] == [2]
    assert report([], MOSCOW).share == 0


def test_few_answers_are_called_few() -> None:
    assert [Figure(value=5.0, count=count).few for count in (0, 1, 4, 5)] == [False, True, True, False]


def test_the_page_and_the_file() -> None:
    salon = Salon()
    asyncio.run(salon.hire(Role.OWNER))
    recent = salon.clock.now() - timedelta(days=2)
    salon.opinions.all = [
        said(2, end=recent, words="<b>криво</b>", nps=6, name="Анна Сергеевна", service="manicure"),
        said(5, end=recent, staff="anna", service="haircut_women"),
        said(1, end=recent - timedelta(days=200), words="давно"),
    ]
    with TestClient(salon.app(), base_url=ORIGIN) as client:
        browser = Browser(client)
        browser.log_in("owner")
        page = browser.open("/feedback")
        assert "«&lt;b&gt;криво&lt;/b&gt;»" in page
        assert "/console/inbox/c1" in page
        assert "-100" in page
        assert "мало отзывов" in page
        assert "2 из 2" in page
        assert "давно" not in page
        assert "давно" in browser.open("/feedback?days=365")
        assert browser.open("/feedback?days=junk") != ""
        file = client.get("/console/feedback.csv")
        assert file.headers["content-type"].startswith("text/csv")
        assert file.text.splitlines()[1].endswith(";1;2;6")
        assert "криво" not in file.text
        assert "Анна Сергеевна" not in file.text
    assert any(line.what == "feedback exported" for line in salon.accounts.audit)


def test_an_empty_salon_is_told_what_will_be_here() -> None:
    salon = Salon()
    asyncio.run(salon.hire(Role.ADMIN))
    with TestClient(salon.app(), base_url=ORIGIN) as client:
        browser = Browser(client)
        browser.log_in("admin")
        assert "Пока никого не спрашивали" in browser.open("/feedback")
