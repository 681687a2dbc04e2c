"""What messengers tell of lines that they have taken: found by the messenger's name for a line, or by our own mark."""

from __future__ import annotations

from dataclasses import dataclass

from dialog.bus import OUTBOX
from dialog.outbox import Mark, SendStatus
from storage.changes import Changes
from storage.sql import Script, Sql

_BY_NAME = Sql(
    "SELECT id, conversation_id, status, repeats FROM outbox WHERE channel = $1 AND account = $2 AND provider_id = $3"
)
_BY_MARK = Sql(
    """SELECT id, conversation_id, status, repeats FROM outbox
    WHERE id = $1 AND random_id = $2 AND channel = $3 AND account = $4"""
)
_RAISE = Sql(
    """UPDATE outbox SET status = $2, provider_id = coalesce(provider_id, $3), error = $4,
    sent_at = coalesce(sent_at, $5) WHERE id = $1 AND status = $6 RETURNING id"""
)
_LOWER = {
    SendStatus.ACCEPTED: frozenset({"unknown"}),
    SendStatus.DELIVERED: frozenset({"unknown", "superseded", "accepted"}),
    SendStatus.READ: frozenset({"unknown", "superseded", "accepted", "delivered"}),
    SendStatus.FAILED: frozenset({"unknown", "superseded", "accepted"}),
}
_UNSETTLED = frozenset({"new", "inflight"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One receipt. ``error``: why the line failed, where it did."""

    channel: str
    account: str
    provider_id: str
    status: SendStatus
    mark: Mark | None = None
    error: str = ""


def receipt(changes: Changes, told: Told, now: int) -> Script[bool]:
    """Statuses only rise; ``failed`` ends a line that had not been delivered. False: no line is known by this yet."""
    rows = yield _BY_NAME, (told.channel, told.account, told.provider_id)
    if not rows and told.mark is not None:
        rows = yield _BY_MARK, (told.mark.id, told.mark.random_id, told.channel, told.account)
        # The answer to a line in flight is about to be settled, and says more than a receipt: that comes first.
        rows = [row for row in rows if row[2] not in _UNSETTLED or _waits_to_be_repeated(*row[2:])]
    for line_id, conversation_id, status, repeats in rows:
        if status not in _LOWER.get(told.status, ()) and not (
            told.status is not SendStatus.FAILED and _waits_to_be_repeated(status, repeats)
        ):
            continue
        error = told.error if told.status is SendStatus.FAILED else ""
        if not (yield _RAISE, (line_id, told.status.value, told.provider_id, error, now, status)):
            return False  # it has changed this very moment: look once more, later
        changes.event("receipt", conversation_id, now, ref=line_id, body={"status": told.status.value})
        changes.wake(OUTBOX)
    return bool(rows)


def _waits_to_be_repeated(status: str, repeats: int) -> bool:
    """It had been of unknown fate; now it is known to have arrived, and nobody is to hear it twice."""
    return status == "new" and repeats > 0
