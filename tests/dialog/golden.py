"""Golden conversations: written by people, answered by the product, kept in flows/<flow>/conversations/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dialog.conversation import OwnerKind
from dialog.effects import (
    Book,
    CancelTimer,
    CloseHandoff,
    Effect,
    Escalate,
    GiveConsent,
    HandOver,
    Note,
    Send,
    SetClient,
    SetTimer,
)
from dialog.message import Kind
from tests.dialog.demo import demo_talk
from tests.dialog.kit import Talk

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "flows"
ACTS = ("opens", "says", "presses", "sends", "later", "claims", "manager", "returns", "promise")
"""What can happen; everything else in a step is what came of it."""


def conversations() -> list[Path]:
    """Every golden conversation."""
    return sorted(FOLDER.glob("*/conversations/*.yaml"))


def read(path: Path) -> dict[str, Any]:
    """One conversation. Raises ValueError when it is not a mapping with ``about``, ``at`` and ``steps``."""
    loaded = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(loaded, dict) or set(loaded) != {"about", "at", "steps"}:
        raise ValueError(f"{path.name}: about, at and steps are expected")
    return loaded


def played(conversation: Mapping[str, Any]) -> dict[str, Any]:
    """The same conversation with what the product makes of it now."""
    talk = demo_talk(str(conversation["at"]))
    steps = [_step(talk, step) for step in conversation["steps"]]
    return {"about": conversation["about"], "at": conversation["at"], "steps": steps}


def written(conversation: Mapping[str, Any]) -> str:
    """A conversation as the file holds it."""
    return yaml.safe_dump(dict(conversation), allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)


def _step(talk: Talk, step: Mapping[str, Any]) -> dict[str, Any]:
    (name, what) = next((key, value) for key, value in step.items() if key in ACTS)
    turns = len(talk.turns)
    _act(talk, name, what)
    outcome = _outcome(talk) if len(talk.turns) > turns else {}
    return {name: what, **outcome}


def _act(talk: Talk, name: str, what: Any) -> None:
    match name:
        case "opens":
            talk.opens(what)
        case "says":
            talk.says(*(what if isinstance(what, list) else [what]))
        case "presses":
            talk.presses(what)
        case "sends":
            kind = Kind(what) if what in {"location", "contact", "unknown"} else Kind.MEDIA
            talk.sends(kind, **({} if kind is not Kind.MEDIA else {"media": what}))
        case "later":
            talk.later(minutes=what)
        case "claims":
            talk.claimed_by(what)
        case "manager":
            talk.manager_says(what)
        case "returns":
            talk.given_back(what)
        case "promise":
            talk.timer_fires("promise")


def _outcome(talk: Talk) -> dict[str, Any]:
    found: dict[str, Any] = {"route": talk.route, "bot": [key or "as typed" for key in talk.keys]}
    if talk.place:
        found["state"] = talk.place
    if talk.slots:
        found["slots"] = talk.slots
    if talk.owner is not OwnerKind.BOT:
        found["owner"] = talk.owner.value
    if talk.conversation.language != "ru":
        found["language"] = talk.conversation.language
    buttons = [choice.label for line in talk.said for choice in line.reply.choices]
    if buttons:
        found["buttons"] = buttons
    effects = [_effect(effect) for effect in talk.effects if not isinstance(effect, Send)]
    if effects:
        found["effects"] = effects
    return found


def _effect(effect: Effect) -> str:
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
        case SetTimer():
            return f"set timer {effect.kind} {effect.due_at:%d.%m %H:%M} UTC"
        case CancelTimer():
            return f"cancel timer {effect.kind}"
        case Note():
            return f"note {effect.kind}"
        case SetClient():
            return f"client {effect.name or '-'}, {effect.phone or '-'}"
        case Book():
            return f"book {type(effect.order).__name__}"
        case GiveConsent():
            return f"consent {effect.kind} {effect.version}"
        case Send():
            raise AssertionError("lines are told by their keys")
