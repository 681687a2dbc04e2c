"""What the salon's people write down about conversations."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint, text

from storage.schema.columns import metadata, moment, moment_or_none, number, row_id, words

desk_note = Table(
    "desk_note",
    metadata,
    row_id(),
    number("conversation_id"),
    number("user_id"),
    words("body"),
    # Numbers of the people it calls, as JSON.
    words("mentions", "[]"),
    moment("created_at"),
    ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    Index("ix_desk_note_conversation_id", "conversation_id", "id"),
)

desk_tag = Table(
    "desk_tag",
    metadata,
    number("conversation_id"),
    words("tag"),
    number("user_id"),
    moment("created_at"),
    PrimaryKeyConstraint("conversation_id", "tag"),
    ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
    Index("ix_desk_tag_tag", "tag"),
)

given_word = Table(
    "given_word",
    metadata,
    row_id(),
    number("conversation_id"),
    number("user_id"),
    words("body"),
    moment("due_at"),
    moment("created_at"),
    moment_or_none("kept_at"),
    UniqueConstraint("conversation_id", "body"),
    ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    Index(
        "ix_given_word_due_at", "due_at", sqlite_where=text("kept_at IS NULL"), postgresql_where=text("kept_at IS NULL")
    ),
)
