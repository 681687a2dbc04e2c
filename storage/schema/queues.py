"""The database is the queue: what came in, what goes out, what is due, what screens must hear of."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint, text

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

inbox = Table(
    "inbox",
    metadata,
    row_id(),
    number("conversation_id"),
    number("seq"),
    words("channel"),
    words("account"),
    words("event_key"),
    words("kind"),
    json("body"),
    moment("received_at"),
    words("status", "new"),
    number("attempts", 0),
    words("error", ""),
    number_or_none("turn_id"),
    UniqueConstraint("channel", "account", "event_key"),
    Index(
        "ix_inbox_new",
        "conversation_id",
        "seq",
        sqlite_where=text("status = 'new'"),
        postgresql_where=text("status = 'new'"),
    ),
    Index(
        "ix_inbox_quarantined",
        "id",
        sqlite_where=text("status = 'quarantined'"),
        postgresql_where=text("status = 'quarantined'"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    number("conversation_id"),
    words("lane"),
    number("seq"),
    words("author"),
    number_or_none("author_id"),
    words("message_class"),
    number("epoch"),
    number("prompt", 0),
    json("body"),
    words("status", "new"),
    moment("not_before"),
    number("attempts", 0),
    # How often an unknown row was sent again blindly: at most once.
    number("repeats", 0),
    words("dedupe"),
    number_or_none("turn_id"),
    # How many of the messages that it became on a messenger have surely gone out.
    number("parts_sent", 0),
    words("channel"),
    words("account"),
    words("peer"),
    words("error", ""),
    words_or_none("provider_id"),
    number("random_id", 0),
    moment("created_at"),
    moment_or_none("started_at"),
    moment_or_none("sent_at"),
    UniqueConstraint("dedupe"),
    UniqueConstraint("conversation_id", "seq"),
    Index(
        "ix_outbox_new",
        "channel",
        "not_before",
        sqlite_where=text("status = 'new'"),
        postgresql_where=text("status = 'new'"),
    ),
    Index(
        "ix_outbox_waiting",
        "conversation_id",
        "lane",
        "seq",
        sqlite_where=text("status IN ('new', 'inflight')"),
        postgresql_where=text("status IN ('new', 'inflight')"),
    ),
    Index(
        "ix_outbox_unsettled",
        "started_at",
        sqlite_where=text("status IN ('inflight', 'unknown')"),
        postgresql_where=text("status IN ('inflight', 'unknown')"),
    ),
    Index(
        "ix_outbox_provider_id",
        "channel",
        "account",
        "provider_id",
        sqlite_where=text("provider_id IS NOT NULL"),
        postgresql_where=text("provider_id IS NOT NULL"),
    ),
)

timer = Table(
    "timer",
    metadata,
    row_id(),
    # Missing for a timer of a person: it fires in the conversation that he used last.
    number_or_none("conversation_id"),
    words("subject_kind"),
    number("subject_id"),
    words("kind"),
    number("revision", 1),
    moment("due_at"),
    json("body"),
    words("status", "set"),
    UniqueConstraint("subject_kind", "subject_id", "kind"),
    Index(
        "ix_timer_due_at",
        "due_at",
        sqlite_where=text("status = 'set'"),
        postgresql_where=text("status = 'set'"),
    ),
)

counter = Table("counter", metadata, words("name", primary_key=True), number("value", 0))

event = Table(
    "event",
    metadata,
    number("seq", primary_key=True),
    number_or_none("conversation_id"),
    words("kind"),
    number_or_none("ref"),
    number("epoch", 0),
    json("body"),
    moment("created_at"),
    # Who had the conversation: every turn writes events, so that an index of them all would cost it dearly.
    Index(
        "ix_event_owner",
        "conversation_id",
        "seq",
        sqlite_where=text("kind IN ('claimed', 'returned')"),
        postgresql_where=text("kind IN ('claimed', 'returned')"),
    ),
)

news = Table(
    "news",
    metadata,
    row_id(),
    words("kind"),
    number_or_none("conversation_id"),
    json("body"),
    moment("created_at"),
)

media = Table(
    "media",
    metadata,
    words("id", primary_key=True),
    # Whose quota it counts for: the site and the visitor, or the channel's account and the peer.
    words("owner"),
    words("mime"),
    number("size", 0),
    words("sha", ""),
    moment("created_at"),
    Index("ix_media_owner", "owner"),
)
