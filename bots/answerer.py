"""Answers the questions of turns from the salon's data as it stands now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast

from babel.dates import format_date, format_time

from booking.answer import Answer, ChoiceKind
from booking.book import SalonBook
from booking.book_terms import BookTerms
from booking.facts import Facts as SalonFacts
from booking.salon import Salon
from bots.book_choices import SOURCES as BOOK_SOURCES
from bots.book_choices import BookChoices
from bots.service_answers import ServiceAnswers
from dialog import questions as q
from dialog.book_answers import BookAnswers
from dialog.book_questions import BookQuestion
from dialog.book_words import VisitWords
from dialog.joining import LinkCodes
from dialog.subjects import at_branch, of_answer, of_day, of_service
from dialog.survey_row import SurveyRow, Surveys
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
    answers: Mapping[tuple[str, str, str], Template]
    """Compiled answer texts by (key, branch or nothing, language)."""
    phrases: Mapping[str, Template]
    """Short phrases by language and use: the moment of a promise (``ru.today``...), a service's line."""
    reply_norm_minutes: int
    first_reply_minutes: int
    terms: BookTerms
    """What the book goes by."""


class SalonAnswerer:
    """The driver's side of questions: no I/O, the view is replaced when data change."""

    def __init__(
        self,
        view: Callable[[], SalonView],
        book: SalonBook,
        surveys: Surveys | None = None,
        codes: LinkCodes | None = None,
    ) -> None:
        self._view = view
        self._book = book
        self._surveys = surveys
        self._codes = codes

    async def answer(self, question: q.Question[A], now: datetime) -> A:
        """The answer as of ``now``. Raises LookupError for a question nobody here can answer."""
        terms = self._view().terms
        book = BookAnswers(self._book, terms.salon, terms.rules)
        if isinstance(question, BookQuestion):
            return cast(A, await book.find(question, now))
        if isinstance(question, q.SurveyDue | q.LastSurvey) and self._surveys is not None:
            return cast(A, survey_visit(self._view().salon, await self._surveyed(question), question.language))
        if isinstance(question, q.LinkHolds):
            known = self._codes is not None and await self._codes.holds(question.code, question.conversation, now)
            return cast(A, known)
        if isinstance(question, VisitWords):
            return cast(A, BookChoices(book, terms, question.language, now).visit(question))
        if isinstance(question, q.Options) and question.source in BOOK_SOURCES:
            return cast(A, await BookChoices(book, terms, question.language, now).options(question))
        return cast(A, self._find(question, now))

    async def _surveyed(self, question: q.SurveyDue | q.LastSurvey) -> SurveyRow | None:
        if self._surveys is None:
            return None
        if isinstance(question, q.SurveyDue):
            return await self._surveys.visit(question.visit)
        return await self._surveys.last(question.conversation)

    def _find(self, question: q.Question[Any], now: datetime) -> object:
        view = self._view()
        match question:
            case q.AnswerText(key, language):
                return _text(view, key, language, now)
            case q.AnswerTitle(key, language):
                return _title(view, key, language)
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


def survey_visit(salon: Salon, row: SurveyRow | None, language: str) -> q.SurveyVisit | None:
    """A visit in the words of the salon; None also when its branch is gone."""
    branch = next((branch for branch in salon.branches if row is not None and branch.key == row.branch), None)
    if row is None or branch is None:
        return None
    service = salon.service_by_key.get(row.service)
    return q.SurveyVisit(
        visit=row.visit,
        done=row.done,
        end=row.end,
        zone=branch.zone.key,
        name=row.name,
        category=service.category if service else "",
        service=service.name.said_in(language) if service else "",
        links=branch.reviews,
        asked=row.asked,
        answered=row.answered,
        nps_asked=row.nps_asked,
        open_case=row.open_case,
    )


def _services(view: SalonView, language: str) -> ServiceAnswers:
    return ServiceAnswers(view.salon, view.facts[language], view.phrases, language)


def _text(view: SalonView, key: str, language: str, now: datetime) -> q.AnswerGiven | None:
    service = of_service(key)
    if service is not None:
        return _services(view, language).text(*service, now)
    day = of_day(key)
    if day is not None:
        return _services(view, language).day(date.fromisoformat(day[0]), day[1], now)
    answer, branch = of_answer(key)
    found = view.salon.answer_by_key.get(answer)
    if found is None or not found.enabled:
        return None
    branch = branch if branch in found.by_branch else ""
    # An answer without a translation is Russian throughout.
    spoken = found.text_for(branch or None).language_of(language)
    template = view.answers[answer, branch, spoken]
    facts = view.facts[spoken]
    values = {name: facts.value(name, now) for name in template.variables}
    options = () if branch else _branches(view.salon, found, language)
    return q.AnswerGiven(text=template.render(values), options=(*options, *_follow_ups(found, language)))


def _title(view: SalonView, key: str, language: str) -> str | None:
    service = of_service(key)
    if service is not None:
        return _services(view, language).title(*service[:2])
    found = view.salon.answer_by_key.get(of_answer(key)[0])
    return found.title.said_in(language) if found and found.enabled else None


def _branches(salon: Salon, answer: Answer, language: str) -> tuple[q.Option, ...]:
    """Where the answer differs from branch to branch the client may say which is meant."""
    own = [branch for branch in salon.branches if branch.key in answer.by_branch]
    if len(own) < 2:
        return ()
    mark = MARKS[ChoiceKind.ANSWER]
    return tuple(q.Option(mark + at_branch(answer.key, each.key), each.name.said_in(language)) for each in own)


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
        minutes = given.minutes or view.first_reply_minutes
        return q.PromiseGiven(kind="now", due=due, minutes=minutes, when="", at=given.at)
    due = deadline(plan, given.at, view.reply_norm_minutes)
    when = _in_words(view, language, given.at, now)
    return q.PromiseGiven(kind="later", due=due, minutes=0, when=when, at=given.at)


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
