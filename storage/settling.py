"""What became of a line that left: outcomes of attempts, and lines whose sender died."""

from __future__ import annotations

from dialog.bus import OUTBOX
from dialog.ids import OutboxId
from dialog.outbox import Settled, Settlement
from storage.changes import Changes
from storage.gate import Gate, Waiting
from storage.moments import SECOND
from storage.seat import Seat, save_seats, take_seat
from storage.showing import show
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings

_LINE = Sql(
    """SELECT id, conversation_id, lane, seq, author, author_id, message_class, epoch, prompt, body, status,
    not_before, attempts, turn_id, random_id, parts_sent FROM outbox WHERE id = $1"""
)
_SHOWN = Sql("SELECT 1 FROM message WHERE conversation_id = $1 AND outbox_id = $2")
_ACCEPTED = Sql("UPDATE outbox SET status = 'accepted', sent_at = $2, provider_id = $3, error = '' WHERE id = $1")
_UNKNOWN = Sql("UPDATE outbox SET status = 'unknown', error = $2, not_before = $3 WHERE id = $1")
_RETRY = Sql("UPDATE outbox SET status = 'new', not_before = $2, error = $3 WHERE id = $1")
_DEFERRED = Sql(
    """UPDATE outbox SET status = 'new', not_before = $2, error = $3, attempts = attempts - 1
    WHERE id = $1 AND created_at > $4 RETURNING id"""
)
_BY_KEY = Sql(
    """UPDATE outbox SET status = 'new', repeats = 1, not_before = $2, error = $3
    WHERE id = $1 AND channel IN @text4 AND random_id <> 0 AND started_at > $5
    AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = outbox.conversation_id AND m.outbox_id = $1
    AND m.created_at <= $5) RETURNING id"""
)
_PARTS = Sql("UPDATE outbox SET parts_sent = $2 WHERE id = $1")
_ATTEMPT = Sql(
    """INSERT INTO attempt (outbox_id, number, outcome, reason, error, provider_id, parts, cost, started_at, ended_at)
    SELECT id, attempts, $2, $3, $4, $5, $6, $7, started_at, $8 FROM outbox WHERE id = $1"""
)
_FAILED = Sql("UPDATE outbox SET status = 'failed', error = $2 WHERE id = $1")
_BLOCK = Sql(
    """UPDATE address SET blocked_at = $2 WHERE blocked_at IS NULL
    AND id = (SELECT address_id FROM conversation WHERE id = $1)"""
)


class Settling:
    """Scripts that record outcomes."""

    def __init__(self, settings: StoreSettings, gate: Gate) -> None:
        self._settings = settings
        self._gate = gate

    def settle(
        self, changes: Changes, line_id: OutboxId, conversation_id: int, settlement: Settlement, now: int
    ) -> Script[None]:
        """The outcome of an attempt. One for a line that is neither in flight nor unknown comes too late."""
        seat = yield from take_seat(conversation_id)
        rows = yield _LINE, (line_id,)
        line = Waiting(*rows[0])
        if line.status not in ("inflight", "unknown"):
            return
        yield from _record(line, settlement, now)
        outcome = settlement.outcome
        if outcome is Settled.ACCEPTED:
            yield _ACCEPTED, (line.id, now, settlement.provider_id or None)
            yield from self._show_once(changes, seat, line, now)
        elif outcome is Settled.UNKNOWN:
            # Attempts that ended with their sender count, too: they are no reason to keep a client waiting.
            due = now + min(self._pause(line, settlement), round(self._settings.repeat_after * SECOND))
            yield from self.lose(changes, seat, line, settlement.error or "no answer", now, due)
        elif not (yield from self._again(line, settlement, now)):
            if outcome is Settled.GONE:
                yield _BLOCK, (seat.id, now)
            error = settlement.error or outcome.value
            yield _FAILED, (line.id, error)
            yield from self._gate.gone(changes, seat, line.id, "failed", now, error=error, prompt=line.prompt)
        yield from save_seats([seat])
        changes.wake(OUTBOX)

    def _again(self, line: Waiting, settlement: Settlement, now: int) -> Script[bool]:
        """Put a line back that surely was not sent; False when it has waited or been tried long enough."""
        due = now + self._pause(line, settlement)
        if settlement.outcome is Settled.RETRY and line.attempts < self._settings.send_attempts:
            yield _RETRY, (line.id, due, settlement.error)
            return True
        if settlement.outcome is Settled.DEFERRED:
            oldest = now - round(self._settings.send_hours * 3600 * SECOND)
            return bool((yield _DEFERRED, (line.id, due, settlement.error, oldest)))
        return False

    def lose(self, changes: Changes, seat: Seat, line: Waiting, error: str, now: int, due: int) -> Script[None]:
        """Nobody knows whether the line arrived: shown all the same, for it may have been seen.

        Where the messenger drops repeats by the line's own number, it is sent again at ``due``, and what comes after it
        in its lane waits.
        """
        yield from self._show_once(changes, seat, line, now)
        # Counted from the first attempt that the number went out with: it is shown from the end of that one on.
        oldest = now - round(self._settings.keyed_hours * 3600 * SECOND)
        if (yield _BY_KEY, (line.id, due, error, sorted(self._settings.keyed), oldest)):
            return
        yield _UNKNOWN, (line.id, error, now + round(self._settings.pause_before_repeat(seat.channel) * SECOND))
        changes.event("unknown", seat.id, now, ref=line.id, epoch=seat.epoch, body=seat.summary(error=error))

    def _show_once(self, changes: Changes, seat: Seat, line: Waiting, now: int) -> Script[None]:
        if not (yield _SHOWN, (seat.id, line.id)):
            yield from show(changes, {seat.id: seat}, [line], now)

    def _pause(self, line: Waiting, settlement: Settlement) -> int:
        if settlement.retry_after is not None:
            return round(settlement.retry_after * SECOND)
        return round(min(2.0 ** (line.attempts - 1), 300.0) * SECOND)


def _record(line: Waiting, settlement: Settlement, now: int) -> Script[None]:
    """One line of the ledger for every call to a messenger, whatever came of it."""
    if settlement.parts_sent != line.parts_sent:
        yield _PARTS, (line.id, settlement.parts_sent)
    if settlement.called:
        told = (settlement.outcome.value, settlement.failure.value, settlement.error, settlement.provider_id)
        yield _ATTEMPT, (line.id, *told, settlement.charged, settlement.cost, now)
