"""What a turn wants done, done in the turn's own transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from dialog.bus import EVENTS, conversation_topic
from dialog.clock import Dice
from dialog.effects import (
    AnswerSurvey,
    AskSurvey,
    Book,
    CancelTimer,
    CloseHandoff,
    Effect,
    Escalate,
    GiveConsent,
    HandOver,
    Join,
    Note,
    Send,
    SetClient,
    SetTimer,
)
from dialog.turn import Turn
from storage.book_news import tell_of
from storage.book_orders import BookOrders
from storage.changes import Changes
from storage.documents import reply_text, strings
from storage.handoffs import close_handoff, escalate, open_handoff
from storage.joining import use_code
from storage.moments import micros
from storage.news import add_news
from storage.seat import Seat
from storage.sql import Script, Sql, Values
from storage.store_settings import StoreSettings
from storage.surveys import keep_survey

_SEND = Sql(
    """INSERT INTO outbox (conversation_id, lane, seq, author, author_id, message_class, epoch, prompt, body,
    not_before, dedupe, turn_id, channel, account, peer, random_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $10)
    ON CONFLICT (dedupe) DO NOTHING"""
)
_SET_TIMER = Sql(
    """INSERT INTO timer (conversation_id, subject_kind, subject_id, kind, due_at, body)
    VALUES ($1, 'conversation', $1, $2, $3, $4) ON CONFLICT (subject_kind, subject_id, kind) DO UPDATE
    SET revision = timer.revision + 1, due_at = excluded.due_at, body = excluded.body, status = 'set'"""
)
_KEEP_TIMER = Sql(
    """INSERT INTO timer (conversation_id, subject_kind, subject_id, kind, due_at, body)
    VALUES ($1, 'conversation', $1, $2, $3, $4) ON CONFLICT (subject_kind, subject_id, kind) DO UPDATE
    SET revision = timer.revision + 1, due_at = excluded.due_at, body = excluded.body, status = 'set'
    WHERE timer.status <> 'set'"""
)
_CANCEL_TIMER = Sql(
    """UPDATE timer SET status = 'cancelled', revision = revision + 1
    WHERE subject_kind = 'conversation' AND subject_id = $1 AND kind = $2 AND status = 'set'"""
)
_NAME = Sql("UPDATE person SET name = $2 WHERE id = $1")
_PHONE = Sql("UPDATE person SET phone_claimed = $2 WHERE id = $1")
_CONSENT = Sql(
    "INSERT INTO consent (person_id, kind, text_hash, version, channel, given_at) VALUES ($1, $2, $3, $4, $5, $6)"
)

_GIVEN = "answered"
_LISTED = frozenset({"lead", "upset", "missed", "late", "escalated", "silent"})


@dataclass(slots=True)
class Planned:
    """What is left to write for one turn when its rarer effects are done."""

    rows: list[Values] = field(default_factory=list)
    prompt_seq: int | None = None
    notes: list[str] = field(default_factory=list)
    given: list[Values] = field(default_factory=list)
    """Answers of the salon that the turn gave, as ``keep_given`` takes them."""


class CarryingOut:
    """Scripts for effects. Lines to send are gathered, so that all turns of a batch store theirs at once."""

    def __init__(self, settings: StoreSettings, dice: Dice, book: BookOrders) -> None:
        self._settings = settings
        self._dice = dice
        self._book = book

    def plan(self, changes: Changes, seat: Seat, turn: Turn, turn_id: int, now: int) -> Script[Planned]:
        """Carry out all effects but ``Send``; lines get their numbers here. ``seat`` is as after the turn."""
        planned = Planned()
        for effect in turn.effects:
            if isinstance(effect, Send):
                self._number(seat, effect, turn_id, planned, now)
            elif isinstance(effect, Note):
                planned.notes.append(effect.kind)
                if effect.kind == _GIVEN:
                    planned.given.append((effect.body["answer"], seat.id, now))
                if effect.kind in _LISTED:
                    yield from add_news(changes, effect.kind, seat, strings(effect.body), now)
            else:
                yield from self._do(changes, seat, effect, now)
        changes.wake(EVENTS, conversation_topic(seat.id))
        return planned

    def _do(self, changes: Changes, seat: Seat, effect: Effect, now: int) -> Script[None]:
        """The rarer effects."""
        if isinstance(effect, AskSurvey | AnswerSurvey):
            yield from keep_survey(seat, effect, now)
        elif isinstance(effect, HandOver):
            yield from open_handoff(changes, seat, effect, now)
        elif isinstance(effect, Escalate):
            yield from escalate(changes, seat, effect.level, now)
        elif isinstance(effect, CloseHandoff):
            yield from close_handoff(changes, seat, effect.outcome, now)
        elif isinstance(effect, SetTimer):
            values = (seat.id, effect.kind, micros(effect.due_at), strings(effect.data))
            yield _KEEP_TIMER if effect.keep else _SET_TIMER, values
        elif isinstance(effect, CancelTimer):
            yield _CANCEL_TIMER, (seat.id, effect.kind)
        elif isinstance(effect, SetClient):
            yield from self._remember(changes, seat, effect, now)
        elif isinstance(effect, GiveConsent):
            digest = sha256(effect.text.encode()).hexdigest()
            yield _CONSENT, (seat.person_id, effect.kind, digest, effect.version, seat.channel, now)
        elif isinstance(effect, Join):
            yield from use_code(effect.code, seat.id, now)
        elif isinstance(effect, Book):
            visit = yield from self._book.carry_out(changes, effect.order, seat.id, now)
            if visit is not None:
                yield from tell_of(changes, effect.order, visit, seat, now)

    def send(self, rows: list[Values]) -> Script[None]:
        """Store the gathered lines."""
        if rows:
            yield _SEND, rows

    def _number(self, seat: Seat, send: Send, turn_id: int, planned: Planned, now: int) -> None:
        seat.outbox_seq += 1
        if send.prompt:
            planned.prompt_seq = seat.outbox_seq
        planned.rows.append(
            (
                seat.id,
                send.lane.value,
                seat.outbox_seq,
                send.author.value,
                send.author_id,
                send.message_class,
                seat.epoch,
                int(send.prompt),
                reply_text(send.reply),
                now,
                send.dedupe or f"t:{seat.id}:{seat.version}:{len(planned.rows)}",
                turn_id,
                seat.channel,
                seat.account,
                seat.peer,
                self._random_id(seat.channel),
            )
        )

    def _random_id(self, channel: str) -> int:
        # A messenger's own key against doubled sends; it must not follow from our row numbers, which a restore repeats.
        return 0 if channel in self._settings.publishing else (int(self._dice.seed()[:8], 16) & 0x7FFFFFFF) or 1

    def _remember(self, changes: Changes, seat: Seat, client: SetClient, now: int) -> Script[None]:
        if client.name is not None:
            yield _NAME, (seat.person_id, client.name)
        if client.phone is not None:
            yield _PHONE, (seat.person_id, client.phone)
        changes.event("client", seat.id, now, epoch=seat.epoch, body=seat.summary(name=client.name or ""))
