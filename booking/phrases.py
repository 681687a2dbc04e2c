"""Prices, durations, hours and days in the words of a language; the words are in facts.<language>.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, get_currency_symbol

from booking.hours import DAY_MINUTES, DaySpan, Spans, WeekHours
from booking.price import Price
from dialog.template import Template, Value

LANGUAGES = ("ru", "en")


class Phrases:
    """Sayings of one language. Make it by ``phrases(language)``, which keeps the one that was made."""

    def __init__(self, language: str, templates: Mapping[str, Template]) -> None:
        self.language = language
        self._templates = templates

    def say(self, key: str, /, **values: Value) -> str:
        """The saying ``key`` with its values. Raises KeyError for one that the file has not."""
        return self._templates[key].render(values)

    def money(self, amount: int, currency: str) -> str:
        return self.say("money", number=self._number(amount), symbol=get_currency_symbol(currency, "ru"))

    def price(self, price: Price, currency: str) -> str:
        money = self.money(price.amount, currency)
        return self.say("price_from", money=money) if price.at_least else money

    def prices(self, prices: Iterable[Price], currency: str) -> str:
        """One price for several masters: the same, "from" the lowest, or between the lowest and the highest."""
        every = sorted(set(prices), key=lambda price: (price.amount, price.at_least))
        low, high = every[0], every[-1]
        if low.amount == high.amount or any(price.at_least for price in every):
            return self.price(Price(amount=low.amount, at_least=any(price.at_least for price in every)), currency)
        return self.say("price_between", low=self._number(low.amount), money=self.money(high.amount, currency))

    def duration(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.say("minutes", minutes=rest)
        return self.say("hours_minutes", hours=hours, minutes=rest) if rest else self.say("hours_whole", hours=hours)

    def durations(self, minutes: Iterable[int]) -> str:
        every = sorted(minutes)
        if every[0] == every[-1]:
            return self.duration(every[0])
        return self.say("duration_between", low=self.duration(every[0]), high=self.duration(every[-1]))

    def spans(self, spans: Spans) -> str:
        """Hours of a day that is not closed."""
        told = [self._span(span) for span in spans]
        return told[0] if len(told) == 1 else self.say("span_and", first=", ".join(told[:-1]), rest=told[-1])

    def week(self, hours: WeekHours) -> str:
        """Hours of a week, days with the same hours together."""
        if not any(hours.days):
            return self.say("never_open")
        groups = list(hours.groups())
        if len(groups) == 1:
            return self.say("every_day", hours=self.spans(groups[0][2]))
        return ", ".join(self._week_part(*group) for group in groups)

    def day(self, day: date) -> str:
        return format_date(day, self._templates["day_format"].source, self.language)

    def days(self, first: date, last: date) -> str:
        """From ``first`` to ``last``; a month that both share is named once."""
        if first == last:
            return self.day(first)
        if (first.year, first.month) == (last.year, last.month):
            month = format_date(last, "MMMM", self.language)
            return self.say("days_of_month", first=first.day, last=last.day, month=month)
        return self.say("days_between", first=self.day(first), last=self.day(last))

    def weekday_day(self, day: date) -> str:
        return format_date(day, self._templates["weekday_day_format"].source, self.language)

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """A moment in the salon's time, with its weekday and date."""
        wall = at.astimezone(zone)
        return self.say("moment", day=self.weekday_day(wall.date()), time=clock(wall.hour * 60 + wall.minute))

    def soon(self, at: datetime, now: datetime, zone: ZoneInfo) -> str:
        """The same as people say it at ``now``: today, tomorrow, or the day."""
        wall, today = at.astimezone(zone), now.astimezone(zone).date()
        time = clock(wall.hour * 60 + wall.minute)
        if wall.date() == today:
            return self.say("moment_today", time=time)
        if wall.date() == today + timedelta(days=1):
            return self.say("moment_tomorrow", time=time)
        return self.say("moment_later", day=self.weekday_day(wall.date()), time=time)

    def listed(self, names: Iterable[str]) -> str:
        """Names with commas and a last "and"."""
        every = list(names)
        return self.say("and", first=", ".join(every[:-1]), last=every[-1]) if len(every) > 1 else "".join(every)

    def _number(self, amount: int) -> str:
        return str(format_decimal(amount, locale=self.language))

    def _span(self, span: DaySpan) -> str:
        return self.say("span", start=clock(span.start), end=clock(span.end))

    def _week_part(self, first: int, last: int, spans: Spans) -> str:
        names = get_day_names("abbreviated", locale=self.language)
        days = names[first] if first == last else self.say("weekdays", first=names[first], last=names[last])
        return (
            self.say("week_part", days=days, hours=self.spans(spans))
            if spans
            else self.say("week_part_closed", days=days)
        )


def clock(minute: int) -> str:
    """Minutes after midnight as a clock shows them; 1440 is midnight."""
    return f"{minute % DAY_MINUTES // 60:02d}:{minute % 60:02d}"


@cache
def phrases(language: str) -> Phrases:
    """Sayings of ``language``; of Russian when there are none in it."""
    known = language[:2] if language[:2] in LANGUAGES else LANGUAGES[0]
    texts = yaml.safe_load(Path(__file__).with_name(f"facts.{known}.yaml").read_text(encoding="utf-8"))
    return Phrases(known, {key: Template.compile(text, known) for key, text in texts.items()})
