"""Reads the plan of who answers clients."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from booking.body import LINE, Body
from booking.declared import long_key
from booking.duty_plan import DutyException, DutyPlan, DutyPost
from booking.fault import Place
from booking.holiday import Holiday
from booking.read_times import read_days, read_spans, read_week

FOLLOW, IGNORE = "follow", "ignore"


def read_duty(body: Body, zone: ZoneInfo, holidays: tuple[Holiday, ...], today: date | None) -> DutyPlan:
    """``posts`` by key, ``holidays: follow | ignore``, ``exceptions``."""
    body.missing("posts")
    posts = tuple(_post(key, Body(value, place, body.faults)) for key, place, value in body.entries("posts"))
    keys = tuple(post.key for post in posts)
    plan = DutyPlan(
        zone=zone,
        posts=posts,
        exceptions=tuple(_exception(place, item, body, keys, today) for place, item in body.items("exceptions")),
        follow_holidays=body.choice("holidays", (FOLLOW, IGNORE), FOLLOW) == FOLLOW,
        holidays=tuple(holiday for holiday in holidays if holiday.branch is None),
    )
    body.close()
    return plan


def _post(key: str, body: Body) -> DutyPost:
    long_key(key, body.place, body.faults)
    hours = body.raw("hours")
    place = body.place if body.missing("hours") else body.place.down("hours")
    post = DutyPost(key=key, who=body.words("who"), hours=read_week(place, hours or {}, body.faults))
    body.close()
    return post


def _exception(place: Place, item: object, body: Body, posts: tuple[str, ...], today: date | None) -> DutyException:
    inner = Body(item, place, body.faults)
    exception = DutyException(
        days=read_days(inner, today),
        hours=() if inner.missing("hours") else read_spans(place.down("hours"), inner.raw("hours"), body.faults),
        post=inner.reference("post", posts, "post_unknown"),
        who=inner.maybe_words("who"),
        note=inner.maybe_text("note", high=LINE),
    )
    inner.close()
    return exception
