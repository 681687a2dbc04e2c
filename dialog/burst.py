"""Which of the waiting rows make one turn: a burst of texts, or one of anything else."""

from __future__ import annotations

from collections.abc import Sequence

from dialog.inbox import InboxRow
from dialog.message import Kind


def first_group(rows: Sequence[InboxRow]) -> tuple[InboxRow, ...]:
    """The rows of the next turn: leading texts together, up to the first that stands alone (a command, a press).

    A row that already failed stands alone as well: it must not take its neighbours to quarantine.
    """
    first = rows[0]
    if not _joins(first):
        return (first,)
    group = [first]
    for row in rows[1:]:
        if not _joins(row):
            break
        group.append(row)
    return tuple(group)


def _joins(row: InboxRow) -> bool:
    return row.message.kind is Kind.TEXT and not row.message.cuts_burst and row.attempts == 0


def joined_text(rows: Sequence[InboxRow]) -> str:
    """The text of a burst as one message, a line each."""
    return "\n".join(row.message.text for row in rows if row.message.text)
