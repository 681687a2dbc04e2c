"""Answers the questions of turns from the salon's data as it stands now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from babel.dates import format_date, format_time

from booking.answer import Answer, ChoiceKind
from booking.facts import Facts as SalonFacts
from booking.salon import Salon
from dialog import questions as q
from dialog.template import Template
from handoff.duty import PromiseKind, deadline, promise

A = TypeVar("A")
MARKS = {ChoiceKind.ANSWER: "?", ChoiceKind.FLOW: ">", ChoiceKind.COMMAND: "!"}
MOST_OPTIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SalonView:
    """The salon with everything that is compiled once per change of its data."""

    salon: Salon
    facts: Mapping[str, SalonFacts]
    """By language."""
    answers: Mapping[tuple[str, str], Template]
    """Compiled answer texts by (key, language)."""
    phrases: Mapping[str, Template]
    """Short phrases by language and use: the moment of a promise (``ru.today``...), a service's line."""
    reply_norm_minutes: int
    first_reply_minutes: int


class SalonAnswerer:
    """The driver's side of questions: no I/O, the view is replaced when data change."""

    def __init__(self, view: Callable[[], SalonView]) -> None:
        self._view = view

    async def answer(self, question: q.Question[A], now: datetime) -> A:
        """The answer as of ``now``. Raises LookupError for a question nobody here can answer."""
        return cast(A, self._find(question, now))

    def _find(self, question: q.Question[Any], now: datetime) -> object:
        view = self._view()
        match question:
            case q.AnswerText(key, language) if key.startswith(q.SERVICE):
                return _service_line(view, key.removeprefix(q.SERVICE), language, now)
            case q.AnswerText(key, language):
                return _answer(view, key, language, now)
            case q.AnswerTitle(key, language) if key.startswith(q.SERVICE):
                service = view.salon.service_by_key.get(key.removeprefix(q.SERVICE))
                return service.name.said_in(language) if service else None
            case q.AnswerTitle(key, language):
                found = view.salon.answer_by_key.get(key)
                return found.title.said_in(language) if found and found.enabled else None
            case q.Facts(names, language):
                facts = view.facts[language]
                return {name: facts.value(name, now) for name in names if name in facts.names()}
            case q.Options(source, language):
                return _options(view.salon, source, language)
            case q.Promise(language):
                return _promise(view, language, now)
            case q.WorkingTime(minutes):
                return deadline(view.salon.duty, now, minutes)
            case _:
                raise LookupError(type(question).__name__)


def _service_line(view: SalonView, key: str, language: str, now: datetime) -> q.AnswerGiven | None:
    """What one service costs and how long it takes, and the way to book it."""
    service = view.salon.service_by_key.get(key)
    if service is None:
        return None
    facts = view.facts[language]
    values = {
        "name": service.name.said_in(language),
        "price": facts.value(f"price_{key}", now),
        "duration": facts.value(f"duration_{key}", now),
    }
    words = view.phrases
    book = q.Option(">request", words[f"{language}.book"].render({}))
    return q.AnswerGiven(text=words[f"{language}.service"].render(values), options=(book,))


def _answer(view: SalonView, key: str, language: str, now: datetime) -> q.AnswerGiven | None:
    found = view.salon.answer_by_key.get(key)
    if found is None or not found.enabled:
        return None
    spoken = found.text.language_of(language)  # an answer without a translation is Russian throughout
    template = view.answers[key, spoken]
    facts = view.facts[spoken]
    values = {name: facts.value(name, now) for name in template.variables}
    return q.AnswerGiven(text=template.render(values), options=_follow_ups(found, language))


def _follow_ups(answer: Answer, language: str) -> tuple[q.Option, ...]:
    return tuple(q.Option(MARKS[c.kind] + c.target, c.label.said_in(language)) for c in answer.choices)


def _options(salon: Salon, source: str, language: str) -> tuple[q.Option, ...]:
    if source == "categories":
        return tuple(q.Option(c.key, c.name.said_in(language)) for c in salon.categories)
    if source == "popular_services":
        main = [service for service in salon.services if not service.addon]
        shown = sorted(main, key=lambda service: not service.popular)[:MOST_OPTIONS]
        return tuple(q.Option(s.key, s.name.said_in(language)) for s in shown)
    if source == "services":
        return tuple(q.Option(s.key, s.name.said_in(language)) for s in salon.services)
    if source == "staff":
        return tuple(q.Option(s.key, s.name.said_in(language)) for s in salon.staff)
    if source == "branches":
        return tuple(q.Option(b.key, b.name.said_in(language)) for b in salon.branches)
    raise LookupError(source)


def _promise(view: SalonView, language: str, now: datetime) -> q.PromiseGiven:
    """What is said counts from the usual first answer; when the promise is broken, from the norm in working time."""
    plan = view.salon.duty
    given = promise(plan, now, view.first_reply_minutes, language)
    if given.kind is PromiseKind.NOBODY or given.at is None:
        return q.PromiseGiven(kind="nobody", due=None, minutes=0, when="")
    if given.kind is PromiseKind.NOW:
        due = deadline(plan, now, view.reply_norm_minutes)
        return q.PromiseGiven(kind="now", due=due, minutes=given.minutes or view.first_reply_minutes, when="")
    due = deadline(plan, given.at, view.reply_norm_minutes)
    return q.PromiseGiven(kind="later", due=due, minutes=0, when=_in_words(view, language, given.at, now), at=given.at)


def _in_words(view: SalonView, language: str, at: datetime, now: datetime) -> str:
    zone = view.salon.zone
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    near = {0: "today", 1: "tomorrow"}.get((local.date() - today).days, "day")
    return view.phrases[f"{language}.{near}"].render(
        {
            "time": format_time(local, "HH:mm", tzinfo=zone, locale=language),
            "date": format_date(local.date(), "EEEE, d MMMM", locale=language),
        }
    )
