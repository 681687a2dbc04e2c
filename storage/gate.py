"""The one gate: no line goes out except through here, with the conversation's row locked first.

Lanes of a conversation are walked in order. A line that must wait holds back its own lane only; a line that may
not go any more is taken back, and its prompt returns to the inbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from dialog.message import Kind
from dialog.outbox import Failure, SendStatus
from dialog.reply import Author
from storage.accepting import Accepting, own_row
from storage.changes import Changes
from storage.moments import HOUR
from storage.seat import Seat
from storage.sql import Script, Sql

_LINES = Sql(
    """SELECT o.id, o.conversation_id, o.lane, o.seq, o.author, o.author_id, o.message_class, o.epoch, o.prompt,
    o.body, o.status, o.not_before, o.attempts, o.turn_id, o.random_id, o.parts_sent, a.blocked_at
    FROM outbox o /*lite INDEXED BY ix_outbox_waiting*/
    JOIN conversation c ON c.id = o.conversation_id JOIN address a ON a.id = c.address_id
    WHERE o.conversation_id IN @1 AND o.status IN ('new', 'inflight') ORDER BY o.conversation_id, o.seq"""
)
_DROP = Sql(
    """UPDATE outbox SET status = CASE WHEN $2 = 'void' AND repeats > 0 THEN 'superseded' ELSE $2 END, error = $3
    WHERE id = $1 AND status = 'new' RETURNING id, status"""
)


@dataclass(slots=True)
class Waiting:
    """One line that waits at the gate, or is in flight. Times in microseconds."""

    id: int
    conversation_id: int
    lane: str
    seq: int
    author: str
    author_id: int | None
    message_class: str
    epoch: int
    prompt: int
    body: str
    status: str
    not_before: int
    attempts: int
    turn_id: int | None
    random_id: int
    parts_sent: int = 0
    blocked_at: int | None = None


class Verdict(Enum):
    """What the gate says of one line."""

    GO = auto()
    WAIT = auto()
    VOID = auto()
    BLOCKED = auto()
    CLOSED = auto()


@dataclass(slots=True)
class _Sorted:
    go: list[Waiting] = field(default_factory=list)
    dropped: list[tuple[Waiting, str, str]] = field(default_factory=list)


def judge(line: Waiting, seat: Seat, now: int, window: int = 0) -> Verdict:
    """The whole predicate, for one line whose lane is free. ``window``: microseconds after the client's last message
    in which lines reach him; 0: always."""
    if line.author == Author.BOT.value and (line.epoch != seat.epoch or seat.owner_kind == "human"):
        return Verdict.VOID
    if line.blocked_at is not None:
        return Verdict.BLOCKED
    if window and now >= (seat.last_client_at or 0) + window and line.not_before <= now:
        return Verdict.CLOSED
    return Verdict.WAIT if line.not_before > now else Verdict.GO


class Gate:
    """Sorts what waits. The caller locks the seats before and saves them after."""

    def __init__(self, accepting: Accepting) -> None:
        self._accepting = accepting

    def open(self, changes: Changes, seats: dict[int, Seat], now: int, *, one_per_lane: bool) -> Script[list[Waiting]]:
        """Lines that may go now, in order. ``one_per_lane``: the next one only after this one is settled."""
        rows = yield _LINES, (list(seats),)
        windows = {channel: hours * HOUR for channel, hours in self._accepting.settings.windows.items()}
        found = _sort((Waiting(*row) for row in rows), seats, now, windows, one_per_lane=one_per_lane)
        if found.dropped:
            rows = yield _DROP, [(line.id, status, error) for line, status, error in found.dropped]
            became: dict[int, str] = {row[0]: row[1] for row in rows}
            for line, status, error in found.dropped:
                seat, status = seats[line.conversation_id], became.get(line.id, status)
                yield from self.gone(changes, seat, line.id, status, now, error=error, prompt=line.prompt)
        return found.go

    def gone(
        self, changes: Changes, seat: Seat, line_id: int, status: str, now: int, *, error: str, prompt: int
    ) -> Script[None]:
        """A line will never be shown: say so, and give its prompt back to the dialog. The seat is to be saved.

        A superseded one may have been seen, and its buttons work: its prompt stands.
        """
        if status == SendStatus.SUPERSEDED.value:
            changes.event(status, seat.id, now, ref=line_id)
            return
        kind = "voided" if status == "void" else "failed"
        changes.event(kind, seat.id, now, ref=line_id, epoch=seat.epoch, body=seat.summary(error=error))
        if prompt:
            key = f"prompt:{line_id}"
            refused = own_row(seat.peer, key, Kind.PROMPT_REFUSED, {"outbox": str(line_id), "status": status})
            yield from self._accepting.enter(changes, seat, refused, now)


def _sort(
    lines: Iterable[Waiting], seats: dict[int, Seat], now: int, windows: Mapping[str, int], *, one_per_lane: bool
) -> _Sorted:
    held: set[tuple[int, str]] = set()
    found = _Sorted()
    for line in lines:
        lane = (line.conversation_id, line.lane)
        seat = seats[line.conversation_id]
        window = windows.get(seat.channel, 0)
        verdict = judge(line, seat, now, window) if line.status == "new" else Verdict.WAIT
        if verdict is Verdict.VOID:
            found.dropped.append((line, "void", "epoch"))
        elif verdict is Verdict.BLOCKED:
            found.dropped.append((line, "failed", "blocked"))
        elif verdict is Verdict.CLOSED:
            found.dropped.append((line, "failed", Failure.WINDOW_CLOSED.value))
        elif verdict is Verdict.WAIT or lane in held:
            held.add(lane)
        else:
            found.go.append(line)
            if one_per_lane:
                held.add(lane)
    return found
