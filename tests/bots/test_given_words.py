"""When a promise is due, by what the grammar of days and times has read."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bots.given_words import due

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "clock", "meant"),
    [
        ("2026-03-11", "", datetime(2026, 3, 11, 17, 0, tzinfo=UTC)),
        ("2026-03-11", "15:00", datetime(2026, 3, 11, 12, 0, tzinfo=UTC)),
        ("", "18:00", datetime(2026, 3, 10, 15, 0, tzinfo=UTC)),
        ("", "<18:00", datetime(2026, 3, 10, 15, 0, tzinfo=UTC)),
        ("", "10:00", datetime(2026, 3, 11, 7, 0, tzinfo=UTC)),
        ("2026-03-12..2026-03-13", "10:00-12:00/15:00", datetime(2026, 3, 13, 9, 0, tzinfo=UTC)),
        ("2026-03-09", "", None),
        ("", "", None),
    ],
)
def test_when_it_is_due(day: str, clock: str, meant: datetime | None) -> None:
    assert due(day, clock, NOW, ZONE) == meant
