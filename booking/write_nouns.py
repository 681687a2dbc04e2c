"""Nouns of the salon as plain values, the same that the readers take: for files and for stored documents."""

from __future__ import annotations

from typing import TypeAlias

from booking.answer import Answer
from booking.branch import Branch
from booking.days import Days
from booking.duty_plan import DutyPlan
from booking.holiday import Holiday
from booking.hours import WEEKDAYS, Spans, WeekHours
from booking.phrases import clock
from booking.price import Price
from booking.read_duty import FOLLOW, IGNORE
from booking.read_times import CLOSED
from booking.salon import Salon
from booking.service import Service
from booking.staff import Rotation, Staff
from booking.words import Words
from booking.yaml_source import Plain

Body: TypeAlias = dict[str, Plain]


def _lean(body: Body) -> Body:
    """Without what is absent or empty."""
    return {name: value for name, value in body.items() if value is not None and value not in ([], {})}


def words_value(words: Words) -> Plain:
    return words.ru if words.en is None else {"ru": words.ru, "en": words.en}


def _maybe_words(words: Words | None) -> Plain:
    return None if words is None else words_value(words)


def spans_value(spans: Spans) -> str:
    return ", ".join(f"{clock(span.start)}-{_end(span.end)}" for span in spans) or CLOSED


def _end(minute: int) -> str:
    return "24:00" if minute == 24 * 60 else clock(minute)


def week_value(hours: WeekHours) -> Body:
    return {
        WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}": spans_value(spans)
        for first, last, spans in hours.groups()
    }


def days_value(days: Days) -> Body:
    first, last = (f"{each:%d.%m}" if days.yearly else each.isoformat() for each in (days.first, days.last))
    return {"day": first} if first == last else {"day": first, "until": last}


def price_value(price: Price | None) -> Body:
    if price is None:
        return {}
    return {"price_from" if price.at_least else "price": price.amount}


def salon_body(salon: Salon) -> Body:
    return _lean(
        {
            "name": words_value(salon.name),
            "zone": salon.zone.key,
            "currency": salon.currency,
            "phone": salon.phone,
            "site": salon.site,
        }
    )


def categories_body(salon: Salon) -> Body:
    return {category.key: words_value(category.name) for category in salon.categories}


def branch_body(branch: Branch, salon: Salon) -> Body:
    return _lean(
        {
            "name": words_value(branch.name),
            "address": words_value(branch.address),
            "directions": words_value(branch.directions),
            "phone": branch.phone,
            "map": branch.map_link,
            "zone": None if branch.zone == salon.zone else branch.zone.key,
            "hours": week_value(branch.hours),
            "reviews": dict(branch.reviews),
            "aliases": list(branch.aliases),
        }
    )


def service_body(service: Service) -> Body:
    masters: Body = {
        staff: {**({} if terms.minutes is None else {"duration": terms.minutes}), **price_value(terms.price)}
        for staff, terms in service.masters.items()
    }
    return _lean(
        {
            "name": words_value(service.name),
            "category": service.category,
            "duration": service.minutes,
            **price_value(service.price),
            "buffer_before": service.buffer_before or None,
            "buffer_after": service.buffer_after or None,
            "kind": "addon" if service.addon else None,
            "popular": service.popular or None,
            "masters": masters,
            "cutoff_hours": service.cutoff_hours or None,
            "return_days": service.return_days,
            "preparation": _maybe_words(service.preparation),
            "aftercare": _maybe_words(service.aftercare),
            "aliases": list(service.aliases),
        }
    )


def staff_body(staff: Staff) -> Body:
    exceptions: list[Plain] = [
        _lean({**days_value(each.days), "hours": spans_value(each.hours), "note": each.note})
        for each in staff.exceptions
    ]
    return _lean(
        {
            "name": words_value(staff.name),
            "role": words_value(staff.role),
            "branch": staff.branch,
            "services": list(staff.services),
            "shifts": _shifts_value(staff.shifts),
            "exceptions": exceptions,
            "diminutives": list(staff.diminutives),
        }
    )


def _shifts_value(shifts: WeekHours | Rotation) -> Body:
    if isinstance(shifts, WeekHours):
        return {"weekly": week_value(shifts)}
    first = shifts.first.isoformat()
    return {"work": shifts.work, "rest": shifts.rest, "from": first, "hours": spans_value(shifts.hours)}


def holiday_body(holiday: Holiday) -> Body:
    return _lean(
        {
            "name": words_value(holiday.name),
            **days_value(holiday.days),
            "hours": spans_value(holiday.hours),
            "branch": holiday.branch,
        }
    )


def duty_body(duty: DutyPlan) -> Body:
    posts: Body = {post.key: {"who": words_value(post.who), "hours": week_value(post.hours)} for post in duty.posts}
    exceptions: list[Plain] = [
        _lean(
            {
                **days_value(each.days),
                "hours": spans_value(each.hours),
                "post": each.post,
                "who": _maybe_words(each.who),
                "note": each.note,
            }
        )
        for each in duty.exceptions
    ]
    body = _lean({"holidays": FOLLOW if duty.follow_holidays else IGNORE, "exceptions": exceptions})
    return {"posts": posts, **body}


def answer_body(answer: Answer) -> Body:
    choices: list[Plain] = [
        {"label": words_value(choice.label), choice.kind.value: choice.target} for choice in answer.choices
    ]
    return _lean(
        {
            "title": words_value(answer.title),
            "wordings": list(answer.wordings),
            "text": words_value(answer.text),
            "by_branch": {branch: words_value(words) for branch, words in answer.by_branch.items()},
            "choices": choices,
            "enabled": None if answer.enabled else False,
        }
    )
