"""What there is to say about one service: its price, how long it takes, where it is done, at one master or at any."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from booking.facts import Facts
from booking.salon import Salon
from booking.service import Service
from dialog import questions as q
from dialog.subjects import PLACE, PRICE, TIME
from dialog.template import Template

BOOK = ">booking"


class ServiceAnswers:
    """The salon's services in one language. Cheap to make: it only looks things up."""

    def __init__(self, salon: Salon, facts: Facts, phrases: Mapping[str, Template], language: str) -> None:
        self._salon = salon
        self._facts = facts
        self._phrases = phrases
        self._language = language

    def title(self, aspect: str, key: str) -> str | None:
        """What a button that leads there says; None when there is no such service."""
        service = self._salon.service_by_key.get(key)
        return service.name.said_in(self._language) if service is not None else None

    def text(self, aspect: str, key: str, staff: str, now: datetime) -> q.AnswerGiven | None:
        """What is asked about the service, and the way to book it; None when there is no such service."""
        service = self._salon.service_by_key.get(key)
        if service is None:
            return None
        book = q.Option(BOOK, self._worded("book"))
        return q.AnswerGiven(text=self._text(aspect, service, staff, now), options=(book,))

    def day(self, day: date, branch: str, now: datetime) -> q.AnswerGiven:
        """When the salon is open on a day, and the way to book."""
        book = q.Option(BOOK, self._worded("book"))
        return q.AnswerGiven(text=self._facts.on_day(day, now, branch), options=(book,))

    def _text(self, aspect: str, service: Service, staff: str, now: datetime) -> str:
        name = service.name.said_in(self._language)
        price = self._facts.value(f"price_{service.key}", now)
        duration = self._facts.value(f"duration_{service.key}", now)
        if aspect == PLACE:
            return self._worded("where", name=name, places=self._places(service, now))
        master = self._salon.staff_by_key.get(staff)
        if master is None:
            return self._worded({PRICE: "service", TIME: "duration"}[aspect], name=name, price=price, duration=duration)
        who = master.name.said_in(self._language)
        if service.key not in master.services:
            return self._worded("not_by", name=name, staff=who, price=price, duration=duration)
        price, duration = self._facts.by_master(service, master.key)
        return self._worded("service_by", name=name, staff=who, price=price, duration=duration)

    def _places(self, service: Service, now: datetime) -> str:
        done_at = {master.branch for master in self._salon.masters_of(service.key)}
        found = [branch for branch in self._salon.branches if branch.key in done_at] or list(self._salon.branches)
        return "\n".join(self._facts.value(f"address_{branch.key}", now) for branch in found)

    def _worded(self, key: str, **values: str) -> str:
        return self._phrases[f"{self._language}.{key}"].render(values)
