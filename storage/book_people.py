"""The client behind a conversation as the book sees him: what is proved, what he agreed to, what he has booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from booking.book_client import BookClient
from booking.book_rules import BookRules
from booking.refusal import Refusal
from storage.moments import SECOND
from storage.sql import Script, Sql

_PERSON = Sql(
    """SELECT p.id, p.name, p.phone_claimed, (SELECT max(k.value) FROM verification k WHERE k.person_id = p.id
    AND k.kind = 'phone') FROM conversation c JOIN person p ON p.id = c.person_id WHERE c.id = $1"""
)
_CONSENTS = Sql(
    """SELECT kind, max(version) FROM consent WHERE person_id = $1 AND withdrawn_at IS NULL GROUP BY kind
    ORDER BY kind"""
)
_ACTIVE = Sql(
    """SELECT count(*) FROM visit WHERE status IN ('confirmed', 'requested') AND (starts_at > $3 OR starts_at IS NULL)
    AND (person_id = $1 OR (phone = $2 AND phone <> ''))"""
)
_MISSED = Sql(
    """SELECT count(*) FROM visit WHERE status = 'no_show' AND starts_at > $3
    AND (person_id = $1 OR (phone = $2 AND phone <> ''))"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Who is behind a conversation. ``phone`` is the proved one, else the one that was typed."""

    conversation: int
    person: int
    name: str
    phone: str
    verified: bool


def behind(conversation: int) -> Script[Behind]:
    """Raises KeyError for no such conversation."""
    rows = yield _PERSON, (conversation,)
    if not rows:
        raise KeyError(conversation)
    person, name, claimed, proved = rows[0]
    return Behind(
        conversation=conversation, person=person, name=name, phone=proved or claimed, verified=proved is not None
    )


def history(person: int, phone: str, rules: BookRules, now: int) -> Script[tuple[int, int]]:
    """How many coming visits and how many missed ones, of the person and of the phone."""
    active = (yield _ACTIVE, (person, phone, now))[0][0]
    since = now - int(timedelta(days=rules.no_show_days).total_seconds()) * SECOND
    missed = (yield _MISSED, (person, phone, since))[0][0]
    return active, missed


def refusal_for(active: int, missed: int, rules: BookRules) -> Refusal | None:
    """Why one more booking would be a person's decision."""
    if missed >= rules.no_shows:
        return Refusal.NO_SHOWS
    return Refusal.TOO_MANY_VISITS if active >= rules.active_visits else None


def book_client(conversation: int, rules: BookRules, now: int) -> Script[BookClient]:
    """Everything the dialog may know. Raises KeyError for no such conversation."""
    who = yield from behind(conversation)
    consents = yield _CONSENTS, (who.person,)
    active, missed = yield from history(who.person, who.phone, rules, now)
    return BookClient(
        name=who.name,
        phone=who.phone,
        verified=who.verified,
        consents=tuple((kind, version) for kind, version in consents),
        active=active,
        no_shows=missed,
        refusal=refusal_for(active, missed, rules),
    )
