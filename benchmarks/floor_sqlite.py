"""The floor on SQLite: the rows of a turn written by bare statements, with the same durability and batches.

Nothing is computed: documents are constant texts of the sizes that the engine was seen to write.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchmarks.written_rows import RowSizes
from storage.sqlite_library import Connection, connect

_INBOX = (
    "INSERT INTO inbox (conversation_id, seq, channel, account, event_key, kind, body, received_at)"
    " VALUES (?, ?, 'webchat', 'site', ?, 'text', ?, ?) ON CONFLICT (channel, account, event_key) DO NOTHING"
    " RETURNING id"
)
_COUNTERS = (
    "UPDATE conversation SET inbox_seq = inbox_seq + 1, message_seq = message_seq + 1, ready_at = ?, last_at = ?,"
    " last_text = ? WHERE channel = 'webchat' AND account = 'site' AND peer = ? RETURNING id, inbox_seq, message_seq"
)
_MESSAGE = (
    "INSERT INTO message (conversation_id, seq, author, kind, body, created_at, event_key, outbox_id)"
    " VALUES (?, ?, ?, 'text', ?, ?, ?, ?)"
)
_NUMBER = "UPDATE counter SET value = value + ? WHERE name = 'event' RETURNING value"
_EVENT = "INSERT INTO event (seq, conversation_id, kind, ref, epoch, body, created_at) VALUES (?, ?, ?, ?, 0, ?, ?)"
_LOAD = "SELECT id, language, owner_kind, epoch, version, state, outbox_seq FROM conversation WHERE id = ?"
_WAITING = "SELECT id, seq, kind, body FROM inbox WHERE conversation_id = ? AND status = 'new' ORDER BY seq"
_SAVE = (
    "UPDATE conversation SET version = version + 1, state = ?, outbox_seq = outbox_seq + 1,"
    " message_seq = message_seq + 1, ready_at = NULL WHERE id = ? AND version = ? RETURNING message_seq"
)
_TURN = "INSERT INTO turn (conversation_id, number, body, created_at) VALUES (?, ?, ?, ?)"
_DONE = "UPDATE inbox SET status = 'done', turn_id = ? WHERE id = ?"
_OUTBOX = (
    "INSERT INTO outbox (conversation_id, lane, seq, author, message_class, epoch, body, not_before, dedupe, turn_id,"
    " channel, account, peer, created_at, status, sent_at)"
    " VALUES (?, 'dialog', ?, 'bot', 'dialog', 0, ?, ?, ?, ?, 'webchat', 'site', ?, ?, 'accepted', ?)"
)


class SqliteFloor:
    """Accept, then turn with its line shown: two commits for each batch, as in the product."""

    def __init__(self, path: str, sizes: RowSizes) -> None:
        self._sizes = sizes
        self._connection = open_like_the_store(path)
        self._key = 0

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def batch(self, peers: Sequence[str]) -> None:
        """One message of each peer: stored, answered, shown."""
        now = time.time_ns() // 1000
        self._begin()
        places = [self._accept(peer, now) for peer in peers]
        self._events([place[0] for place in places], "client_message", "client_event", now)
        self._commit()
        self._begin()
        for place, peer in zip(places, peers, strict=True):
            self._turn(place, peer, now)
        shown = [place[0] for place in places]
        self._events(shown, "turn", "bot_event", now)
        rest = self._sizes.rows_events - 2
        self._events([one for one in shown for _ in range(rest)], "bot_message", "bot_event", now)
        self._commit()

    def _begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        self._connection.execute("COMMIT")

    def _execute(self, statement: str, values: tuple[object, ...]):  # type: ignore[no-untyped-def]
        return self._connection.execute(statement, values)

    def _accept(self, peer: str, now: int) -> tuple[int, int]:
        self._key += 1
        key = f"floor-{now}-{self._key}"
        conversation, seq, message_seq = self._execute(_COUNTERS, (now, now, "x" * 40, peer)).fetchone()
        row = (conversation, seq, key, self._sizes.document("inbox"), now)
        inbox_id = self._execute(_INBOX, row).fetchone()[0]
        body = self._sizes.document("client_message")
        self._execute(_MESSAGE, (conversation, message_seq, "client", body, now, key, None))
        return conversation, inbox_id

    def _turn(self, place: tuple[int, int], peer: str, now: int) -> None:
        conversation, inbox_id = place
        loaded = self._execute(_LOAD, (conversation,)).fetchone()
        self._execute(_WAITING, (conversation,)).fetchall()
        version, seq = loaded[4], loaded[6] + 1
        turn = self._execute(_TURN, (conversation, version + 1, self._sizes.document("turn"), now)).lastrowid
        shown = self._execute(_SAVE, (self._sizes.document("state"), conversation, version)).fetchone()[0]
        self._execute(_DONE, (turn, inbox_id))
        dedupe, body = f"turn:{turn}:0", self._sizes.document("outbox")
        row = (conversation, seq, body, now, dedupe, turn, peer, now, now)
        line = self._connection.execute(_OUTBOX, row).lastrowid
        self._execute(_MESSAGE, (conversation, shown, "bot", body, now, None, line))

    def _events(self, conversations: Sequence[int], kind: str, size: str, now: int) -> None:
        if not conversations:
            return
        last = self._execute(_NUMBER, (len(conversations),)).fetchone()[0]
        body = self._sizes.document(size)
        first = last - len(conversations) + 1
        rows = [(first + place, one, kind, one, body, now) for place, one in enumerate(conversations)]
        self._connection.executemany(_EVENT, rows)


def open_like_the_store(path: str) -> Connection:
    """The same journal, durability and cache as the product's one writing connection."""
    connection = connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 1000")
    connection.execute("PRAGMA cache_size = -32768")
    return connection
