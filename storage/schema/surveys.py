"""What clients said of their visits: one row per visit that was asked about."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Table

from storage.schema.columns import metadata, moment, moment_or_none, number, number_or_none, words

survey = Table(
    "survey",
    metadata,
    number("visit_id", primary_key=True),
    number("conversation_id"),
    moment("asked_at"),
    number_or_none("mark"),
    words("words", ""),
    moment_or_none("answered_at"),
    moment_or_none("nps_asked_at"),
    number_or_none("nps"),
    ForeignKeyConstraint(["visit_id"], ["visit.id"]),
    Index("ix_survey_conversation_id", "conversation_id", "asked_at"),
    Index("ix_survey_asked_at", "asked_at"),
)
