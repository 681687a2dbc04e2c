"""A ladder: small named rungs tried in order; the first that takes a typed message ends the climb.

The order is the engine's judgement of what a message means when it may mean several things. So every rung says in
its docstring why it stands where it stands, and a turn keeps the names of those that acted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dialog.detection import Detection
from dialog.engine_settings import EngineSettings
from dialog.flow import Step
from dialog.questions import Asking
from dialog.walk import Walk


@dataclass(slots=True, kw_only=True)
class Typed:
    """A typed message (or burst) on its way down."""

    walk: Walk
    text: str
    step: Step | None = None
    """The step that waits for an answer, once it is known that one does."""
    answer: str | None = None
    """Key of the salon's answer that is surely meant, once it has been looked for."""
    more_answers: tuple[str, ...] = ()
    """Keys of the answers to what else is asked in the same message."""

    @property
    def detection(self) -> Detection:
        """What was understood of the message."""
        return self.walk.detection

    @property
    def settings(self) -> EngineSettings:
        """The limits in force."""
        return self.walk.context.rulebook.settings


Rung: TypeAlias = Callable[[Typed], Asking[str]]
"""Looks at a message and takes it: returns the route. An empty route leaves the message to the rungs below."""


class NobodyTook(RuntimeError):
    """A ladder without a floor: our bug."""


def climb(typed: Typed, rungs: Sequence[Rung]) -> Asking[str]:
    """The route of the first rung that takes the message; empty when all of them left it."""
    for rung in rungs:
        route = yield from rung(typed)
        if route:
            typed.walk.rungs.append(rung.__name__)
            return route
    return ""
