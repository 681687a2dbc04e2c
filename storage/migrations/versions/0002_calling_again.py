"""Calling again when nobody comes: how often, for whom, and who fell silent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One step up."""
    op.add_column("handoff", sa.Column("level", BIG, server_default="0", nullable=False))
    op.add_column("handoff", sa.Column("meant_for", BIG, nullable=True))
    op.add_column("handoff", sa.Column("left_by", BIG, nullable=True))
