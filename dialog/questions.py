"""What a turn may ask: typed questions that a driver answers while no write transaction is open."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from dialog.ids import ConversationId

A = TypeVar("A")
NOBODY = ConversationId(0)
"""Asked for no conversation in particular."""


class Question(Generic[A]):
    """Something only the outside knows. The answer is recorded with the turn: a replay gives it again."""

    __slots__ = ()


Asking = Generator[Question[Any], Any, A]
"""A piece of a turn: yields questions, is sent their answers, returns a value."""


def ask(question: Question[A]) -> Asking[A]:
    """Ask from inside a turn: ``value = yield from ask(...)``."""
    answer: A = yield question
    return answer


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose from: the stored value and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """An answer with its live data filled in, and where it leads next."""

    text: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerText(Question[AnswerGiven | None]):
    """The salon's answer ``key`` (or a key of dialog.subjects); None when it is gone or switched off."""

    key: str
    language: str


@dataclass(frozen=True, slots=True)
class AnswerTitle(Question[str | None]):
    """What a button that leads to answer ``key`` says."""

    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Facts(Question[Mapping[str, str]]):
    """Live data of the salon by name (``hours``, ``phone``, ``price_list_nails``...); unknown names are left out."""

    names: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Options(Question[tuple[Option, ...]]):
    """Things to choose from that live in data: ``categories``, ``popular_services``; every one of
    ``services``, ``staff``, ``branches``. What there is may depend on who asks and on what was gathered so far."""

    source: str
    language: str
    gathered: Mapping[str, str] = field(default_factory=dict)
    """The fields of the running flow."""
    conversation: ConversationId = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseGiven:
    """When a person will answer by the duty plan.

    ``kind``: ``now`` (somebody is at the desk), ``later`` (``when`` says it in words), ``nobody`` (no plan at all).
    ``at`` is the moment that the client is told; ``due`` the one after which the promise is broken.
    """

    kind: str
    due: datetime | None
    minutes: int
    when: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise(Question[PromiseGiven]):
    """What may honestly be promised to a client who is handed over now."""

    language: str


@dataclass(frozen=True, slots=True)
class WorkingTime(Question[datetime | None]):
    """The moment when ``minutes`` of duty have passed from now; None when no duty is planned."""

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyVisit:
    """A visit as far as asking about it goes. ``end`` aware UTC; ``zone`` and ``links`` are its branch's."""

    visit: int
    done: bool
    end: datetime
    zone: str
    name: str = ""
    """What to call the client; empty: unknown."""
    category: str = ""
    service: str = ""
    """Key of the first service's category, and that service as people read it."""
    links: tuple[tuple[str, str], ...] = ()
    """Where reviews are written: name of the map and address."""
    asked: bool = False
    answered: bool = False
    nps_asked: bool = False
    open_case: bool = False
    """A person is called in one of the client's conversations."""


@dataclass(frozen=True, slots=True)
class SurveyDue(Question[SurveyVisit | None]):
    """A visit that may be asked about; None when it is gone."""

    visit: int
    language: str


@dataclass(frozen=True, slots=True)
class LinkHolds(Question[bool]):
    """Whether a link from another chat may still be used by this conversation: somebody else's, unused, not too old."""

    code: str
    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class LastSurvey(Question[SurveyVisit | None]):
    """The visit that this conversation was asked about last."""

    conversation: ConversationId
    language: str


class Answerer(Protocol):
    """Answers the questions of turns."""

    async def answer(self, question: Question[A], now: datetime) -> A:
        """The answer as of ``now``. Raises LookupError for a question nobody here can answer."""
        ...
