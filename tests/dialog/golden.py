"""Golden conversations: written by people, answered by the product, kept in flows/<flow>/conversations/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from booking.book_client import BookClient
from bots.recording import outcome_of
from dialog.message import Kind
from tests.dialog.demo import DemoAnswerer, demo_rules_with, demo_talk, over
from tests.dialog.kit import Talk
from tests.fakes.memory_book import MemoryBook

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "flows"
ACTS = (
    "opens", "says", "presses", "sends", "later", "claims", "manager", "returns", "promise", "visit", "timer", "taken",
)  # fmt: skip
"""What can happen; everything else in a step is what came of it."""
GIVEN = ("settings", "client", "visits")
"""What a conversation may start from besides the demo salon: settings, a known client, visits in the book."""


def conversations() -> list[Path]:
    """Every golden conversation."""
    return sorted(FOLDER.glob("*/conversations/*.yaml"))


def read(path: Path) -> dict[str, Any]:
    """One conversation. Raises ValueError when it is not a mapping with ``about``, ``at`` ``steps`` and some GIVEN."""
    loaded = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(loaded, dict) or set(loaded) - set(GIVEN) != {"about", "at", "steps"}:
        raise ValueError(f"{path.name}: about, at and steps are expected")
    return loaded


def played(conversation: Mapping[str, Any]) -> dict[str, Any]:
    """The same conversation with what the product makes of it now."""
    talk = begun(conversation)
    steps = [_step(talk, step) for step in conversation["steps"]]
    given = {name: conversation[name] for name in GIVEN if name in conversation}
    return {"about": conversation["about"], "at": conversation["at"], **given, "steps": steps}


def begun(conversation: Mapping[str, Any]) -> Talk:
    """A talk with everything that the conversation starts from."""
    settings = conversation.get("settings")
    talk = demo_talk(str(conversation["at"]), demo_rules_with(tuple(settings.items())) if settings else None)
    _prepare(talk, conversation)
    return talk


def _prepare(talk: Talk, conversation: Mapping[str, Any]) -> None:
    """The client and the visits that the conversation starts from; a visit is "2026-03-12 15:30 manicure_gel maria"."""
    client = conversation.get("client")
    if client:
        consents = (("personal_data", 1),)
        known = BookClient(name=client["name"], phone=client["phone"], verified=True, consents=consents)
        book_of(talk).clients[talk.conversation.id] = known
    for visit in conversation.get("visits", ()):
        _put(talk, visit, mine=True)


def _put(talk: Talk, visit: str, *, mine: bool) -> None:
    day, time, service, master = visit.split()
    book = book_of(talk)
    zone = book.salon.branch(book.salon.master(master).branch).zone
    start = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=zone)
    book.put((service, master), start=start.astimezone(UTC), conversation=talk.conversation.id if mine else None)


def book_of(talk: Talk) -> MemoryBook:
    """The book behind a talk with the demo salon."""
    answerer = talk.answerer
    assert isinstance(answerer, DemoAnswerer)
    return answerer.book


def perform(talk: Talk, step: Mapping[str, Any]) -> None:
    """Do what a step says, whatever comes of it."""
    (name, what) = next((key, value) for key, value in step.items() if key in ACTS)
    if name == "taken":
        _put(talk, what, mine=False)
    else:
        _act(talk, name, what)


def _step(talk: Talk, step: Mapping[str, Any]) -> dict[str, Any]:
    (name, what) = next((key, value) for key, value in step.items() if key in ACTS)
    turns = len(talk.turns)
    perform(talk, step)
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
