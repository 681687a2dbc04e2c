"""One answer that somebody is writing, read as strictly as the salon's files."""

from __future__ import annotations

from collections.abc import Mapping

from booking.answer import Answer
from booking.body import Body
from booking.declared import Declared, long_key
from booking.fact_names import fact_names
from booking.fault import Faults, Place
from booking.read_answer import read_answer
from booking.salon import Salon
from booking.salon_documents import DocumentSource


def read_draft(salon: Salon, key: str, body: Mapping[str, object], group: str) -> Answer:
    """The answer as ``salon`` would have it. Raises SalonDataError with the path of each field that is wrong."""
    faults = Faults()
    place = Place(DocumentSource(f"answer/{key}"))
    long_key(key, place, faults)
    declared = Declared(
        branches=tuple(salon.branch_by_key),
        categories=tuple(salon.category_by_key),
        services=tuple(salon.service_by_key),
        staff=tuple(salon.staff_by_key),
        answers=(*salon.answer_by_key, key),
        offered={},
    )
    facts = fact_names(declared.branches, declared.categories, declared.services)
    answer = read_answer(key, Body(body, place, faults), group, declared, facts)
    faults.refuse()
    return answer
