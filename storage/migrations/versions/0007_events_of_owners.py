"""The stream of events is read by its numbers; only who had a conversation is looked up by conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWNERS = sa.text("kind IN ('claimed', 'returned')")


def upgrade() -> None:
    """One step up."""
    op.drop_index("ix_event_conversation_id", table_name="event")
    op.create_index(
        "ix_event_owner",
        "event",
        ["conversation_id", "seq"],
        unique=False,
        sqlite_where=OWNERS,
        postgresql_where=OWNERS,
    )


def downgrade() -> None:
    """One step down."""
    op.drop_index("ix_event_owner", table_name="event")
    op.create_index("ix_event_conversation_id", "event", ["conversation_id", "seq"], unique=False)
