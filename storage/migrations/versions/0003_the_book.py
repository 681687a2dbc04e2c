"""The salon's book."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BLOCKS = "status IN ('held', 'confirmed', 'arrived', 'done', 'absent')"
SETTLED = "status NOT IN ('held', 'expired', 'moved')"
EMPTY = sa.text("''")

# Two parts never overlap at one master: not of two visits while both block, and not of one row. Rows with the same
# uid are one visit's old place and new: those may overlap, so that a visit can be moved by half an hour.
POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""ALTER TABLE visit_part ADD CONSTRAINT no_visit_overlaps EXCLUDE USING gist
    (resource WITH =, uid WITH <>, int8range(busy_since, busy_until) WITH &&) WHERE ({BLOCKS})""",
    """ALTER TABLE visit_part ADD CONSTRAINT no_part_overlaps EXCLUDE USING gist
    (visit_id WITH =, resource WITH =, int8range(busy_since, busy_until) WITH &&)""",
)
SQLITE = tuple(
    """CREATE TRIGGER no_overlap_on_@ BEFORE @ ON visit_part BEGIN
    SELECT RAISE(ABORT, 'slot_taken') WHERE NEW.status IN ('held', 'confirmed', 'arrived', 'done', 'absent')
        AND EXISTS (SELECT 1 FROM visit_part p WHERE p.resource = NEW.resource AND p.busy_until > NEW.busy_since
        AND p.busy_since < NEW.busy_until AND p.uid <> NEW.uid
        AND p.status IN ('held', 'confirmed', 'arrived', 'done', 'absent'));
    SELECT RAISE(ABORT, 'slot_taken') WHERE EXISTS (SELECT 1 FROM visit_part p WHERE p.visit_id = NEW.visit_id
        AND p.number <> NEW.number AND p.resource = NEW.resource AND p.busy_until > NEW.busy_since
        AND p.busy_since < NEW.busy_until);
    END""".replace("@", event)
    for event in ("INSERT", "UPDATE")
)


def upgrade() -> None:
    """One step up."""
    op.create_table(
        "visit",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("moves_id", BIG, nullable=True),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("name", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("phone", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("wish", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("note", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("stranger", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("starts_at", BIG, nullable=True),
        sa.Column("ends_at", BIG, nullable=True),
        sa.Column("held_until", BIG, nullable=True),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.Column("answered_at", BIG, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.CheckConstraint(
            "status IN ('requested', 'held', 'confirmed', 'arrived', 'done', 'no_show', 'cancelled', 'expired', "
            "'moved', 'absent')",
            name="ck_visit_status",
        ),
        sa.CheckConstraint("(status = 'held') = (held_until IS NOT NULL)", name="ck_visit_held_until"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("id", "uid", "status", name=op.f("uq_visit_id_uid_status")),
    )
    _partial("uq_visit_settled", ["uid"], SETTLED, unique=True)
    _partial("uq_visit_held", ["conversation_id"], "status = 'held'", unique=True)
    _partial("ix_visit_held_until", ["held_until"], "status = 'held'")
    _partial("ix_visit_open", ["ends_at"], "status IN ('confirmed', 'arrived')")
    _partial("ix_visit_requested", ["created_at"], "status = 'requested'")
    _partial("ix_visit_expired", ["created_at"], "status = 'expired'")
    _partial("ix_visit_stranger", ["created_at"], "stranger = 1")
    _partial("ix_visit_phone", ["phone"], "phone <> ''")
    op.create_index("ix_visit_conversation_id", "visit", ["conversation_id", "created_at"], unique=False)
    op.create_index("ix_visit_person_id", "visit", ["person_id"], unique=False)
    op.create_index("ix_visit_branch_starts_at", "visit", ["branch", "starts_at"], unique=False)
    op.create_table(
        "visit_part",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("visit_id", BIG, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("starts_at", BIG, autoincrement=False, nullable=False),
        sa.Column("ends_at", BIG, autoincrement=False, nullable=False),
        sa.Column("busy_since", BIG, autoincrement=False, nullable=False),
        sa.Column("busy_until", BIG, autoincrement=False, nullable=False),
        sa.Column("price", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("at_least", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "starts_at < ends_at AND busy_since <= starts_at AND ends_at <= busy_until", name="ck_visit_part"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id", "uid", "status"],
            ["visit.id", "visit.uid", "visit.status"],
            name=op.f("fk_visit_part_visit_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_part")),
        sa.UniqueConstraint("visit_id", "number", name=op.f("uq_visit_part_visit_id_number")),
    )
    _partial("ix_visit_part_busy", ["resource", "busy_until", "busy_since"], BLOCKS, table="visit_part")
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """One step down."""
    op.drop_table("visit_part")
    op.drop_table("visit")


def _partial(name: str, columns: list[str], where: str, *, table: str = "visit", unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
