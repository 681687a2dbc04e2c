"""The managers' bot: whose chat is whose, and what was told there."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint, text

from storage.schema.columns import metadata, moment, moment_or_none, number, row_id, words

_UNSENT = text("status IN ('new', 'sending')")

# One row: the bot's name, and which process fetches its updates.
pager_bot = Table("pager_bot", metadata, row_id(), words("name", ""), words("listener", ""), moment("listens_until"))

pager = Table(
    "pager",
    metadata,
    number("user_id", primary_key=True),
    number("chat"),
    number("on_shift", 1),
    moment("linked_at"),
    UniqueConstraint("chat"),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
)

pager_code = Table(
    "pager_code",
    metadata,
    number("user_id", primary_key=True),
    words("code_hash"),
    moment("expires_at"),
    UniqueConstraint("code_hash"),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
)

alert = Table(
    "alert",
    metadata,
    row_id(),
    words("token"),
    words("kind"),
    number("user_id"),
    number("chat"),
    number("conversation_id"),
    number("handoff_id"),
    number("epoch"),
    # Which alert of this kind it is: how often somebody was called in vain, or the moment of the client's line.
    number("mark"),
    moment_or_none("told_since"),
    words("status", "new"),
    moment("not_before"),
    moment_or_none("started_at"),
    moment_or_none("taken_at"),
    number("message", 0),
    number("settled", 0),
    moment("created_at"),
    UniqueConstraint("token"),
    UniqueConstraint("user_id", "handoff_id", "epoch", "kind", "mark"),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    Index("ix_alert_new", "not_before", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
    Index(
        "ix_alert_shown",
        "id",
        sqlite_where=text("status = 'sent' AND settled = 0"),
        postgresql_where=text("status = 'sent' AND settled = 0"),
    ),
    Index("ix_alert_message", "chat", "message"),
)
