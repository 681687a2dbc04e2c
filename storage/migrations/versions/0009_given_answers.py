"""Which answers the bot gave, one row each time; what turns have recorded so far is counted too."""

from __future__ import annotations

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TURNS = sa.text("SELECT id, conversation_id, body, created_at FROM turn WHERE id > :after ORDER BY id LIMIT 500")
_GIVEN = sa.text("INSERT INTO given_answer (answer, conversation_id, created_at) VALUES (:answer, :conversation, :at)")


def upgrade() -> None:
    """One step up."""
    op.create_table(
        "given_answer",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_answer")),
    )
    op.create_index("ix_given_answer_created_at", "given_answer", ["created_at", "answer"])
    connection = op.get_bind()
    after = 0
    while turns := connection.execute(_TURNS, {"after": after}).all():
        given = [
            {"answer": answer, "conversation": conversation, "at": at}
            for _, conversation, body, at in turns
            for answer in _answers(body)
        ]
        if given:
            connection.execute(_GIVEN, given)
        after = turns[-1][0]


def downgrade() -> None:
    """One step down."""
    op.drop_index("ix_given_answer_created_at", "given_answer")
    op.drop_table("given_answer")


def _answers(body: str) -> list[str]:
    """Keys of the answers that a turn gave."""
    notes = [effect for name, effect in orjson.loads(body).get("effects", ()) if name == "Note"]
    return [note["body"]["answer"] for note in notes if note.get("kind") == "answered"]
