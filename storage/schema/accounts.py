"""Who may enter the console, and what they did there."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint

from storage.schema.columns import metadata, moment, moment_or_none, number, number_or_none, row_id, words

user_account = Table(
    "user_account",
    metadata,
    row_id(),
    words("login"),
    words("name"),
    words("role"),
    words("password_hash"),
    number("news_seen", 0),
    moment_or_none("disabled_at"),
    moment("created_at"),
    UniqueConstraint("login"),
)

# The secret is sealed with a key that is not in the database. A code counts for steps above the last one used.
second_factor = Table(
    "second_factor",
    metadata,
    number("user_id", primary_key=True),
    words("sealed"),
    moment_or_none("confirmed_at"),
    number("last_step", 0),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    number("user_id", primary_key=True),
    words("code_hash", primary_key=True),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
)

# A session that ended is a row that is gone: nothing can be forgotten to be looked at.
session = Table(
    "session",
    metadata,
    row_id(),
    words("token_hash"),
    number("user_id"),
    moment("created_at"),
    moment("seen_at"),
    words("address", ""),
    words("browser", ""),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    UniqueConstraint("token_hash"),
    Index("ix_session_user_id", "user_id"),
)

invite = Table(
    "invite",
    metadata,
    row_id(),
    words("token_hash"),
    words("role"),
    words("name", ""),
    number_or_none("by_id"),
    number_or_none("user_id"),
    moment("created_at"),
    moment("expires_at"),
    moment_or_none("used_at"),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    UniqueConstraint("token_hash"),
    Index("ix_invite_user_id", "user_id"),
)

login_attempt = Table(
    "login_attempt",
    metadata,
    words("key", primary_key=True),
    number("failures", 0),
    moment("last_at"),
    moment("until_at"),
    Index("ix_login_attempt_last_at", "last_at"),
)

audit = Table(
    "audit",
    metadata,
    row_id(),
    moment("at"),
    number_or_none("user_id"),
    words("action"),
    words("subject", ""),
    words("address", ""),
    # A hash of this line and of the seal before it: a line that is changed or gone shows.
    words("seal", ""),
    Index("ix_audit_at", "at"),
)

# One row: the newest seal and how many lines there should be.
audit_head = Table("audit_head", metadata, row_id(), number("lines", 0), words("seal", ""))
