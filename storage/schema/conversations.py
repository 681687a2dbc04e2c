"""The conversation row, the messages shown in it, its turns and its hand-overs."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint, text

from storage.schema.columns import (
    json,
    metadata,
    moment,
    moment_or_none,
    number,
    number_or_none,
    row_id,
    words,
    words_or_none,
)

conversation = Table(
    "conversation",
    metadata,
    row_id(),
    words("public_id"),
    number("person_id"),
    number("address_id"),
    words("channel"),
    words("account"),
    words("peer"),
    words("language"),
    words("owner_kind", "bot"),
    number_or_none("owner_id"),
    number("epoch", 0),
    number("version", 0),
    json("state"),
    number("inbox_seq", 0),
    number("message_seq", 0),
    number("outbox_seq", 0),
    # The outbox sequence of the prompt that waits for an answer.
    number_or_none("prompt_seq"),
    moment_or_none("ready_at"),
    moment_or_none("burst_since"),
    number("lease", 0),
    moment_or_none("lease_until"),
    moment_or_none("unanswered_since"),
    moment_or_none("last_client_at"),
    moment("last_at"),
    words("last_text", ""),
    # Class and priority of the open hand-over, copied here so that the queue is one indexed read.
    words("label", ""),
    number("priority", 0),
    # Put off by whoever leads it: out of sight until then, or until the client writes after ``snoozed_at``.
    moment_or_none("snoozed_at"),
    moment_or_none("snoozed_until"),
    moment("created_at"),
    ForeignKeyConstraint(["person_id"], ["person.id"]),
    ForeignKeyConstraint(["address_id"], ["address.id"]),
    UniqueConstraint("public_id"),
    UniqueConstraint("address_id"),
    UniqueConstraint("channel", "account", "peer"),
    Index("ix_conversation_person_id", "person_id"),
    Index("ix_conversation_last_at", "last_at"),
    Index(
        "ix_conversation_ready_at",
        "ready_at",
        sqlite_where=text("ready_at IS NOT NULL AND lease_until IS NULL"),
        postgresql_where=text("ready_at IS NOT NULL AND lease_until IS NULL"),
    ),
    Index(
        "ix_conversation_lease_until",
        "lease_until",
        sqlite_where=text("lease_until IS NOT NULL"),
        postgresql_where=text("lease_until IS NOT NULL"),
    ),
    Index(
        "ix_conversation_held",
        "owner_kind",
        "owner_id",
        sqlite_where=text("owner_kind <> 'bot'"),
        postgresql_where=text("owner_kind <> 'bot'"),
    ),
)

message = Table(
    "message",
    metadata,
    number("conversation_id"),
    number("seq"),
    words("author"),
    number_or_none("author_id"),
    words("kind"),
    json("body"),
    moment("created_at"),
    words_or_none("event_key"),
    number_or_none("outbox_id"),
    number_or_none("turn_id"),
    PrimaryKeyConstraint("conversation_id", "seq"),
    sqlite_with_rowid=False,
)

turn = Table(
    "turn",
    metadata,
    row_id(),
    number("conversation_id"),
    number("number"),
    json("body"),
    moment("created_at"),
    UniqueConstraint("conversation_id", "number"),
)

handoff = Table(
    "handoff",
    metadata,
    row_id(),
    number("conversation_id"),
    words("reason"),
    words("label"),
    number("priority"),
    words("triggers", "[]"),
    json("answers"),
    moment_or_none("promised_at"),
    words("status", "open"),
    number_or_none("claimed_by"),
    moment("created_at"),
    moment_or_none("claimed_at"),
    moment_or_none("closed_at"),
    words("outcome", ""),
    # How often somebody was called in vain: from 2 on the leaders are.
    number("level", 0),
    # The manager of last time, and whoever took it and fell silent.
    number_or_none("meant_for"),
    number_or_none("left_by"),
    Index("ix_handoff_conversation_id", "conversation_id", "id"),
    Index("ix_handoff_closed_at", "closed_at"),
    Index(
        "uq_handoff_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("status IN ('open', 'claimed')"),
        postgresql_where=text("status IN ('open', 'claimed')"),
    ),
)
