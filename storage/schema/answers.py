"""Which of the salon's answers the bot gave: one row each time, for counting."""

from __future__ import annotations

from sqlalchemy import Index, Table

from storage.schema.columns import metadata, moment, number, row_id, words

given_answer = Table(
    "given_answer",
    metadata,
    row_id(),
    words("answer"),
    number("conversation_id"),
    moment("created_at"),
    Index("ix_given_answer_created_at", "created_at", "answer"),
)
