"""Writing finished turns: state, record, effects and the rows' end, many turns in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dialog.bus import INBOX
from dialog.conversation import Conversation, OwnerKind
from dialog.inbox import Finished, Outcome, Work
from storage.carrying_out import CarryingOut, Planned
from storage.changes import Changes
from storage.documents import state_text, turn_text
from storage.given_answers import keep_given
from storage.leases import Leases
from storage.seat import Seat, take_seats
from storage.sending import Sending
from storage.sql import Script, Sql, Values

_TURN = Sql(
    "INSERT INTO turn (conversation_id, number, body, created_at) VALUES ($1, $2, $3, $4) RETURNING conversation_id, id"
)
_DONE = Sql("UPDATE inbox SET status = 'done', turn_id = $2 WHERE id = $1")
_SAVE = Sql(
    """UPDATE conversation SET language = $2, owner_kind = $3, owner_id = $4, epoch = $5, version = $6, state = $7,
    outbox_seq = $8, prompt_seq = coalesce($9, prompt_seq), label = $10, priority = $11, ready_at = $12,
    burst_since = $13, inbox_seq = $14, message_seq = $15, unanswered_since = $16, last_at = $17, last_text = $18,
    lease_until = NULL WHERE id = $1"""
)
_AGAIN = Sql("UPDATE conversation SET ready_at = $2, burst_since = NULL, lease_until = NULL WHERE id = $1")
_GIVE_BACK = Sql(
    """UPDATE conversation SET lease_until = NULL, ready_at = coalesce(ready_at, $3)
    WHERE id = $1 AND lease = $2 AND lease_until IS NOT NULL"""
)


class Committing:
    """The script behind ``Inbox.commit``."""

    def __init__(self, leases: Leases, effects: CarryingOut, sending: Sending) -> None:
        self._leases = leases
        self._effects = effects
        self._sending = sending

    def commit(self, changes: Changes, turns: Sequence[Finished], now: int) -> Script[list[Outcome]]:
        """Write every turn whose lease and version still hold; the others run again. One outcome each."""
        seats = yield from take_seats(sorted(finished.work.conversation.id for finished in turns))
        outcomes = [self._verdict(changes, seats.get(turn.work.conversation.id), turn.work) for turn in turns]
        good = [turn for turn, outcome in zip(turns, outcomes, strict=True) if outcome is Outcome.COMMITTED]
        stale = [turn.work for turn, outcome in zip(turns, outcomes, strict=True) if outcome is Outcome.STALE]
        if good:
            yield from self._write(changes, good, seats, now)
        if stale:
            yield from self._again(changes, stale, seats, now)
        return outcomes

    def _verdict(self, changes: Changes, seat: Seat | None, work: Work) -> Outcome:
        if seat is None or seat.version != work.conversation.version:
            return Outcome.STALE
        held = self._leases.holds(seat.id, work.lease) if changes.alone else seat.lease == work.lease
        return Outcome.COMMITTED if held else Outcome.STALE

    def _write(self, changes: Changes, turns: Sequence[Finished], seats: dict[int, Seat], now: int) -> Script[None]:
        records = [self._record(turn, now) for turn in turns]
        ids: dict[int, int] = dict((yield _TURN, records))  # type: ignore[arg-type]
        plans: list[Planned] = []
        for turn in turns:
            seat = seats[turn.work.conversation.id]
            _adopt(changes, seat, turn.turn.conversation, now)
            plans.append((yield from self._effects.plan(changes, seat, turn.turn, ids[seat.id], now)))
        yield from keep_given([given for plan in plans for given in plan.given])
        for turn, plan in zip(turns, plans, strict=True):
            seat = seats[turn.work.conversation.id]
            body = seat.summary(route=turn.turn.trace.route, notes=plan.notes)
            changes.event("turn", seat.id, now, ref=ids[seat.id], epoch=seat.epoch, body=body)
            changes.after_commit(partial(self._leases.release, seat.id, turn.work.lease))
        yield from self._speak(changes, turns, plans, seats, now)
        done: list[Values] = [(row.id, ids[turn.work.conversation.id]) for turn in turns for row in turn.work.rows]
        yield _DONE, done
        yield (
            _SAVE,
            [
                self._saved(changes, seats[turn.work.conversation.id], turn, plan, now)
                for turn, plan in zip(turns, plans, strict=True)
            ],
        )

    def _speak(
        self,
        changes: Changes,
        turns: Sequence[Finished],
        plans: Sequence[Planned],
        seats: dict[int, Seat],
        now: int,
    ) -> Script[None]:
        """Store the lines; those that only our own screens show go through the gate at once."""
        rows = [row for plan in plans for row in plan.rows]
        if rows:
            yield from self._effects.send(rows)
            speaking = [seats[t.work.conversation.id] for t, plan in zip(turns, plans, strict=True) if plan.rows]
            yield from self._sending.send_new(changes, speaking, now)

    def _record(self, finished: Finished, now: int) -> Values:
        after = finished.turn.conversation
        return after.id, finished.work.conversation.version + 1, turn_text(finished), now

    def _saved(self, changes: Changes, seat: Seat, finished: Finished, plan: Planned, now: int) -> Values:
        seat.forget_claimed(self._leases.since(seat.id))
        if seat.inbox_seq > finished.work.rows[-1].seq:
            # More came in meanwhile, or was left for the next turn.
            seat.ready_at = now if seat.ready_at is None else seat.ready_at
            changes.wake(INBOX)
        else:
            seat.ready_at = seat.burst_since = None
        after = finished.turn.conversation
        return (
            seat.id,
            after.language,
            after.owner.value,
            after.owner_id,
            after.epoch,
            seat.version,
            state_text(after.state),
            seat.outbox_seq,
            plan.prompt_seq,
            seat.label,
            seat.priority,
            seat.ready_at,
            seat.burst_since,
            seat.inbox_seq,
            seat.message_seq,
            seat.unanswered_since,
            seat.last_at,
            seat.last_text,
        )

    def _again(self, changes: Changes, works: Sequence[Work], seats: dict[int, Seat], now: int) -> Script[None]:
        mine: list[Values] = []
        for work in works:
            seat = seats.get(work.conversation.id)
            if seat is None:
                continue
            if changes.alone:
                changes.after_commit(partial(self._leases.release, seat.id, work.lease))
            elif seat.lease == work.lease:
                mine.append((seat.id, now))
        if mine:
            yield _AGAIN, mine
        changes.wake(INBOX)


def give_back(changes: Changes, works: Sequence[Work], now: int) -> Script[None]:
    """Conversations that are still held under these leases become ready again (PostgreSQL)."""
    yield _GIVE_BACK, [(work.conversation.id, work.lease, now) for work in works]
    changes.wake(INBOX)


def _adopt(changes: Changes, seat: Seat, after: Conversation, now: int) -> None:
    returned = seat.owner_kind != OwnerKind.BOT.value and after.owner is OwnerKind.BOT
    seat.version += 1
    seat.owner_kind, seat.owner_id, seat.epoch = after.owner.value, after.owner_id, after.epoch
    if returned:
        changes.event("returned", seat.id, now, epoch=seat.epoch, body=seat.summary())
