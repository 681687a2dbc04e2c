"""What is kept of the question whether the client would recommend the salon."""

from __future__ import annotations

from collections.abc import Mapping

from dialog.flow import Action, Walker
from dialog.questions import Asking


def keep_nps(walk: Walker) -> Asking[None]:
    """Keep the number."""
    yield from ()
    walk.answer_survey(nps=int(walk.slots["nps"]))


ACTIONS: Mapping[str, Action] = {"keep_nps": keep_nps}
