"""The salon as documents of the revision store: (kind, key) -> plain body, one noun each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from booking.fault import Faults, Path, Place
from booking.raw_salon import RawNoun, RawSalon, build_salon, raw_nouns
from booking.salon import Salon
from booking.write_nouns import (
    Body,
    answer_body,
    branch_body,
    categories_body,
    duty_body,
    holiday_body,
    salon_body,
    service_body,
    staff_body,
)

DocumentKey: TypeAlias = tuple[str, str]
KINDS = ("salon", "branch", "service", "staff", "duty", "holiday", "answer")
ONE = "main"
"""Key of the kinds that exist once: salon and duty."""

_ORDERED = ("branch", "service", "staff", "holiday", "answer")


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """A stored document as the origin of values; it has no lines."""

    name: str

    def line_of(self, path: Path, needle: str = "") -> int | None:
        return None


def salon_to_documents(salon: Salon) -> dict[DocumentKey, Body]:
    """One document per noun. The salon's own document holds the categories and the order of everything."""
    documents: dict[DocumentKey, Body] = {("duty", ONE): duty_body(salon.duty)}
    documents |= {("branch", each.key): branch_body(each, salon) for each in salon.branches}
    documents |= {("service", each.key): service_body(each) for each in salon.services}
    documents |= {("staff", each.key): staff_body(each) for each in salon.staff}
    documents |= {("holiday", each.key): holiday_body(each) for each in salon.holidays}
    documents |= {("answer", each.key): {**answer_body(each), "group": each.group} for each in salon.answers}
    order: Body = {kind: [key for own, key in documents if own == kind] for kind in _ORDERED}
    head = {**salon_body(salon), "categories": categories_body(salon), "order": order}
    return {("salon", ONE): head, **documents}


def salon_from_documents(documents: Mapping[DocumentKey, Mapping[str, object]]) -> Salon:
    """Read documents with the same strictness as files. Raises SalonDataError.

    Documents that the order does not name come last, by key.
    """
    faults = Faults()
    for kind, key in documents:
        if kind not in KINDS:
            faults.add(Place(DocumentSource(f"{kind}/{key}")), "kind_unknown", got=kind)
    for kind in ("salon", "duty"):
        if (kind, ONE) not in documents:
            faults.add(Place(DocumentSource(f"{kind}/{ONE}")), "document_missing")
    faults.refuse()
    head = dict(documents["salon", ONE])
    source = DocumentSource(f"salon/{ONE}")
    categories = raw_nouns(head.pop("categories", None), Place(source, ("categories",)), faults)
    order = head.pop("order", None)
    return build_salon(
        RawSalon(
            salon=RawNoun(key=ONE, value=head, place=Place(source)),
            duty=_noun("duty", ONE, documents["duty", ONE]),
            categories=categories,
            branches=_nouns("branch", documents, order),
            services=_nouns("service", documents, order),
            staff=_nouns("staff", documents, order),
            holidays=_nouns("holiday", documents, order),
            answers=_nouns("answer", documents, order),
        ),
        None,
        faults,
    )


def _nouns(kind: str, documents: Mapping[DocumentKey, Mapping[str, object]], order: object) -> tuple[RawNoun, ...]:
    wanted = order.get(kind) if isinstance(order, Mapping) else None
    keys = [str(key) for key in wanted] if isinstance(wanted, Iterable) else []
    place = {key: number for number, key in reversed(list(enumerate(keys)))}
    found = sorted((key for own, key in documents if own == kind), key=lambda key: (place.get(key, len(place)), key))
    return tuple(_noun(kind, key, documents[kind, key]) for key in found)


def _noun(kind: str, key: str, body: Mapping[str, object]) -> RawNoun:
    place = Place(DocumentSource(f"{kind}/{key}"))
    if kind != "answer" or not isinstance(body, Mapping):
        return RawNoun(key=key, value=body, place=place)
    value = dict(body)
    group = value.pop("group", None)
    return RawNoun(key=key, value=value, place=place, group=group if isinstance(group, str) and group else "answers")
