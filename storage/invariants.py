"""What must be true of a database at any moment, as queries that must find nothing.

Used by ``zabota doctor`` and by every harness. ``$1`` is a moment: what waits since before it is stuck.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.book_invariants import BOOK_INVARIANTS
from storage.database import Database
from storage.moments import SECOND
from storage.sql import Script, Sql

STUCK_AFTER = 60 * SECOND
_SHOWN = 20

INVARIANTS: dict[str, Sql] = {
    **BOOK_INVARIANTS,
    "done_without_turn": Sql(
        """SELECT i.id FROM inbox i LEFT JOIN turn t ON t.id = i.turn_id
        WHERE i.status = 'done' AND i.error <> 'held_after_restore'
        AND (t.id IS NULL OR t.conversation_id <> i.conversation_id)"""
    ),
    "turn_without_row": Sql("SELECT t.id FROM turn t LEFT JOIN inbox i ON i.turn_id = t.id WHERE i.id IS NULL"),
    "turns_out_of_order": Sql(
        """SELECT id FROM (SELECT id, turn_id, lag(turn_id) OVER (PARTITION BY conversation_id ORDER BY seq) AS before
        FROM inbox WHERE turn_id IS NOT NULL) ordered WHERE before > turn_id"""
    ),
    "turn_ahead_of_version": Sql(
        "SELECT t.id FROM turn t JOIN conversation c ON c.id = t.conversation_id WHERE t.number > c.version"
    ),
    "row_stuck": Sql("SELECT id FROM inbox WHERE status = 'new' AND received_at < $1"),
    "row_forgotten": Sql(
        """SELECT i.id FROM inbox i JOIN conversation c ON c.id = i.conversation_id
        WHERE i.status = 'new' AND c.ready_at IS NULL AND c.lease_until IS NULL"""
    ),
    "transcript_gaps": Sql(
        """SELECT c.id FROM conversation c LEFT JOIN (SELECT conversation_id, count(*) AS lines, max(seq) AS last,
        min(seq) AS first FROM message GROUP BY conversation_id) m ON m.conversation_id = c.id
        WHERE c.message_seq <> coalesce(m.lines, 0) OR c.message_seq <> coalesce(m.last, 0)
        OR coalesce(m.first, 1) <> 1"""
    ),
    "message_shown_twice": Sql(
        """SELECT conversation_id FROM message WHERE author = 'client'
        GROUP BY conversation_id, event_key HAVING count(*) > 1"""
    ),
    "line_shown_twice": Sql(
        """SELECT outbox_id FROM message WHERE outbox_id IS NOT NULL GROUP BY outbox_id HAVING count(*) > 1"""
    ),
    "line_not_shown": Sql(
        """SELECT o.id FROM outbox o LEFT JOIN message m ON m.conversation_id = o.conversation_id AND m.outbox_id = o.id
        WHERE o.status IN ('accepted', 'delivered', 'read') AND m.seq IS NULL"""
    ),
    "line_shown_unsent": Sql(
        """SELECT o.id FROM message m JOIN outbox o ON o.id = m.outbox_id
        WHERE o.status IN ('new', 'void') AND o.repeats = 0 AND o.error <> 'held_after_restore'"""
    ),
    "lane_out_of_order": Sql(
        """SELECT id FROM (SELECT o.id, o.seq, lag(o.seq) OVER (PARTITION BY o.conversation_id, o.lane ORDER BY m.seq)
        AS before FROM outbox o JOIN message m ON m.conversation_id = o.conversation_id AND m.outbox_id = o.id) ordered
        WHERE before > seq"""
    ),
    "bot_spoke_over_person": Sql(
        """SELECT s.seq FROM event s JOIN outbox o ON o.id = s.ref WHERE o.author = 'bot'
        AND (s.kind = 'bot_inflight' OR (s.kind = 'published'
        AND s.ref NOT IN (SELECT f.ref FROM event f WHERE f.kind = 'bot_inflight' AND f.ref IS NOT NULL)))
        AND (SELECT e.kind FROM event e WHERE e.conversation_id = s.conversation_id AND e.seq < s.seq
        AND e.kind IN ('claimed', 'returned') ORDER BY e.seq DESC LIMIT 1) = 'claimed'"""
    ),
    "epoch_went_back": Sql(
        """SELECT seq FROM (SELECT seq, epoch, lag(epoch) OVER (PARTITION BY conversation_id ORDER BY seq) AS before
        FROM event WHERE kind IN ('client_message', 'turn', 'claimed', 'returned', 'published')) ordered
        WHERE before > epoch"""
    ),
    "claim_lost": Sql(
        """SELECT c.id FROM conversation c WHERE c.owner_kind = 'bot' AND (SELECT e.kind FROM event e
        WHERE e.conversation_id = c.id AND e.kind IN ('claimed', 'returned') ORDER BY e.seq DESC LIMIT 1) = 'claimed'"""
    ),
    "waiting_not_queued_once": Sql(
        """SELECT c.id FROM conversation c WHERE c.owner_kind = 'waiting' AND 1 <> (SELECT count(*) FROM handoff h
        WHERE h.conversation_id = c.id AND h.status = 'open')"""
    ),
    "queued_not_waiting": Sql(
        """SELECT h.id FROM handoff h JOIN conversation c ON c.id = h.conversation_id
        WHERE (h.status = 'open' AND c.owner_kind <> 'waiting') OR (h.status = 'claimed' AND c.owner_kind = 'bot')"""
    ),
    "queue_copy_wrong": Sql(
        """SELECT c.id FROM conversation c LEFT JOIN handoff h
        ON h.conversation_id = c.id AND h.status IN ('open', 'claimed')
        WHERE c.label <> coalesce(h.label, '') OR c.priority <> coalesce(h.priority, 0)"""
    ),
    "owner_missing": Sql("SELECT id FROM conversation WHERE (owner_kind = 'human') <> (owner_id IS NOT NULL)"),
    "event_gaps": Sql(
        """SELECT 1 FROM (SELECT count(*) AS events, max(seq) AS last, min(seq) AS first FROM event) e
        WHERE e.events > 0 AND (e.events <> e.last - e.first + 1
        OR e.last <> (SELECT value FROM counter WHERE name = 'event'))"""
    ),
    "prompt_missing": Sql(
        """SELECT c.id FROM conversation c WHERE c.prompt_seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox o
        WHERE o.conversation_id = c.id AND o.seq = c.prompt_seq AND o.prompt = 1)"""
    ),
    "flow_missing": Sql(
        """SELECT c.id FROM conversation c WHERE json_extract(c.state, '$.run.flow') IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.kind = 'flow'
        AND r.key = json_extract(c.state, '$.run.flow') AND r.revision = json_extract(c.state, '$.run.revision'))""",
        postgres="""SELECT c.id FROM conversation c WHERE c.state::json #>> '{run,flow}' IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.kind = 'flow'
        AND r.key = c.state::json #>> '{run,flow}' AND r.revision::text = c.state::json #>> '{run,revision}')""",
    ),
    "head_missing": Sql(
        """SELECT h.key FROM head h LEFT JOIN revision r
        ON r.kind = h.kind AND r.key = h.key AND r.revision = h.revision
        WHERE h.revision IS NOT NULL AND r.sha IS NULL"""
    ),
    "sent_to_blocked": Sql(
        """SELECT o.id FROM outbox o JOIN conversation c ON c.id = o.conversation_id
        JOIN address a ON a.id = c.address_id WHERE a.blocked_at IS NOT NULL AND o.started_at > a.blocked_at"""
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule with some of the rows that break it."""

    rule: str
    rows: tuple[object, ...]


async def violations(database: Database, now: int, *, without: frozenset[str] = frozenset()) -> list[Violation]:
    """Every broken rule. ``now`` in microseconds; ``without`` leaves rules out by name.

    Runs in one reading transaction, so that a busy database is seen as it was at one moment.
    """
    return await database.read(lambda: _check(now - STUCK_AFTER, without), snapshot=True)


def _check(stuck_before: int, without: frozenset[str]) -> Script[list[Violation]]:
    found: list[Violation] = []
    for rule, sql in INVARIANTS.items():
        if rule not in without:
            values = (stuck_before,) if "$1" in sql.postgres else ()
            rows = yield sql, values
            if rows:
                found.append(Violation(rule=rule, rows=tuple(row[0] for row in rows[:_SHOWN])))
    return found
