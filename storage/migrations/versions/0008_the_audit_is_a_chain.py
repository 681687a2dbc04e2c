"""Lines of the audit log seal each other; what is there already is sealed as it is found."""

from __future__ import annotations

import hashlib

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LINES = sa.text("SELECT id, at, user_id, action, subject, address FROM audit ORDER BY id")
_FIRST_HEAD = sa.text("INSERT INTO audit_head (lines, seal) VALUES (:lines, :seal)")
_SEAL = sa.text("UPDATE audit SET seal = :seal WHERE id = :id")


def upgrade() -> None:
    """One step up."""
    op.add_column("audit", sa.Column("seal", sa.Text(), server_default=sa.text("''"), nullable=False))
    connection = op.get_bind()
    op.create_table(
        "audit_head",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("lines", BIG, server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("seal", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    seals: list[dict[str, object]] = []
    head = ""
    for number, *line in connection.execute(_LINES).all():
        head = hashlib.sha256(head.encode() + orjson.dumps(line)).hexdigest()
        seals.append({"id": number, "seal": head})
    if seals:
        connection.execute(_SEAL, seals)
    connection.execute(_FIRST_HEAD, {"lines": len(seals), "seal": head})


def downgrade() -> None:
    """One step down."""
    op.drop_table("audit_head")
    op.drop_column("audit", "seal")
