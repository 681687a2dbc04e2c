"""Which flow serves what the client surely wants."""

from __future__ import annotations

from dialog.walk import Walk


def flow_for(walk: Walk) -> str | None:
    """The flow of the first sure intent that one serves."""
    rules = walk.context.rulebook
    for intent in walk.detection.intents:
        if intent.confidence < rules.settings.sure_intent:
            return None
        key = flow_serving(walk, intent.name)
        if key is not None:
            return key
    return None


def flow_serving(walk: Walk, intent: str) -> str | None:
    """The flow that declares this intent."""
    rules = walk.context.rulebook
    served = (key for key, revision in rules.heads.items() if intent in rules.flows[key, revision].intents)
    return next(served, None)
