"""Answers what turns ask of the book, from any book that keeps the port's promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from booking.book import SalonBook
from booking.book_rules import BookRules
from booking.free_search import branches_for, can_do
from booking.free_slot import FreeSlot, FreeTimes
from booking.price import Price
from booking.salon import Salon
from booking.service import Service
from booking.wish import Wish
from dialog import book_questions as q
from dialog.questions import Question

ONE_DAY = timedelta(days=1)


class BookAnswers:
    """Made for one snapshot of the salon and its rules."""

    def __init__(self, book: SalonBook, salon: Salon, rules: BookRules) -> None:
        self._book = book
        self._salon = salon
        self._rules = rules

    async def find(self, question: Question[Any], now: datetime) -> object:
        """The answer. Raises LookupError for a question that is not about the book."""
        match question:
            case q.BookingIsLive():
                return self._rules.live
            case q.Quote(wish):
                return quote(self._salon, wish)
            case q.ClientOf(conversation):
                return await self._book.client(conversation, now)
            case q.HeldFor(conversation):
                return await self._book.held(conversation)
            case q.VisitsOf(conversation, past):
                return tuple(await self._book.visits(conversation, now, past=past))
            case _:
                return await self._times(question, now)

    async def _times(self, question: Question[Any], now: datetime) -> object:
        today = now.astimezone(self._salon.zone).date()
        # A branch east of the salon's own zone is in tomorrow already.
        first, last = today - ONE_DAY, today + timedelta(days=self._rules.horizon_days + 1)
        match question:
            case q.FreeDays(wish, most, begin):
                times = await self._book.free_times(wish, max(first, begin or first), last, now)
                return times.days()[:most]
            case q.FreeSlots(wish, day, after, before):
                times = await self._book.free_times(wish, day, day, now)
                return tuple(slot for slot in times.on(day) if after <= _minute(self._salon, slot) < before)
            case q.EarliestSlots(wish, most, moment):
                begin = max(first, moment.astimezone(self._salon.zone).date() - ONE_DAY) if moment else first
                return await self._widening(wish, begin, last, now, lambda times: times.first(most, moment), most)
            case q.NearestSlots(wish, to, most):
                day = to.astimezone(self._salon.zone).date()
                return (await self._book.free_times(wish, first, max(last, day), now)).nearest(to, most)
            case q.SlotAt(wish, start):
                day = start.astimezone(self._salon.zone).date()
                return (await self._book.free_times(wish, day - ONE_DAY, day + ONE_DAY, now)).at(start)
            case _:
                raise LookupError(type(question).__name__)

    async def _widening(
        self,
        wish: Wish,
        first: date,
        last: date,
        now: datetime,
        pick: Callable[[FreeTimes], Sequence[FreeSlot]],
        most: int,
    ) -> Sequence[FreeSlot]:
        """Look a few days ahead first: mostly that is enough."""
        near = min(last, first + timedelta(days=7))
        found = pick(await self._book.free_times(wish, first, near, now))
        if len(found) < most and near < last:
            found = pick(await self._book.free_times(wish, first, last, now))
        return found


def quote(salon: Salon, wish: Wish) -> q.QuoteGiven | None:
    """What a wish costs and takes at the masters who can fulfil it; None when nobody can."""
    branches = branches_for(salon, wish)
    if not branches or not wish.services:
        return None
    amounts: list[list[Price]] = []
    minutes = 0
    masters: list[str] = []
    for wanted in wish.services:
        able = [staff for branch in branches for staff in can_do(salon, (wanted,), branch.key)]
        service: Service = salon.service(wanted.service)
        amounts.append([service.price_by(staff) for staff in able])
        minutes += min(service.minutes_by(staff) for staff in able)
        masters += [staff for staff in able if staff not in masters]
    lowest = sum(min(price.amount for price in prices) for prices in amounts)
    varies = any(len({price.amount for price in prices}) > 1 for prices in amounts)
    at_least = varies or any(price.at_least for prices in amounts for price in prices)
    return q.QuoteGiven(
        price=Price(amount=lowest, at_least=at_least),
        minutes=minutes,
        masters=tuple(masters),
        branches=tuple(branch.key for branch in branches),
    )


def _minute(salon: Salon, slot: FreeSlot) -> int:
    wall = slot.start.astimezone(salon.branch(slot.branch).zone)
    return wall.hour * 60 + wall.minute
