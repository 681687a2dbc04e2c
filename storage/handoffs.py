"""The managers' queue: one open hand-over per conversation, always."""

from __future__ import annotations

import msgspec
import orjson

from dialog.effects import HandOver
from storage.changes import Changes
from storage.moments import micros_or_none
from storage.seat import Seat
from storage.sql import Script, Sql

_OPEN = Sql(
    """SELECT id, label, priority, triggers, answers FROM handoff
    WHERE conversation_id = $1 AND status IN ('open', 'claimed')"""
)
_INSERT = Sql(
    """INSERT INTO handoff
    (conversation_id, reason, label, priority, triggers, answers, promised_at, meant_for, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id"""
)
_RAISE = Sql(
    """UPDATE handoff SET label = $2, priority = $3, triggers = $4, answers = $5,
    promised_at = coalesce(promised_at, $6) WHERE id = $1"""
)
_REOPEN = Sql(
    """UPDATE handoff SET status = 'open', reason = $2, left_by = claimed_by, claimed_by = NULL, claimed_at = NULL,
    level = 0, promised_at = $3 WHERE id = $1 AND status = 'claimed'"""
)
_ESCALATE = Sql(
    """UPDATE handoff SET level = $2 WHERE conversation_id = $1 AND status IN ('open', 'claimed') AND level < $2
    RETURNING id"""
)
_CLAIMED = Sql(
    """UPDATE handoff SET status = 'claimed', claimed_by = $2, claimed_at = coalesce(claimed_at, $3)
    WHERE conversation_id = $1 AND status IN ('open', 'claimed')"""
)
_CLOSE = Sql(
    """UPDATE handoff SET status = 'closed', closed_at = $2, outcome = $3
    WHERE conversation_id = $1 AND status IN ('open', 'claimed') RETURNING id"""
)


def open_handoff(changes: Changes, seat: Seat, effect: HandOver, now: int) -> Script[None]:
    """Put the conversation into the queue; one that is there already becomes more urgent, never less."""
    triggers = list(msgspec.to_builtins(effect.triggers))
    label, priority, answers = effect.label, effect.priority, dict(effect.answers)
    found = yield _OPEN, (seat.id,)
    if found:
        handoff_id, old_label, old_priority, old_triggers, old_answers = found[0]
        if old_priority <= priority:
            label, priority = old_label, old_priority
        triggers = orjson.loads(old_triggers) + triggers
        answers = orjson.loads(old_answers) | answers
        promised = micros_or_none(effect.promised_at)
        yield _RAISE, (handoff_id, label, priority, _text(triggers), _text(answers), promised)
        if seat.owner_kind == "waiting":
            # Whoever had taken it has left it, or been left behind: it waits for anybody again.
            yield _REOPEN, (handoff_id, effect.reason, promised)
    else:
        row = (seat.id, effect.reason, label, priority, _text(triggers), _text(answers))
        handoff_id = (yield _INSERT, (*row, micros_or_none(effect.promised_at), effect.to, now))[0][0]
    seat.label, seat.priority = label, priority
    changes.event("handed_over", seat.id, now, ref=handoff_id, epoch=seat.epoch, body=seat.summary())


def escalate(changes: Changes, seat: Seat, level: int, now: int) -> Script[None]:
    """Nobody has come: the open hand-over rises, and the screens ring."""
    for (handoff_id,) in (yield _ESCALATE, (seat.id, level)):
        body = seat.summary(level=level)
        changes.event("escalated", seat.id, now, ref=handoff_id, epoch=seat.epoch, body=body)


def claim_handoff(seat: Seat, user: int, now: int) -> Script[None]:
    """A person took the conversation: its open hand-over, if there is one, is theirs."""
    yield _CLAIMED, (seat.id, user, now)


def close_handoff(changes: Changes, seat: Seat, outcome: str, now: int) -> Script[None]:
    """End the open hand-over, if there is one."""
    closed = yield _CLOSE, (seat.id, now, outcome)
    seat.label, seat.priority = "", 0
    for (handoff_id,) in closed:
        body = seat.summary(outcome=outcome)
        changes.event("handoff_closed", seat.id, now, ref=handoff_id, epoch=seat.epoch, body=body)


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
