"""What one transaction has to tell: events for the screens, topics to wake, things to do when it is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from storage.sql import Script, Sql, Values

_DRAW = Sql("UPDATE counter SET value = value + $1 WHERE name = 'event' RETURNING value")
_EVENT = Sql(
    "INSERT INTO event (seq, conversation_id, kind, ref, epoch, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
_DRAW_AND_STORE = Sql(
    """WITH drawn AS (UPDATE counter SET value = value + $1 WHERE name = 'event' RETURNING value)
    INSERT INTO event (seq, conversation_id, kind, ref, epoch, body, created_at)
    SELECT drawn.value - $1 + e.place, e.conversation_id, e.kind, e.ref, e.epoch, e.body, e.created_at
    FROM drawn, unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[])
    WITH ORDINALITY AS e (conversation_id, kind, ref, epoch, body, created_at, place)"""
)

Mark = tuple[int, int, int]


class Changes:
    """Collected while scripts run, written by ``numbering`` as the last statements before the commit.

    The events' numbers are drawn that late because the counter's row stays locked until the commit: whoever
    reads event n + 1 has already been able to read event n.
    """

    __slots__ = ("_after", "_events", "_undo", "alone", "topics")

    def __init__(self, *, alone: bool) -> None:
        self.alone = alone
        """True when nobody else can write meanwhile (SQLite): no row locks, leases kept in memory."""
        self._events: list[Values] = []
        self._after: list[Callable[[], None]] = []
        self._undo: list[Callable[[], None]] = []
        self.topics: set[str] = set()

    def event(
        self,
        kind: str,
        conversation_id: int | None,
        now: int,
        *,
        ref: int | None = None,
        epoch: int = 0,
        body: Mapping[str, object] | None = None,
    ) -> None:
        """Add an event. ``body`` is small JSON that spares the screens a look."""
        self._events.append((conversation_id, kind, ref, epoch, orjson.dumps(body or {}).decode(), now))

    def wake(self, *topics: str) -> None:
        """Signal these topics of the bus after the commit."""
        self.topics.update(topics)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Do this (in memory, quickly) when the transaction is durable."""
        self._after.append(action)

    def on_rollback(self, action: Callable[[], None]) -> None:
        """Do this (in memory, quickly) when the transaction, or this part of it, is taken back."""
        self._undo.append(action)

    def mark(self) -> Mark:
        """Where we are now, for ``back_to``."""
        return len(self._events), len(self._after), len(self._undo)

    def back_to(self, mark: Mark) -> None:
        """Forget everything since ``mark``: its savepoint was rolled back."""
        events, after, undo = mark
        for action in reversed(self._undo[undo:]):
            action()
        del self._events[events:], self._after[after:], self._undo[undo:]

    def committed(self) -> None:
        """The transaction is durable."""
        for action in self._after:
            action()

    def numbering(self) -> Script[None]:
        """Number the events and store them: the last statements of the transaction."""
        if not self._events:
            return
        if self.alone:
            last = (yield _DRAW, (len(self._events),))[0][0]
            first = last - len(self._events) + 1
            yield _EVENT, [(first + place, *event) for place, event in enumerate(self._events)]
        else:
            # One journey while everybody else waits for the counter.
            columns = [list(column) for column in zip(*self._events, strict=True)]
            yield _DRAW_AND_STORE, (len(self._events), *columns)
