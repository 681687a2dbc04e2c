"""What the console needs to say what the bot would answer, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from booking.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An answer that may be meant. ``percent``: how surely, 0..100; ``wording``: the nearest of its questions."""

    key: str
    title: str
    percent: int
    wording: str
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that the client would read, with the labels of its buttons."""

    text: str
    buttons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What would come of a message from somebody who writes for the first time.

    ``given``: titles of the answers that are given; ``calls``: a person is called; ``flow``: key of the scenario that
    begins; ``rung``: the rule that decided (dialog.free_text); ``sure`` and ``near``: from how many percent on an
    answer is given, and offered; ``mood`` and ``intents`` by the names of dialog.detection.
    """

    lines: Sequence[Line]
    given: Sequence[str]
    calls: bool
    flow: str
    rung: str
    candidates: Sequence[Candidate]
    sure: int
    near: int
    mood: str
    mood_percent: int
    mood_words: Sequence[str]
    intents: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A question of the draft and a question of another answer that the bot would take for one another.

    ``taken``: the other answer's question would be answered by the draft from now on.
    """

    mine: str
    theirs: str
    key: str
    title: str
    percent: int
    taken: bool


class Trial(Protocol):
    """Tries messages on the bot as it stands, with one answer as somebody is writing it. Nothing is kept."""

    async def ask(self, text: str, draft: Answer | None, language: str, now: datetime) -> Tried:
        """What would come of ``text``. ``draft`` is put in the place of the answer with its key."""
        ...

    async def known(self, questions: Sequence[str]) -> Sequence[bool]:
        """Whether the bot as it stands has surely an answer to each question."""
        ...

    async def alike(self, questions: Sequence[str]) -> Sequence[Sequence[int]]:
        """Positions of questions that mean the same, together."""
        ...

    async def clashes(self, draft: Answer, language: str) -> Sequence[Clash]:
        """Questions that are new in the draft and near another answer's, worst first; the bot's own judgement."""
        ...
