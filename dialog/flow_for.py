"""Which flow serves what the client surely wants."""

from __future__ import annotations

from dialog.walk import Walk


def flow_for(walk: Walk) -> str | None:
    """The flow of the first sure intent that one serves."""
    rules = walk.context.rulebook
    for intent in walk.detection.intents:
        if intent.confidence < rules.settings.sure_intent:
            return None
        for key, revision in rules.heads.items():
            if intent.name in rules.flows[key, revision].intents:
                return key
    return None
