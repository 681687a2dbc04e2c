"""Masters who share a name with each other, where the service decides which is meant, or with the client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from booking.wish import Wish
from dialog.book_questions import Quote
from dialog.detection import Detection
from dialog.questions import Asking, ask

NAMESAKES = "namesakes"
_CONTACT = frozenset({"name", "phone"})
_MASTERS = frozenset({"staff", NAMESAKES})


def namesakes_of(slots: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the masters whose common name was said; none where it was nobody's or one's alone."""
    return tuple(filter(None, slots.get(NAMESAKES, "").split(",")))


def own_name(detection: Detection, accepted: Sequence[str]) -> Detection:
    """Who is asked for name and phone and says a name says her own, whatever the masters are called."""
    if _CONTACT.isdisjoint(accepted) or "name" not in detection.slots:
        return detection
    return replace(detection, slots={kind: said for kind, said in detection.slots.items() if kind not in _MASTERS})


def meant_by_service(slots: Mapping[str, str], service: str) -> Asking[str]:
    """The only one of them who does ``service`` (may be empty); empty when none or several do."""
    shared = namesakes_of(slots)
    if not shared or not service:
        return ""
    possible = yield from ask(Quote(Wish.of(service)))
    fitting = [key for key in shared if possible is not None and key in possible.masters]
    return fitting[0] if len(fitting) == 1 else ""
