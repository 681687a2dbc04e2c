"""The managers' bot: whose chat is whose, and what was told there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNSENT = sa.text("status IN ('new', 'sending')")
SHOWN = sa.text("status = 'sent' AND settled = 0")


def upgrade() -> None:
    """One step up."""
    op.create_table(
        "pager_bot",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("listener", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("listens_until", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pager_bot")),
    )
    op.create_table(
        "pager",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("chat", BIG, autoincrement=False, nullable=False),
        sa.Column("on_shift", BIG, autoincrement=False, server_default="1", nullable=False),
        sa.Column("linked_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_pager_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_pager")),
        sa.UniqueConstraint("chat", name=op.f("uq_pager_chat")),
    )
    op.create_table(
        "pager_code",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_pager_code_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_pager_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pager_code_code_hash")),
    )
    _alerts()


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, BIG, autoincrement=False, nullable=False) for name in ("user_id", "chat", "conversation_id")),
        *(sa.Column(name, BIG, autoincrement=False, nullable=False) for name in ("handoff_id", "epoch", "mark")),
        sa.Column("told_since", BIG, nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("not_before", BIG, autoincrement=False, nullable=False),
        sa.Column("started_at", BIG, nullable=True),
        sa.Column("taken_at", BIG, nullable=True),
        sa.Column("message", BIG, autoincrement=False, server_default="0", nullable=False),
        sa.Column("settled", BIG, autoincrement=False, server_default="0", nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_alert_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("token", name=op.f("uq_alert_token")),
        sa.UniqueConstraint(
            "user_id", "handoff_id", "epoch", "kind", "mark", name=op.f("uq_alert_user_id_handoff_id_epoch_kind_mark")
        ),
    )
    op.create_index("ix_alert_new", "alert", ["not_before"], unique=False, sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_index("ix_alert_shown", "alert", ["id"], unique=False, sqlite_where=SHOWN, postgresql_where=SHOWN)
    op.create_index("ix_alert_message", "alert", ["chat", "message"], unique=False)


def downgrade() -> None:
    """One step down."""
    for table in ("alert", "pager_code", "pager", "pager_bot"):
        op.drop_table(table)
