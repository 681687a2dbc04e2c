"""Handing out conversations that are ready, each to one worker at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile

from dialog.conversation import Conversation, OwnerKind
from dialog.ids import ConversationId, InboxId
from dialog.inbox import InboxRow, Work
from dialog.message import SYSTEM_ACCOUNT, Address
from storage.changes import Changes
from storage.documents import inbound_of, state_of
from storage.leases import Leases
from storage.moments import SECOND, moment, moment_or_none
from storage.sql import Row, Script, Sql
from storage.store_settings import StoreSettings

_READY = Sql(
    """SELECT c.id, c.channel, c.account, c.peer, c.language, c.owner_kind, c.owner_id, c.epoch, c.version, c.state,
    c.last_client_at, p.status FROM conversation c
    LEFT JOIN outbox p ON p.conversation_id = c.id AND p.seq = c.prompt_seq
    WHERE c.ready_at <= $1 AND c.lease_until IS NULL ORDER BY c.ready_at LIMIT $2
    /*pg FOR NO KEY UPDATE OF c SKIP LOCKED*/"""
)
_EXPIRED = Sql(
    """SELECT c.id, c.channel, c.account, c.peer, c.language, c.owner_kind, c.owner_id, c.epoch, c.version, c.state,
    c.last_client_at, p.status FROM conversation c
    LEFT JOIN outbox p ON p.conversation_id = c.id AND p.seq = c.prompt_seq
    WHERE c.lease_until <= $1 ORDER BY c.lease_until LIMIT $2
    /*pg FOR NO KEY UPDATE OF c SKIP LOCKED*/"""
)
_ROWS = Sql(
    """SELECT conversation_id, id, seq, channel, account, event_key, kind, body, received_at, attempts FROM inbox
    WHERE status = 'new' AND conversation_id IN @1 ORDER BY conversation_id, seq LIMIT $2"""
)
_HOLD = Sql(
    """UPDATE conversation SET lease = lease + 1, lease_until = $2, ready_at = NULL, burst_since = NULL
    WHERE id IN @1 RETURNING id, lease"""
)
_NOTHING_THERE = Sql("UPDATE conversation SET ready_at = NULL, burst_since = NULL, lease_until = NULL WHERE id IN @1")
_COUNT_LOST = Sql("UPDATE inbox SET attempts = 1 WHERE status = 'new' AND attempts = 0 AND conversation_id IN @1")
_COUNT = Sql("UPDATE inbox SET attempts = attempts + 1 WHERE id = $1")


@dataclass(slots=True)
class _Chosen:
    works: list[Work] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)


class Claiming:
    """The script behind ``Inbox.claim``."""

    def __init__(self, settings: StoreSettings, leases: Leases) -> None:
        self._settings = settings
        self._leases = leases

    def claim(self, changes: Changes, now: int, most: int) -> Script[list[Work]]:
        """Conversations that are ready, oldest first. One whose row has failed before is handed out alone."""
        heads = yield from self._heads(changes, now, most)
        if not heads:
            return []
        limit = most * self._settings.rows_per_turn
        rows = yield _ROWS, ([head[0] for head in heads], limit)
        chosen = self._choose(heads, rows, complete=len(rows) < limit)
        if chosen.empty:
            yield _NOTHING_THERE, (chosen.empty,)
        if not chosen.works:
            return []
        return (yield from self._hold(changes, chosen.works, now))

    def _heads(self, changes: Changes, now: int, most: int) -> Script[list[Row]]:
        if changes.alone:
            lost = self._leases.expired(now)
            for conversation_id in lost:
                self._leases.drop(conversation_id)
            ready = yield _READY, (now, most + len(self._leases))
            heads = [head for head in ready if head[0] not in self._leases][:most]
        else:
            heads = list((yield _READY, (now, most)))
            late = (yield _EXPIRED, (now, most - len(heads))) if len(heads) < most else ()
            lost = [head[0] for head in late]
            heads += late
        if lost:
            # Their worker died or hangs, and what it worked on may be the reason.
            yield _COUNT_LOST, (lost,)
        return heads

    def _choose(self, heads: Sequence[Row], rows: Sequence[Row], *, complete: bool) -> _Chosen:
        waiting: dict[int, list[Row]] = {}
        for row in rows:
            waiting.setdefault(row[0], []).append(row)
        chosen = _Chosen()
        for head in heads:
            mine = waiting.get(head[0])
            if mine is None:
                if complete:
                    chosen.empty.append(head[0])
            elif mine[0][9] == 0:
                clean = takewhile(lambda row: row[9] == 0, mine[: self._settings.rows_per_turn])
                chosen.works.append(_work(head, tuple(clean)))
            elif not chosen.works:
                spent = mine[0][9] >= self._settings.attempts
                chosen.works.append(_work(head, mine[:1], spent=spent))
                break
        return chosen

    def _hold(self, changes: Changes, works: list[Work], now: int) -> Script[list[Work]]:
        until = now + round(self._settings.lease * SECOND)
        ids = [int(work.conversation.id) for work in works]
        if changes.alone:
            tokens = {held: self._leases.hold(held, now, until) for held in ids}
            for held, lease in tokens.items():
                changes.on_rollback(partial(self._leases.release, held, lease))
        else:
            tokens = dict((yield _HOLD, (ids, until)))  # type: ignore[arg-type]
        first = works[0].rows[0]
        if first.attempts and not works[0].spent:
            yield _COUNT, (first.id,)
        return [replace(work, lease=tokens[work.conversation.id]) for work in works]


def _work(head: Row, rows: Sequence[Row], *, spent: bool = False) -> Work:
    address = Address(channel=head[1], account=head[2], peer=head[3])
    conversation = Conversation(
        id=ConversationId(head[0]),
        address=address,
        language=head[4],
        owner=OwnerKind(head[5]),
        owner_id=head[6],
        epoch=head[7],
        version=head[8],
        state=state_of(head[9]),
        last_client_at=moment_or_none(head[10]),
        prompt_status=head[11] or "",
    )
    return Work(conversation=conversation, rows=tuple(_row(address, row) for row in rows), lease=0, spent=spent)


def _row(address: Address, row: Row) -> InboxRow:
    _, inbox_id, seq, channel, account, event_key, kind, body, received_at, attempts = row
    if account == SYSTEM_ACCOUNT:
        address = Address(channel=channel, account=account, peer=address.peer)
    return InboxRow(
        id=InboxId(inbox_id),
        seq=seq,
        message=inbound_of(address, event_key, kind, body),
        received_at=moment(received_at),
        attempts=attempts,
    )
