"""Clients of the crash harness who book, move and cancel; what they were told must be what the book holds.

Their questions about free times, visits and summaries are answered from the real book; everything else is the echo.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import config
from benchmarks.echo import EchoAnswerer, EchoUnderstanding
from benchmarks.report import Report
from booking.book import SalonBook
from booking.salon_files import load_salon
from bots.answerer import SalonAnswerer, SalonView
from bots.book_choices import SOURCES
from bots.flow_library import shipped_flow
from bots.live_rules import salon_view
from config.registry import resolve
from dialog import questions as q
from dialog.book_questions import BookQuestion
from dialog.book_words import VisitWords
from dialog.detection import Detection, IntentMatch
from storage.database import Database
from storage.sql import Rows, Script, Sql

A = TypeVar("A")

BOOKERS = tuple(f"b{number}" for number in range(8))
SERVICES = ("manicure", "pedicure", "haircut_women", "haircut_men")
FIRST = 0.9
"""So often the first button is pressed, which leads on; else any of those shown."""
_WISH = re.compile(r"^wish (\d+)$")
_PLENTY = {"active_visits": 50, "strangers_visits": 10_000, "strangers_holds": 1_000, "holds_per_address": 1_000}
_TOLD = {"booked": ("booking", "booked"), "moved": ("booking", "moved"), "cancelled": ("cancelling", "visit_cancelled")}
_VISITS = Sql(
    """SELECT c.peer, v.uid, v.status FROM visit v JOIN conversation c ON c.id = v.conversation_id
    WHERE v.status NOT IN ('held', 'expired')"""
)
_VOID = Sql("SELECT peer, body FROM outbox WHERE status = 'void'")


@cache
def salon() -> SalonView:
    """The demo salon under rules that never run out."""
    found = load_salon(Path(config.__file__).parent / "demo", date.today())  # noqa: DTZ011 # any day will do
    return salon_view(found, resolve({}, dict(_PLENTY), {}))


class BookingUnderstanding(EchoUnderstanding):
    """Hears a wish to book in ``wish N``; everything else is the echo's."""

    async def detect(self, texts: Sequence[str]) -> Sequence[Detection]:
        """One Detection for each text."""
        echoed = await super().detect(texts)
        return [_wish(text) or echo for text, echo in zip(texts, echoed, strict=True)]


def _wish(text: str) -> Detection | None:
    found = _WISH.match(text.strip())
    if found is None:
        return None
    number = int(found[1])
    slots = {"service": SERVICES[number % len(SERVICES)], "phone": f"+7999{number:07}", "name": f"Client {number}"}
    return Detection(text=text, intents=(IntentMatch(name="book", confidence=1.0),), slots=slots)


class BookingAnswerer(EchoAnswerer):
    """The echo with the real book behind it."""

    def __init__(self, book: SalonBook) -> None:
        self._salon = SalonAnswerer(salon, book)

    async def answer(self, question: q.Question[A], now: datetime) -> A:
        """The answer as of ``now``."""
        listed = isinstance(question, q.Options) and question.source in SOURCES
        if listed or isinstance(question, BookQuestion | VisitWords):
            return await self._salon.answer(question, now)
        return await super().answer(question, now)


def next_wish(number: int) -> str:
    """What a booker writes."""
    return f"wish {number}"


def choose(tokens: Sequence[str], chance: random.Random) -> str | None:
    """The button that a booker presses; sometimes none, and he thinks it over."""
    if not tokens or chance.random() < 0.03:
        return None
    return tokens[0] if chance.random() < FIRST else chance.choice(tokens)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the bot to one client, shown or taken back before it was shown."""

    peer: str
    text: str


async def check_bookers(database: Database, lines: Sequence[Told], report: Report) -> None:
    """Each booking, move and cancellation of the book was told once, and nothing was told that the book has not."""
    taken_back = [Told(peer, body) for peer, body in await database.read(lambda: _rows(_VOID))]
    openings = {name: _opening(*where) for name, where in _TOLD.items()}
    visits = await database.read(lambda: _rows(_VISITS))
    for peer in BOOKERS:
        own = [(uid, status) for who, uid, status in visits if who == peer]
        held = Counter(
            booked=len({uid for uid, _ in own}),
            moved=sum(status == "moved" for _, status in own),
            cancelled=sum(status == "cancelled" for _, status in own),
        )
        for name, opening in openings.items():
            told = sum(line.peer == peer and opening in line.text for line in (*lines, *taken_back))
            report.must(told == held[name], f"told and {name}: {peer} was told {told}, the book has {held[name]}")
            report.count(f"visits {name}", held[name])


def _opening(flow: str, key: str) -> str:
    """The words with which the line begins: up to its first value or the end of its line."""
    text: str = shipped_flow(flow)["texts"]["ru"][key]
    return text.split("{", maxsplit=1)[0].split("\n", maxsplit=1)[0].strip()


def _rows(sql: Sql) -> Script[Rows]:
    return (yield sql, ())
