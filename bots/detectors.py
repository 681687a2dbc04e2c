"""Makes the detector for a salon: its answers and names are what there is to understand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from booking.salon import Salon
from booking.staff import Staff
from booking.words import Words
from dialog.detection import Detector
from nlu.detector import Parts, RussianDetector
from nlu.known import Known
from nlu.vectors import Vectors, bundled


def make_detector(
    salon: Salon, vectors: Callable[[], Vectors | None] = bundled, data: Parts | None = None
) -> RussianDetector:
    """The understanding over this salon's answers, services, staff and branches.

    ``vectors`` is asked for the model of sentence vectors when a message first leaves doubt. ``data``: what knows
    nothing of a salon; read from the files when none is given, which takes a second.
    """
    detector = RussianDetector(
        data=data or Parts.load(vectors),
        answers=[(answer.key, (answer.title.ru, *answer.wordings)) for answer in salon.answers if answer.enabled],
        told={answer.key: answer.text.ru for answer in salon.answers if answer.enabled},
        services=[(service.key, (*_said(service.name), *service.aliases)) for service in salon.services],
        staff=[(person.key, _called(person)) for person in salon.staff],
        branches=[(branch.key, (*_said(branch.name), *branch.aliases)) for branch in salon.branches],
        zone=salon.zone,
    )
    known = Known.load()
    if not all(text in known for text in detector.passages()):
        # Beside the event loop, when rules are read: not while a client waits.
        detector.warm()
    return detector


def detector_maker(with_vectors: bool) -> Callable[[Salon], Detector]:
    """Makes detectors with sentence vectors, or by words alone on a small machine; all share what knows no salon."""
    data = cache(partial(Parts.load, bundled if with_vectors else _none))

    def make(salon: Salon) -> Detector:
        return make_detector(salon, data=data())

    return make


def _none() -> None:
    return None


def _called(person: Staff) -> tuple[str, ...]:
    """The full name, the first name alone and what it is shortened to. A name that two share finds neither."""
    full = _said(person.name)
    return (*full, *(name.split()[0] for name in full), *person.diminutives)


def _said(name: Words) -> tuple[str, ...]:
    """A name in every language it has."""
    return tuple(text for _, text in name.languages())
