"""What there is to choose from when a visit is booked, and visits in words: the book's nouns as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar, cast

from booking.book_terms import BookTerms
from booking.free_slot import FreeSlot
from booking.gathered import ANY, anybody_at, fits_day, fits_time, services_of, wall_of, wish_of
from booking.phrases import phrases
from booking.service import Service
from booking.staff import Staff
from booking.visit import Visit, VisitPart, total
from booking.wish import Wish
from booking.words import Words
from dialog import book_questions as b
from dialog.book_answers import BookAnswers
from dialog.book_words import VisitWords
from dialog.questions import Option, Options, Question

A = TypeVar("A")
SOURCES = frozenset({"booking_services", "booking_extras", "booking_masters", "free_days", "free_times", "own_visits"})
LAST = "last"
"""The choice "as last time"."""
_MOST_DAYS = 60
_NEAREST = 3
_LONGEST = 30
"""Characters of a button that every messenger shows whole."""


class BookChoices:
    """Made for one question: the book's answers over one snapshot of the salon, in one language."""

    def __init__(self, book: BookAnswers, terms: BookTerms, language: str, now: datetime) -> None:
        self._book = book
        self._salon = terms.salon
        self._rules = terms.rules
        self._language = language
        self._told = phrases(language)
        self._now = now

    async def options(self, question: Options) -> tuple[Option, ...]:
        """The choices of a source. Raises LookupError for a source that is not the book's."""
        match question.source:
            case "booking_services":
                return await self._services(question)
            case "booking_extras":
                return await self._extras(question.gathered)
            case "booking_masters":
                return await self._masters(question.gathered)
            case "free_days":
                return await self._days(question)
            case "free_times":
                return await self._times(question)
            case "own_visits":
                visits = await self._ask(b.VisitsOf(question.conversation))
                return tuple(Option(str(visit.id), self._visit_label(visit)) for visit in visits if visit.parts)
            case _:
                raise LookupError(question.source)

    async def _services(self, question: Options) -> tuple[Option, ...]:
        main = [service for service in self._salon.services if not service.addon]
        shown = sorted(main, key=lambda service: not service.popular)
        found = [Option(service.key, self._name(service)) for service in shown]
        past = await self._ask(b.VisitsOf(question.conversation, past=True))
        return (Option(LAST, self._told.say("as_last_time")), *found) if past and past[0].parts else tuple(found)

    async def _extras(self, gathered: Mapping[str, str]) -> tuple[Option, ...]:
        """Services that go with those chosen, what is sold only together first."""
        chosen = services_of(gathered)
        category = self._salon.service(chosen[0]).category if chosen else ""
        possible = [
            service
            for service in self._salon.services
            if service.key not in chosen and (service.category == category or not service.addon)
        ]
        fitting: list[Option] = []
        for service in sorted(possible, key=lambda each: (not each.addon, each.category != category)):
            wish = wish_of({**gathered, "extra": ",".join((*chosen[1:], service.key)), "staff": "", "moves": ""})
            if await self._ask(b.Quote(wish)) is not None:
                fitting.append(Option(service.key, self._name(service)))
        return tuple(fitting)

    async def _masters(self, gathered: Mapping[str, str]) -> tuple[Option, ...]:
        quote = await self._ask(b.Quote(wish_of({**gathered, "staff": "", "moves": ""})))
        if quote is None:
            return ()
        masters = [self._salon.master(key) for key in quote.masters]
        if len(quote.branches) == 1:
            anybody = [Option(ANY, self._told.say("any_master"))]
        else:
            anybody = [
                Option(anybody_at(key), self._cut(self._told.say("any_master_at", branch=self._place(key))))
                for key in quote.branches
            ]
        several = len(quote.branches) > 1
        return (*anybody, *(Option(master.key, self._master(master, several)) for master in masters))

    async def _days(self, question: Options) -> tuple[Option, ...]:
        wish = await self._wish(question)
        found = await self._ask(b.FreeDays(wish, _MOST_DAYS))
        fitting = [free for free in found if fits_day(question.gathered, free.day)]
        return tuple(Option(free.day.isoformat(), self._day(free.day)) for free in fitting)

    async def _times(self, question: Options) -> tuple[Option, ...]:
        gathered, wish = question.gathered, await self._wish(question)
        if near := gathered.get("near"):
            slots = await self._ask(b.NearestSlots(wish, datetime.fromisoformat(near), _NEAREST))
            return tuple(Option(" ".join(wall_of(slot)), self._moment(slot)) for slot in slots)
        day = gathered.get("day", "")
        slots = await self._ask(b.FreeSlots(wish, date.fromisoformat(day))) if day else ()
        times = [wall_of(slot)[1] for slot in slots]
        fitting = [time for time in times if fits_time(gathered.get("time_wished", ""), time)]
        return tuple(Option(time, time) for time in fitting or times)

    async def _wish(self, question: Options) -> Wish:
        return wish_of(question.gathered, await self._ask(b.HeldFor(question.conversation)))

    async def _ask(self, question: Question[A]) -> A:
        return cast(A, await self._book.find(question, self._now))

    # ---- words

    def visit(self, question: VisitWords) -> Mapping[str, str]:
        """See dialog.book_words."""
        branch = self._salon.branch(question.branch)
        parts, told = question.parts, self._told
        services = [self._salon.service(part.service) for part in parts]
        bring = [words.said_in(self._language) for words in _each(service.preparation for service in services)]
        return {
            "what": ", ".join(self._name(service) for service in services),
            "who": told.listed(self._salon.master(key).name.said_in(self._language) for key in _masters(parts)),
            "when": told.moment(parts[0].start, branch.zone),
            "where": branch.address.said_in(self._language),
            "map": branch.map_link,
            "price": told.price(total(parts), self._salon.currency),
            "duration": told.duration(_minutes(parts)),
            "bring": " ".join(dict.fromkeys(bring)),
            "before": str(max(service.cutoff_hours for service in services)),
            "minutes": str(self._rules.hold_minutes),
        }

    def _name(self, service: Service) -> str:
        return service.name.said_in(self._language)

    def _master(self, master: Staff, several: bool) -> str:
        name = master.name.said_in(self._language)
        return self._cut(self._told.say("master_at", name=name, branch=self._place(master.branch))) if several else name

    def _place(self, branch: str) -> str:
        """The branch's name without the salon's own, which the client knows."""
        name = self._salon.branch(branch).name.said_in(self._language)
        return name.removeprefix(self._salon.name.said_in(self._language)).strip() or name

    def _day(self, day: date) -> str:
        today = self._now.astimezone(self._salon.zone).date()
        key = {0: "day_today", 1: "day_tomorrow"}.get((day - today).days)
        return _capital(self._told.say(key, day=self._told.day(day)) if key else self._told.weekday_day(day))

    def _moment(self, slot: FreeSlot) -> str:
        return _capital(self._told.moment(slot.start, self._salon.branch(slot.branch).zone))

    def _visit_label(self, visit: Visit) -> str:
        return _capital(self._told.moment(visit.start, self._salon.branch(visit.branch).zone))

    def _cut(self, label: str) -> str:
        return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _each(words: Iterable[Words | None]) -> list[Words]:
    return [each for each in words if each is not None]


def _masters(parts: Sequence[VisitPart]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.staff for part in parts))


def _minutes(parts: Sequence[VisitPart]) -> int:
    return int((parts[-1].end - parts[0].start) / timedelta(minutes=1))
