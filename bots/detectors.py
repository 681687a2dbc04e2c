"""Makes the detector for a salon: its answers and names are what there is to understand."""

from __future__ import annotations

from booking.salon import Salon
from dialog.detection import Detector
from nlu.detector import RussianDetector


def make_detector(salon: Salon) -> Detector:
    """The first understanding over this salon's answers, services, staff and branches."""
    return RussianDetector(
        answers=[(answer.key, (answer.title.ru, *answer.wordings)) for answer in salon.answers if answer.enabled],
        services=[(service.key, (service.name.ru, *service.aliases)) for service in salon.services],
        staff=[(person.key, (person.name.ru, *person.diminutives)) for person in salon.staff],
        branches=[(branch.key, (branch.name.ru, *branch.aliases)) for branch in salon.branches],
    )
