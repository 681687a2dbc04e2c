"""Live facts for texts of answers: change a price in the catalogue and every answer says the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from booking.branch import Branch
from booking.fact_names import fact_names
from booking.holiday import Holiday
from booking.hours import DaySpan
from booking.phrases import clock, phrases
from booking.price import Price
from booking.salon import Salon
from booking.service import Category, Service

LIST_CHARS = 3_000
"""A longer price list is told by categories, with the lowest price of each."""
LOOK_AHEAD_DAYS = 30
HOLIDAY_DAYS = 92


class Facts:
    """Facts of one salon in one language. Only those about today are computed anew every time."""

    def __init__(self, salon: Salon, language: str) -> None:
        self._salon = salon
        self._phrases = phrases(language)
        self._known: dict[str, str] = {}
        self._names = fact_names(salon.branch_by_key, salon.category_by_key, salon.service_by_key)
        self._plain: dict[str, Callable[[], str]] = {
            "salon": lambda: salon.name.said_in(language),
            "price_list": self._price_list,
            "lowest_prices": self._lowest_prices,
            "staff_list": self._staff_list,
            "hours": lambda: self._for_all(self._hours),
            "address": lambda: self._for_all(self._address),
            "phone": lambda: salon.phone,
        }
        self._of_branch: dict[str, Callable[[Branch], str]] = {
            "hours_": self._hours,
            "address_": self._address,
            "directions_": lambda branch: branch.directions.said_in(language),
            "phone_": lambda branch: branch.phone,
            "map_": lambda branch: branch.map_link,
        }
        self._of_service: dict[str, Callable[[Service], str]] = {
            "price_": self._price,
            "duration_": self._duration,
            "staff_": self._staff,
        }

    def names(self) -> frozenset[str]:
        """All names that ``value`` knows."""
        return self._names

    def value(self, name: str, now: datetime) -> str:
        """The fact as text at ``now`` (aware). Raises KeyError for a name that is not in ``names()``."""
        if name not in self._names:
            raise KeyError(name)
        if name == "today_hours":
            return _capital(self._for_all(lambda branch: self._today(branch, now)))
        if name.startswith("today_hours_"):
            return _capital(self._today(self._salon.branch(name.removeprefix("today_hours_")), now))
        if name == "holidays":
            return _capital(self._holidays(now))
        if name not in self._known:
            self._known[name] = self._compute(name)
        return self._known[name]

    def values(self, names: Iterable[str], now: datetime) -> dict[str, str]:
        """Those of ``names`` that are facts, with their values: what a template's ``variables`` need."""
        return {name: self.value(name, now) for name in names if name in self._names}

    def on_day(self, day: date, now: datetime, branch: str = "") -> str:
        """When the salon, or one branch of it, is open on a day of the salon's calendar."""
        if branch in self._salon.branch_by_key:
            return _capital(self._on_day(self._salon.branch(branch), day, now))
        return _capital(self._for_all(lambda each: self._on_day(each, day, now)))

    def by_master(self, service: Service, staff: str) -> tuple[str, str]:
        """What a service costs and how long it takes at one master."""
        price = self._phrases.price(service.price_by(staff), self._salon.currency)
        return price, self._phrases.duration(service.minutes_by(staff))

    def _compute(self, name: str) -> str:
        if name in self._plain:
            return self._plain[name]()
        if name.startswith("price_list_"):
            return self._category(self._salon.category_by_key[name.removeprefix("price_list_")])
        for prefix, of_service in self._of_service.items():
            if name.startswith(prefix) and name[len(prefix) :] in self._salon.service_by_key:
                return of_service(self._salon.service(name[len(prefix) :]))
        for prefix, of_branch in self._of_branch.items():
            if name.startswith(prefix) and name[len(prefix) :] in self._salon.branch_by_key:
                return of_branch(self._salon.branch(name[len(prefix) :]))
        raise KeyError(name)

    # ---- services

    def _price(self, service: Service) -> str:
        return self._phrases.prices(self._every_price(service), self._salon.currency)

    def _every_price(self, service: Service) -> list[Price]:
        return [service.price_by(each.key) for each in self._salon.masters_of(service.key)] or [service.price]

    def _duration(self, service: Service) -> str:
        masters = self._salon.masters_of(service.key)
        return self._phrases.durations([service.minutes_by(each.key) for each in masters] or [service.minutes])

    def _staff(self, service: Service) -> str:
        places = []
        for branch in self._salon.branches:
            masters = self._salon.masters_of(service.key, branch.key)
            if masters:
                names = self._phrases.listed(each.name.said_in(self._phrases.language) for each in masters)
                places.append((names, self._name(branch)))
        if len(self._salon.branches) == 1:
            return places[0][0] if places else ""
        return "; ".join(self._phrases.say("staff_at", name=names, branch=branch) for names, branch in places)

    def _category(self, category: Category) -> str:
        lines = []
        for service in self._salon.services_in(category.key):
            key = "price_line_addon" if service.addon else "price_line"
            name = service.name.said_in(self._phrases.language)
            lines.append(self._phrases.say(key, name=name, price=self._price(service)))
        return "\n".join(lines)

    def _price_list(self) -> str:
        full = "\n\n".join(f"{self._heading(each)}\n{self._category(each)}" for each in self._offered())
        return full if len(full) <= LIST_CHARS else self._lowest_prices()

    def _lowest_prices(self) -> str:
        return "\n".join(self._lowest(each) for each in self._offered())

    def _offered(self) -> list[Category]:
        return [each for each in self._salon.categories if self._salon.services_in(each.key)]

    def _heading(self, category: Category) -> str:
        return self._phrases.say("heading", name=category.name.said_in(self._phrases.language))

    def _lowest(self, category: Category) -> str:
        services = self._salon.services_in(category.key)
        main = [each for each in services if not each.addon] or services
        amount = min(price.amount for each in main for price in self._every_price(each))
        price = self._phrases.say("price_from", money=self._phrases.money(amount, self._salon.currency))
        return self._phrases.say("category_from", name=category.name.said_in(self._phrases.language), price=price)

    # ---- branches

    def _name(self, branch: Branch) -> str:
        return branch.name.said_in(self._phrases.language)

    def _hours(self, branch: Branch) -> str:
        return self._phrases.week(branch.hours)

    def _address(self, branch: Branch) -> str:
        return branch.address.said_in(self._phrases.language)

    def _for_all(self, fact: Callable[[Branch], str]) -> str:
        """One text when all branches agree, else a line for each."""
        texts = {branch.key: fact(branch) for branch in self._salon.branches}
        if len(set(texts.values())) == 1:
            return next(iter(texts.values()))
        return "\n".join(
            self._phrases.say("by_branch", branch=self._name(branch), text=texts[branch.key])
            for branch in self._salon.branches
        )

    def _staff_list(self) -> str:
        blocks = []
        for branch in self._salon.branches:
            lines = [
                self._phrases.say(
                    "staff_line",
                    name=each.name.said_in(self._phrases.language),
                    role=each.role.said_in(self._phrases.language),
                )
                for each in self._salon.staff
                if each.branch == branch.key
            ]
            if lines and len(self._salon.branches) > 1:
                lines.insert(0, self._phrases.say("heading", name=self._name(branch)))
            blocks.append("\n".join(lines))
        return "\n\n".join(block for block in blocks if block)

    # ---- today

    def _today(self, branch: Branch, now: datetime) -> str:
        wall = now.astimezone(branch.zone)
        today, minute = wall.date(), wall.hour * 60 + wall.minute
        holiday = self._salon.holiday_on(branch.key, today)
        hours = self._salon.hours_on(branch.key, today)
        span = next((each for each in hours if minute < each.end), None)
        if span is None:
            return self._closed(branch, today, holiday, over=bool(hours))
        state = "open" if span.start <= minute else "later"
        return self._say_today(state, today, holiday, start=clock(span.start), end=clock(span.end))

    def _closed(self, branch: Branch, today: date, holiday: Holiday | None, *, over: bool) -> str:
        following = self._next_opening(branch, today)
        if following is None:
            return self._phrases.say("today_closed_for_long", day=self._phrases.day(today))
        day, span = following
        if day == today + timedelta(days=1):
            when = self._phrases.say("tomorrow", day=self._phrases.day(day))
        else:
            when = self._phrases.weekday_day(day)
        following_words = self._phrases.say("next_opening", when=when, start=clock(span.start), end=clock(span.end))
        if over:
            return self._phrases.say("today_over", next=following_words)
        return self._say_today("closed", today, holiday, next=following_words)

    def _say_today(self, state: str, today: date, holiday: Holiday | None, **values: str) -> str:
        day = self._phrases.day(today)
        if holiday is None:
            return self._phrases.say(f"today_{state}", day=day, **values)
        name = holiday.name.said_in(self._phrases.language)
        return self._phrases.say(f"today_holiday_{state}", day=day, holiday=name, **values)

    def _on_day(self, branch: Branch, day: date, now: datetime) -> str:
        today, told = now.astimezone(branch.zone).date(), self._phrases
        if day == today:
            return self._today(branch, now)
        tomorrow = day == today + timedelta(days=1)
        when = told.say("tomorrow", day=told.day(day)) if tomorrow else told.weekday_day(day)
        hours, holiday = self._salon.hours_on(branch.key, day), self._salon.holiday_on(branch.key, day)
        values = {"when": when, "hours": told.spans(hours) if hours else ""}
        state = "open" if hours else "closed"
        if holiday is None:
            return told.say(f"day_{state}", **values)
        return told.say(f"day_holiday_{state}", holiday=holiday.name.said_in(told.language), **values)

    def _holidays(self, now: datetime) -> str:
        today = now.astimezone(self._salon.zone).date()
        days = [today + timedelta(days=number) for number in range(HOLIDAY_DAYS)]
        lines: list[tuple[date, str]] = []
        for holiday in self._salon.holidays:
            covered = [day for day in days if holiday.days.covers(day)]
            if covered:
                lines.append((covered[0], self._holiday(holiday, covered[0], covered[-1])))
        return "\n".join(line for _, line in sorted(lines)) or self._phrases.say("no_holidays")

    def _holiday(self, holiday: Holiday, first: date, last: date) -> str:
        told = self._phrases
        values = {
            "days": told.days(first, last),
            "hours": told.spans(holiday.hours) if holiday.hours else told.say("holiday_closed"),
            "holiday": holiday.name.said_in(told.language),
        }
        if holiday.branch is None:
            return told.say("holiday_line", **values)
        return told.say("holiday_line_branch", branch=self._name(self._salon.branch(holiday.branch)), **values)

    def _next_opening(self, branch: Branch, today: date) -> tuple[date, DaySpan] | None:
        for number in range(1, LOOK_AHEAD_DAYS + 1):
            day = today + timedelta(days=number)
            hours = self._salon.hours_on(branch.key, day)
            if hours:
                return day, DaySpan(hours[0].start, hours[-1].end)
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
