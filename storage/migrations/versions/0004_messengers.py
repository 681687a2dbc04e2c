"""How the salon is connected to messengers, what they brought, what became of each attempt to send."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One step up."""
    op.create_table(
        "attempt",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("outbox_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("provider_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("parts", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("cost", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("started_at", BIG, nullable=True),
        sa.Column("ended_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_ended_at", ["ended_at"], unique=False)
        batch_op.create_index("ix_attempt_outbox_id", ["outbox_id"], unique=False)

    op.create_table(
        "connection",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("settings", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("secrets", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("enabled", BIG, server_default="1", autoincrement=False, nullable=False),
        sa.Column("trouble", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("troubled_at", BIG, nullable=True),
        sa.Column("cursor", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("changed_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint("channel", "account", name=op.f("uq_connection_channel_account")),
        sa.UniqueConstraint("path", name=op.f("uq_connection_path")),
    )
    op.create_table(
        "fetching",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("attempts", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("not_before", BIG, autoincrement=False, nullable=False),
        sa.Column("media_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetching")),
        sa.UniqueConstraint("channel", "account", "event_key", name=op.f("uq_fetching_channel_account_event_key")),
    )
    with op.batch_alter_table("fetching", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fetching_new",
            ["not_before"],
            unique=False,
            sqlite_where=sa.text("status = 'new'"),
            postgresql_where=sa.text("status = 'new'"),
        )

    op.create_table(
        "hook",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("attempts", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("not_before", BIG, autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("received_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook")),
        sa.UniqueConstraint("channel", "account", "event_key", name=op.f("uq_hook_channel_account_event_key")),
    )
    with op.batch_alter_table("hook", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hook_new",
            ["id"],
            unique=False,
            sqlite_where=sa.text("status = 'new'"),
            postgresql_where=sa.text("status = 'new'"),
        )
        batch_op.create_index("ix_hook_received_at", ["received_at"], unique=False)

    op.create_table(
        "joining",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("address_id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_before", BIG, autoincrement=False, nullable=False),
        sa.Column("person_after", BIG, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("joined_at", BIG, autoincrement=False, nullable=False),
        sa.Column("undone_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_joining_address_id")),
        sa.ForeignKeyConstraint(["person_after"], ["person.id"], name=op.f("fk_joining_person_after")),
        sa.ForeignKeyConstraint(["person_before"], ["person.id"], name=op.f("fk_joining_person_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
    )
    with op.batch_alter_table("joining", schema=None) as batch_op:
        batch_op.create_index("ix_joining_address_id", ["address_id"], unique=False)
        batch_op.create_index("ix_joining_person_after", ["person_after"], unique=False)
        batch_op.create_index("ix_joining_person_before", ["person_before"], unique=False)

    op.create_table(
        "link_code",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("address_id", BIG, autoincrement=False, nullable=False),
        sa.Column("expires_at", BIG, autoincrement=False, nullable=False),
        sa.Column("used_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_link_code_address_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_link_code")),
    )
    with op.batch_alter_table("link_code", schema=None) as batch_op:
        batch_op.create_index("ix_link_code_address_id", ["address_id"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parts_sent", BIG, server_default="0", autoincrement=False, nullable=False))


def downgrade() -> None:
    """One step down."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("parts_sent")

    with op.batch_alter_table("link_code", schema=None) as batch_op:
        batch_op.drop_index("ix_link_code_address_id")

    op.drop_table("link_code")
    with op.batch_alter_table("joining", schema=None) as batch_op:
        batch_op.drop_index("ix_joining_person_before")
        batch_op.drop_index("ix_joining_person_after")
        batch_op.drop_index("ix_joining_address_id")

    op.drop_table("joining")
    with op.batch_alter_table("hook", schema=None) as batch_op:
        batch_op.drop_index("ix_hook_received_at")
        batch_op.drop_index(
            "ix_hook_new", sqlite_where=sa.text("status = 'new'"), postgresql_where=sa.text("status = 'new'")
        )

    op.drop_table("hook")
    with op.batch_alter_table("fetching", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_fetching_new", sqlite_where=sa.text("status = 'new'"), postgresql_where=sa.text("status = 'new'")
        )

    op.drop_table("fetching")
    op.drop_table("connection")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_outbox_id")
        batch_op.drop_index("ix_attempt_ended_at")

    op.drop_table("attempt")
