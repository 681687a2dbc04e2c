"""Fills an empty database with conversations that have a past, by a few big statements."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.written_rows import RowSizes

_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})",
    "postgres": "WITH n(i) AS (SELECT generate_series({first}::bigint, {last}::bigint))",
}
STEP = 50_000
_PAST = 1_700_000_000_000_000


def filling(kind: str, first: int, last: int, sizes: RowSizes) -> Iterator[str]:
    """Statements that make conversations ``first..last``: an inbox row, a turn, a line and two messages each.

    ``kind`` is ``sqlite`` or ``postgres``. Client i is ``p<i>`` of the site's chat.
    """
    if last < first:
        return
    for start in range(first, last + 1, STEP):
        numbers = _NUMBERS[kind].format(first=start, last=min(start + STEP - 1, last))
        for head, values in _rows(sizes):
            yield f"INSERT INTO {head} {numbers} SELECT {values} FROM n"
    if kind == "postgres":
        for table in ("person", "address", "conversation", "inbox", "turn", "outbox"):
            yield f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"
        yield "ANALYZE"
    yield f"UPDATE counter SET value = {last} WHERE name = 'event'"


def _rows(sizes: RowSizes) -> list[tuple[str, str]]:
    inbox, line = sizes.document("inbox"), sizes.document("outbox")
    return [
        ("person (id, language, created_at)", f"i, 'ru', {_PAST}"),
        (
            "address (id, person_id, channel, account, peer, created_at)",
            f"i, i, 'webchat', 'site', 'p' || i, {_PAST}",
        ),
        (
            "conversation (id, public_id, person_id, address_id, channel, account, peer, language, version, state,"
            " inbox_seq, message_seq, outbox_seq, last_at, created_at)",
            f"i, 'public' || i, i, i, 'webchat', 'site', 'p' || i, 'ru', 1, '{{}}', 1, 2, 1, {_PAST} + i, {_PAST}",
        ),
        (
            "inbox (id, conversation_id, seq, channel, account, event_key, kind, body, received_at, status, turn_id)",
            f"i, i, 1, 'webchat', 'site', 'past' || i, 'text', '{inbox}', {_PAST}, 'done', i",
        ),
        (
            "turn (id, conversation_id, number, body, created_at)",
            f"i, i, 1, '{sizes.document('turn')}', {_PAST}",
        ),
        (
            "outbox (id, conversation_id, lane, seq, author, message_class, epoch, body, status, not_before, dedupe,"
            " turn_id, channel, account, peer, created_at)",
            f"i, i, 'dialog', 1, 'bot', 'dialog', 0, '{line}', 'accepted', {_PAST}, 'past:' || i, i, 'webchat',"
            f" 'site', 'p' || i, {_PAST}",
        ),
        (
            "message (conversation_id, seq, author, kind, body, created_at, event_key)",
            f"i, 1, 'client', 'text', '{inbox}', {_PAST}, 'past' || i",
        ),
        (
            "message (conversation_id, seq, author, kind, body, created_at, outbox_id)",
            f"i, 2, 'bot', 'text', '{line}', {_PAST}, i",
        ),
        (
            "event (seq, conversation_id, kind, ref, epoch, body, created_at)",
            f"i, i, 'published', i, 0, '{sizes.document('bot_event')}', {_PAST}",
        ),
    ]
