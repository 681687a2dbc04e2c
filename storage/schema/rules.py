"""What people of the salon edit: revisions of flows, texts and answers, and settings."""

from __future__ import annotations

from sqlalchemy import PrimaryKeyConstraint, Table

from storage.schema.columns import metadata, moment, number, number_or_none, words

revision = Table(
    "revision",
    metadata,
    words("kind"),
    words("key"),
    number("revision"),
    words("sha"),
    words("author"),
    words("note", ""),
    words("body"),
    moment("created_at"),
    PrimaryKeyConstraint("kind", "key", "revision"),
)

head = Table(
    "head",
    metadata,
    words("kind"),
    words("key"),
    # Missing: taken out of use; its revisions stay.
    number_or_none("revision"),
    # A newer built-in that was not put over an edited one.
    number_or_none("offered"),
    PrimaryKeyConstraint("kind", "key"),
)

setting = Table(
    "setting",
    metadata,
    words("name", primary_key=True),
    words("value"),
    words("author"),
    moment("updated_at"),
)
