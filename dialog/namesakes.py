"""Masters who share a name: the service decides which of them is meant."""

from __future__ import annotations

from collections.abc import Mapping

from booking.wish import Wish
from dialog.book_questions import Quote
from dialog.questions import Asking, ask

NAMESAKES = "namesakes"


def namesakes_of(slots: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the masters whose common name was said; none where it was nobody's or one's alone."""
    return tuple(filter(None, slots.get(NAMESAKES, "").split(",")))


def meant_by_service(slots: Mapping[str, str], service: str) -> Asking[str]:
    """The only one of them who does ``service`` (may be empty); empty when none or several do."""
    shared = namesakes_of(slots)
    if not shared or not service:
        return ""
    possible = yield from ask(Quote(Wish.of(service)))
    fitting = [key for key in shared if possible is not None and key in possible.masters]
    return fitting[0] if len(fitting) == 1 else ""
