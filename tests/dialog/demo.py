"""The demo salon as the product runs it: the real rules, the real understanding, the real answers; no database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from booking.book_client import BookClient
from booking.refusal import BookRefused
from booking.salon_documents import salon_to_documents
from booking.salon_files import load_salon
from bots.answerer import SalonAnswerer, survey_visit
from bots.detectors import make_detector
from bots.live_rules import LiveRules
from bots.salon_files import DEMO, rule_documents
from config.registry import Value, resolve
from dialog import questions as q
from dialog.conversation import DialogState
from dialog.detection import Detection
from dialog.effects import Book, GiveConsent, SetClient
from dialog.local_bus import LocalBus
from dialog.survey_row import SurveyRow
from dialog.turn import Turn
from tests.dialog.kit import ScriptedAnswerer, ScriptedDetector, Talk, new_conversation
from tests.fakes.journal import KeptJournal
from tests.fakes.memory_book import MemoryBook

TUESDAY = date(2026, 3, 10)
"""An ordinary day: the first start of this demo salon."""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A stored document as the rules read it."""

    kind: str
    key: str
    revision: int
    body: Mapping[str, Any]


class FirstRevisions:
    """The revision store of a salon where nothing was edited yet."""

    def __init__(self, documents: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self._all = [Revision(kind=kind, key=key, revision=1, body=body) for (kind, key), body in documents.items()]

    async def heads(self) -> Sequence[Revision]:
        """Everything is a head."""
        return self._all

    async def all_of(self, kind: str) -> Sequence[Revision]:
        """Every revision of a kind."""
        return [revision for revision in self._all if revision.kind == kind]

    async def stamp(self) -> str:
        """Nothing ever changes."""
        return "first"


@cache
def demo_rules() -> LiveRules:
    """The demo salon's rules, loaded once."""
    return rules_of(demo_documents())


def demo_documents() -> dict[tuple[str, str], Mapping[str, Any]]:
    """What an empty database is filled with."""
    return rule_documents() | dict(salon_to_documents(load_salon(DEMO, TUESDAY)))


@cache
def demo_rules_with(settings: tuple[tuple[str, Value], ...]) -> LiveRules:
    """The same with other settings."""
    return rules_of(demo_documents(), dict(settings))


def rules_of(
    documents: Mapping[tuple[str, str], Mapping[str, Any]], settings: Mapping[str, Value] | None = None
) -> LiveRules:
    """The rules made of these documents."""

    async def defaults() -> Mapping[str, Value]:
        return {**resolve({}, {}, {}), **(settings or {})}

    rules = LiveRules(
        revisions=FirstRevisions(documents),
        settings=defaults,
        detector=make_detector,
        bus=LocalBus(),
        journal=KeptJournal(),
        poll_seconds=1.0,
    )
    asyncio.run(rules.load())
    return rules


class DemoAnswerer(ScriptedAnswerer):
    """Answers as the product does."""

    def __init__(self, rules: LiveRules | None = None) -> None:
        super().__init__()
        self.live = rules or demo_rules()
        terms = self.live.view().terms
        self.book = MemoryBook(terms.salon, terms.rules)

    def carry_out(self, turn: Turn) -> str:
        """All that the turn orders is done, or nothing is."""
        who, before = turn.conversation.id, dict(self.book.rows)
        for effect in turn.effects:
            try:
                if isinstance(effect, Book):
                    self.book.do(effect.order, who, self.now)
            except BookRefused as refused:
                self.book.rows = before
                return refused.reason.value
        known = self.book.clients.get(who, BookClient())
        for effect in turn.effects:
            if isinstance(effect, GiveConsent):
                known = replace(known, consents=(*known.consents, (effect.kind, effect.version)))
            elif isinstance(effect, SetClient):
                known = replace(known, name=effect.name or known.name, phone=effect.phone or known.phone)
        self.book.clients[who] = known
        return ""

    def _find(self, question: q.Question[Any]) -> object:
        if isinstance(question, q.SurveyDue | q.LastSurvey):
            return super()._find(question)
        asked = SalonAnswerer(self.live.view, self.book).answer(question, self.now)
        try:
            asked.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("the salon's answers do no I/O")


class DemoDetector(ScriptedDetector):
    """Understands as the product does."""

    def detect(self, text: str, now: datetime | None = None) -> Detection:
        """The product's own detection."""
        return demo_rules().detector().detect(text, now)


def over(talk: Talk, service: str, name: str = "Анна") -> None:
    """The client's visit on Pokrovka has just ended: the book says so."""
    row = SurveyRow(visit=1, done=True, end=talk.now, branch="centre", name=name, service=service)
    talk.answerer.visit = survey_visit(demo_rules().view().salon, row, "ru")
    talk.wakes("visit_done", visit="1")


def demo_talk(at: str, live: LiveRules | None = None) -> Talk:
    """A client of the demo salon; ``at`` is the salon's own time: ``2026-03-10 23:40``."""
    rules = live or demo_rules()
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(str(rules.view().salon.zone)))
    fresh = new_conversation(state=DialogState())
    talk = Talk(rules.current(), detector=DemoDetector(), answerer=DemoAnswerer(rules), conversation=fresh)
    talk.now = talk.answerer.now = moment
    return talk
