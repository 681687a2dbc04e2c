"""Words about the talk itself rather than about the salon: who are you, why do you ask, I keep my number to myself."""

from __future__ import annotations

from dialog import steps
from dialog.detection import Detection
from dialog.engine_settings import EngineSettings
from dialog.ladder import Typed
from dialog.questions import Asking
from dialog.sureness import wants_first

WHY = "why"
ASIDES = frozenset({"who", "why_phone", "withhold", WHY})
PAST_VISIT, GLAD = "past_visit", "feedback"


def aside(detection: Detection, settings: EngineSettings) -> str:
    """Which of ``ASIDES`` the message is before anything else; empty when it is none."""
    said = wants_first(detection, settings)
    return said if said in ASIDES else ""


def aside_meanwhile(typed: Typed) -> Asking[str]:
    """Answered, and the question shown again. Above the step's own value, which would take "why?" for one; below the
    salon's answers, which may say more of it."""
    walk, said, step = typed.walk, aside(typed.detection, typed.settings), typed.step
    if not said or step is None:
        return ""
    walk.say_first(*([f"why_{step.slot}"] if said == WHY else []), said)
    if walk.repeats(f"{said}_at_step") >= steps.MOST_SHOWN:
        walk.flush()
    else:
        yield from steps.show(walk)
    return f"{said}_at_step"


def aside_open(typed: Typed) -> Asking[str]:
    """The same where nothing is asked. A bare "why?" is then a riddle like any other."""
    walk, said = typed.walk, aside(typed.detection, typed.settings)
    if not said or said == WHY:
        return ""
    yield from ()
    walk.say(said)
    walk.flush(steps.way_out(walk))
    return said


def past_visit(typed: Typed) -> Asking[str]:
    """Wants to speak of a visit that was: nobody but a person can. Above the wishes, because such a message names the
    service as if it were wanted; not for who wants something besides, or is only glad."""
    walk, said = typed.walk, wants_first(typed.detection, typed.settings, besides=GLAD)
    if said != PAST_VISIT:
        return ""
    yield from walk.hand_over(reason="asked", label="human", opening="handover_past_visit")
    return PAST_VISIT
