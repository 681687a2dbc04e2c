"""A visit as a line of "what's new" keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from booking.visit import Visit


def news_of(visit: Visit) -> Mapping[str, str]:
    """What a line about a visit is made of: keys of the salon's data and the moment, words are the reader's part."""
    body = {"uid": visit.uid, "branch": visit.branch, "zone": visit.zone, "name": visit.name}
    if visit.parts:
        return {
            **body,
            "services": " ".join(visit.services),
            "masters": " ".join(visit.masters),
            "start": visit.start.astimezone(UTC).isoformat(),
        }
    return {**body, "services": " ".join(visit.wanted), "masters": visit.wanted_staff, "words": visit.wish}
