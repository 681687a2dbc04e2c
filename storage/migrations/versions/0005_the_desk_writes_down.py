"""What the salon's people write down about conversations: notes, labels, given words; putting off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One step up."""
    op.add_column("conversation", sa.Column("snoozed_at", BIG, nullable=True))
    op.add_column("conversation", sa.Column("snoozed_until", BIG, nullable=True))
    op.create_table(
        "desk_note",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_desk_note_conversation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_desk_note_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_note")),
    )
    op.create_index("ix_desk_note_conversation_id", "desk_note", ["conversation_id", "id"], unique=False)
    op.create_table(
        "desk_tag",
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_desk_tag_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", "tag", name=op.f("pk_desk_tag")),
    )
    op.create_index("ix_desk_tag_tag", "desk_tag", ["tag"], unique=False)
    op.create_table(
        "given_word",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", BIG, autoincrement=False, nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.Column("kept_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_given_word_conversation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_given_word_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_word")),
        sa.UniqueConstraint("conversation_id", "body", name=op.f("uq_given_word_conversation_id_body")),
    )
    op.create_index(
        "ix_given_word_due_at",
        "given_word",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("kept_at IS NULL"),
        postgresql_where=sa.text("kept_at IS NULL"),
    )


def downgrade() -> None:
    """One step down."""
    op.drop_table("given_word")
    op.drop_table("desk_tag")
    op.drop_table("desk_note")
    op.drop_column("conversation", "snoozed_until")
    op.drop_column("conversation", "snoozed_at")
