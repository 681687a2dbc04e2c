"""Masters with the same name, where the service does not decide between them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from booking.price import Price
from dialog.book_questions import QuoteGiven
from flows.booking.actions import settle_place


@pytest.mark.parametrize(
    ("masters", "staff", "said"),
    [
        (("vera", "olga"), "vera", []),
        (("vera", "vera2", "olga"), None, ["which_namesake"]),
        (("olga", "lena"), None, ["other_master_does_it"]),
        (("olga",), "olga", ["other_master_does_it"]),
    ],
)
def test_who_is_meant_is_decided_by_the_service_or_asked(
    masters: tuple[str, ...], staff: str | None, said: list[str]
) -> None:
    heard: list[str] = []
    walk: Any = SimpleNamespace(
        slots={"service": "manicure", "staff": "lena", "namesakes": "vera,vera2"}, say=heard.append
    )
    settling = settle_place(walk)
    next(settling)
    quote = QuoteGiven(price=Price(amount=1500), minutes=60, masters=masters, branches=("centre",))
    with pytest.raises(StopIteration):
        settling.send(quote)
    assert (walk.slots.get("staff"), heard) == (staff, said)
    assert "namesakes" not in walk.slots
