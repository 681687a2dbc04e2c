"""Conversations as files: what was done and what came of it, in the form of flows/*/conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from booking.gathered import wall_of
from booking.orders import CancelVisit, ClientOrder, ConfirmHold, HoldSlot
from dialog.conversation import OwnerKind
from dialog.effects import (
    AnswerSurvey,
    AskSurvey,
    Book,
    CancelTimer,
    CloseHandoff,
    Effect,
    Escalate,
    GiveConsent,
    HandOver,
    Join,
    Note,
    Send,
    SetClient,
    SetTimer,
)
from dialog.turn import Turn


def written(conversation: Mapping[str, Any]) -> str:
    """A conversation (``about``, ``at``, ``steps``) as the file holds it."""
    return yaml.safe_dump(dict(conversation), allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)


def outcome_of(turn: Turn) -> dict[str, Any]:
    """What came of one turn; what is empty or as usual is left out."""
    after = turn.conversation
    replies = [effect.reply for effect in turn.effects if isinstance(effect, Send)]
    found: dict[str, Any] = {"route": turn.trace.route, "bot": [reply.key or "as typed" for reply in replies]}
    run = after.state.run
    if run is not None:
        found["state"] = f"{run.flow}:{run.state}"
        if run.slots:
            found["slots"] = dict(run.slots)
    if after.owner is not OwnerKind.BOT:
        found["owner"] = after.owner.value
    if after.language != "ru":
        found["language"] = after.language
    buttons = [choice.label for reply in replies for choice in reply.choices]
    if buttons:
        found["buttons"] = buttons
    files = [file.label for reply in replies for file in reply.media]
    if files:
        found["files"] = files
    effects = [_told(effect) for effect in turn.effects if not isinstance(effect, Send)]
    if effects:
        found["effects"] = effects
    return found


def _told(effect: Effect) -> str:
    match effect:
        case HandOver():
            words = ", ".join(word for reason in effect.triggers for word in reason.words)
            told = "".join(f"; {name}: {value}" for name, value in effect.answers.items())
            promised = f"; promised {effect.promised_at:%d.%m %H:%M} UTC" if effect.promised_at else ""
            return f"hand over {effect.label} {effect.priority} ({effect.reason}: {words or '-'}){told}{promised}"
        case Escalate():
            return f"escalate {effect.level}"
        case CloseHandoff():
            return f"close handoff: {effect.outcome}"
        case SetTimer() | CancelTimer():
            return _timer(effect)
        case Note():
            return f"note {effect.kind}"
        case SetClient():
            return f"client {effect.name or '-'}, {effect.phone or '-'}"
        case Book():
            return _ordered(effect.order)
        case GiveConsent():
            return f"consent {effect.kind} {effect.version}"
        case AskSurvey() | AnswerSurvey():
            return _survey(effect)
        case Join():
            return "join"
        case Send():
            raise AssertionError("lines are told by their keys")


def _timer(effect: SetTimer | CancelTimer) -> str:
    if isinstance(effect, CancelTimer):
        return f"cancel timer {effect.kind}"
    return f"set timer {effect.kind} {effect.due_at:%d.%m %H:%M} UTC"


def _survey(effect: AskSurvey | AnswerSurvey) -> str:
    if isinstance(effect, AskSurvey):
        return f"survey {effect.kind}"
    said = (("mark", effect.mark), ("nps", effect.nps), ("words", effect.words))
    return "said " + ", ".join(f"{name} {value}" for name, value in said if value is not None)


def _ordered(order: ClientOrder) -> str:
    match order:
        case HoldSlot():
            what = ", ".join(f"{part.service} {part.staff}" for part in order.slot.parts)
            return f"hold {' '.join(wall_of(order.slot))} {what}" + (f" moves {order.moves}" if order.moves else "")
        case ConfirmHold():
            return f"confirm {order.name or '-'}, {order.phone or '-'}"
        case CancelVisit():
            return f"cancel visit {order.visit}"
        case _:
            return f"book {type(order).__name__}"
