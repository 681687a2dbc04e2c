"""What clients said of their visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One step up."""
    op.create_table(
        "survey",
        sa.Column("visit_id", BIG, autoincrement=False, nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("asked_at", BIG, autoincrement=False, nullable=False),
        sa.Column("mark", BIG, nullable=True),
        sa.Column("words", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("answered_at", BIG, nullable=True),
        sa.Column("nps_asked_at", BIG, nullable=True),
        sa.Column("nps", BIG, nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_survey_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_survey")),
    )
    op.create_index("ix_survey_conversation_id", "survey", ["conversation_id", "asked_at"], unique=False)
    op.create_index("ix_survey_asked_at", "survey", ["asked_at"], unique=False)


def downgrade() -> None:
    """One step down."""
    op.drop_table("survey")
