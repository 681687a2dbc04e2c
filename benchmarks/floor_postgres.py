"""The floor on PostgreSQL: the rows of a turn written through bare asyncpg, nothing computed.

Turns with their lines are one transaction for a batch, many rows in one statement. Accepting is a transaction for each
message, because every web request waits for its own; ``together`` accepts the batch in one, as nobody could.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg

from benchmarks.written_rows import RowSizes

_COUNTERS = (
    "UPDATE conversation SET inbox_seq = inbox_seq + 1, message_seq = message_seq + 1, ready_at = $2, last_at = $2,"
    " last_text = $3 WHERE channel = 'webchat' AND account = 'site' AND peer = ANY($1::text[])"
    " RETURNING id, inbox_seq, message_seq, peer, version, outbox_seq"
)
_INBOX = (
    "INSERT INTO inbox (conversation_id, seq, channel, account, event_key, kind, body, received_at)"
    " SELECT c, s, 'webchat', 'site', k, 'text', $4, $5 FROM unnest($1::bigint[], $2::bigint[], $3::text[])"
    " AS t(c, s, k) ON CONFLICT (channel, account, event_key) DO NOTHING RETURNING id"
)
_MESSAGE = (
    "INSERT INTO message (conversation_id, seq, author, kind, body, created_at)"
    " SELECT c, s, $3, 'text', $4, $5 FROM unnest($1::bigint[], $2::bigint[]) AS t(c, s)"
)
_NUMBER = "UPDATE counter SET value = value + $1 WHERE name = 'event' RETURNING value"
_EVENT = (
    "INSERT INTO event (seq, conversation_id, kind, ref, epoch, body, created_at)"
    " SELECT $1 + n - 1, c, $3, c, 0, $4, $5 FROM unnest($2::bigint[]) WITH ORDINALITY AS t(c, n)"
)
_LOAD = (
    "SELECT id, language, owner_kind, epoch, version, state, outbox_seq FROM conversation"
    " WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE"
)
_WAITING = "SELECT id, seq, kind, body FROM inbox WHERE conversation_id = ANY($1::bigint[]) AND status = 'new'"
_TURN = (
    "INSERT INTO turn (conversation_id, number, body, created_at)"
    " SELECT c, v + 1, $3, $4 FROM unnest($1::bigint[], $2::bigint[]) AS t(c, v) RETURNING id"
)
_SAVE = (
    "UPDATE conversation SET version = conversation.version + 1, state = $3, outbox_seq = outbox_seq + 1,"
    " message_seq = message_seq + 1, ready_at = NULL FROM unnest($1::bigint[], $2::bigint[]) AS t(c, v)"
    " WHERE id = c AND conversation.version = v RETURNING id, message_seq"
)
_DONE = (
    "UPDATE inbox SET status = 'done', turn_id = t.turn FROM unnest($1::bigint[], $2::bigint[]) AS t(i, turn)"
    " WHERE id = i"
)
_OUTBOX = (
    "INSERT INTO outbox (conversation_id, lane, seq, author, message_class, epoch, body, not_before, dedupe, turn_id,"
    " channel, account, peer, created_at, status, sent_at)"
    " SELECT c, 'dialog', s + 1, 'bot', 'dialog', 0, $5, $6, 't:' || c || ':' || s, t, 'webchat', 'site', p, $6,"
    " 'accepted', $6"
    " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS x(c, s, t, p) RETURNING id"
)


class PostgresFloor:
    """Accept, then turn with its line shown, through one pool."""

    def __init__(self, pool: Any, sizes: RowSizes) -> None:
        self._pool = pool
        self._sizes = sizes
        self.together = False
        self._key = 0

    @classmethod
    async def open(cls, url: str, sizes: RowSizes, connections: int = 10) -> PostgresFloor:
        """Connect."""
        return cls(await asyncpg.create_pool(url, min_size=connections, max_size=connections), sizes)

    async def close(self) -> None:
        """Disconnect."""
        await self._pool.close()

    async def batch(self, peers: Sequence[str]) -> None:
        """One message of each peer: stored, answered, shown."""
        now = time.time_ns() // 1000
        groups = [list(peers)] if self.together else [[peer] for peer in peers]
        accepted = await asyncio.gather(*(self._accept_alone(group, now) for group in groups))
        heads = [head for part, _ in accepted for head in part]
        inbox = [row for _, part in accepted for row in part]
        async with self._pool.acquire() as connection, connection.transaction():
            await self._turns(connection, heads, inbox, now)

    async def _accept_alone(self, peers: Sequence[str], now: int) -> tuple[list[Any], list[Any]]:
        async with self._pool.acquire() as connection, connection.transaction():
            return await self._accept(connection, peers, now)

    async def _accept(self, connection: Any, peers: Sequence[str], now: int) -> tuple[list[Any], list[Any]]:
        heads = await connection.fetch(_COUNTERS, list(peers), now, "x" * 40)
        conversations = [head[0] for head in heads]
        keys = [f"floor-{now}-{self._key + place}" for place in range(len(heads))]
        self._key += len(heads)
        seqs = [head[1] for head in heads]
        inbox = await connection.fetch(_INBOX, conversations, seqs, keys, self._sizes.document("inbox"), now)
        shown = [head[2] for head in heads]
        body = self._sizes.document("client_message")
        await connection.execute(_MESSAGE, conversations, shown, "client", body, now)
        await self._events(connection, conversations, "client_message", "client_event", now)
        return heads, inbox

    async def _turns(self, connection: Any, heads: list[Any], inbox: list[Any], now: int) -> None:
        conversations = [head[0] for head in heads]
        await connection.fetch(_LOAD, conversations)
        await connection.fetch(_WAITING, conversations)
        versions = [head[4] for head in heads]
        turns = await connection.fetch(_TURN, conversations, versions, self._sizes.document("turn"), now)
        ids = [turn[0] for turn in turns]
        saved = await connection.fetch(_SAVE, conversations, versions, self._sizes.document("state"))
        await connection.execute(_DONE, [row[0] for row in inbox], ids)
        peers = [head[3] for head in heads]
        seqs = [head[5] for head in heads]
        await connection.fetch(_OUTBOX, conversations, seqs, ids, peers, self._sizes.document("outbox"), now)
        shown, numbers = [row[0] for row in saved], [row[1] for row in saved]
        await connection.execute(_MESSAGE, shown, numbers, "bot", self._sizes.document("bot_message"), now)
        await self._events(connection, conversations, "turn", "bot_event", now)
        rest = self._sizes.rows_events - 2
        await self._events(connection, conversations * max(rest, 0), "bot_message", "bot_event", now)

    async def _events(self, connection: Any, conversations: list[int], kind: str, size: str, now: int) -> None:
        if conversations:
            last = await connection.fetchval(_NUMBER, len(conversations))
            first = last - len(conversations) + 1
            await connection.execute(_EVENT, first, conversations, kind, self._sizes.document(size), now)
