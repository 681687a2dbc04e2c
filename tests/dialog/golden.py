"""Golden conversations: written by people, answered by the product, kept in flows/<flow>/conversations/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bots.recording import outcome_of
from dialog.message import Kind
from tests.dialog.demo import demo_talk, over
from tests.dialog.kit import Talk

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "flows"
ACTS = ("opens", "says", "presses", "sends", "later", "claims", "manager", "returns", "promise", "visit", "timer")
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


def perform(talk: Talk, step: Mapping[str, Any]) -> None:
    """Do what a step says, whatever comes of it."""
    (name, what) = next((key, value) for key, value in step.items() if key in ACTS)
    _act(talk, name, what)


def _step(talk: Talk, step: Mapping[str, Any]) -> dict[str, Any]:
    (name, what) = next((key, value) for key, value in step.items() if key in ACTS)
    turns = len(talk.turns)
    _act(talk, name, what)
    outcome = outcome_of(talk.turn) if len(talk.turns) > turns else {}
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
        case "visit":
            over(talk, what)
        case "timer":
            talk.timer_fires(f"{what}:1")
