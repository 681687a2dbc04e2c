"""The salon's book: visits and absences in one table, their masters' time in another that nothing may overlap in."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Table, UniqueConstraint, text

from storage.schema.columns import (
    json,
    metadata,
    moment,
    moment_or_none,
    number,
    number_or_none,
    row_id,
    words,
)

BLOCKS = "status IN ('held', 'confirmed', 'arrived', 'done', 'absent')"
_SETTLED = "status NOT IN ('held', 'expired', 'moved')"

visit = Table(
    "visit",
    metadata,
    row_id(),
    # The same for every row that one visit has had: a move makes a new row.
    words("uid"),
    number("sequence", 0),
    words("status"),
    words("branch"),
    words("zone"),
    number_or_none("moves_id"),
    number_or_none("conversation_id"),
    number_or_none("person_id"),
    words("name", ""),
    words("phone", ""),
    words("wish", ""),
    words("note", ""),
    json("body"),
    number("stranger", 0),
    moment_or_none("starts_at"),
    moment_or_none("ends_at"),
    moment_or_none("held_until"),
    moment("created_at"),
    moment_or_none("answered_at"),
    moment_or_none("closed_at"),
    CheckConstraint(
        "status IN ('requested', 'held', 'confirmed', 'arrived', 'done', 'no_show', 'cancelled', 'expired', 'moved', "
        "'absent')",
        name="ck_visit_status",
    ),
    CheckConstraint("(status = 'held') = (held_until IS NOT NULL)", name="ck_visit_held_until"),
    # What the parts point to: their status follows the visit's by itself.
    UniqueConstraint("id", "uid", "status"),
    Index(
        "uq_visit_settled",
        "uid",
        unique=True,
        sqlite_where=text(_SETTLED),
        postgresql_where=text(_SETTLED),
    ),
    Index(
        "uq_visit_held",
        "conversation_id",
        unique=True,
        sqlite_where=text("status = 'held'"),
        postgresql_where=text("status = 'held'"),
    ),
    Index(
        "ix_visit_held_until",
        "held_until",
        sqlite_where=text("status = 'held'"),
        postgresql_where=text("status = 'held'"),
    ),
    Index(
        "ix_visit_open",
        "ends_at",
        sqlite_where=text("status IN ('confirmed', 'arrived')"),
        postgresql_where=text("status IN ('confirmed', 'arrived')"),
    ),
    Index(
        "ix_visit_requested",
        "created_at",
        sqlite_where=text("status = 'requested'"),
        postgresql_where=text("status = 'requested'"),
    ),
    Index(
        "ix_visit_expired",
        "created_at",
        sqlite_where=text("status = 'expired'"),
        postgresql_where=text("status = 'expired'"),
    ),
    Index(
        "ix_visit_stranger",
        "created_at",
        sqlite_where=text("stranger = 1"),
        postgresql_where=text("stranger = 1"),
    ),
    Index("ix_visit_conversation_id", "conversation_id", "created_at"),
    Index("ix_visit_person_id", "person_id"),
    Index("ix_visit_phone", "phone", sqlite_where=text("phone <> ''"), postgresql_where=text("phone <> ''")),
    Index("ix_visit_branch_starts_at", "branch", "starts_at"),
)

visit_part = Table(
    "visit_part",
    metadata,
    row_id(),
    number("visit_id"),
    words("uid"),
    words("status"),
    number("number"),
    words("resource"),
    words("service"),
    moment("starts_at"),
    moment("ends_at"),
    # With the buffers: what no other visit's part may touch.
    moment("busy_since"),
    moment("busy_until"),
    number("price", 0),
    number("at_least", 0),
    CheckConstraint("starts_at < ends_at AND busy_since <= starts_at AND ends_at <= busy_until", name="ck_visit_part"),
    ForeignKeyConstraint(
        ["visit_id", "uid", "status"],
        ["visit.id", "visit.uid", "visit.status"],
        onupdate="CASCADE",
        ondelete="CASCADE",
    ),
    UniqueConstraint("visit_id", "number"),
    Index(
        "ix_visit_part_busy",
        "resource",
        "busy_until",
        "busy_since",
        sqlite_where=text(BLOCKS),
        postgresql_where=text(BLOCKS),
    ),
)
