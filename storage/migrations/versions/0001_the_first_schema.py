"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One step up."""
    op.create_table(
        "audit",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", BIG, autoincrement=False, nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("address", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)

    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "event",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", BIG, nullable=True),
        sa.Column("epoch", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    op.create_index("ix_event_conversation_id", "event", ["conversation_id", "seq"], unique=False)

    op.create_table(
        "handoff",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("priority", BIG, autoincrement=False, nullable=False),
        sa.Column("triggers", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("answers", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("promised_at", BIG, nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("claimed_by", BIG, nullable=True),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.Column("claimed_at", BIG, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
    )
    op.create_index("ix_handoff_closed_at", "handoff", ["closed_at"], unique=False)
    op.create_index("ix_handoff_conversation_id", "handoff", ["conversation_id", "id"], unique=False)
    op.create_index(
        "uq_handoff_open",
        "handoff",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'claimed')"),
        postgresql_where=sa.text("status IN ('open', 'claimed')"),
    )

    op.create_table(
        "head",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("revision", BIG, nullable=True),
        sa.Column("offered", BIG, nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_head")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("received_at", BIG, autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("attempts", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("turn_id", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "account", "event_key", name=op.f("uq_inbox_channel_account_event_key")),
    )
    op.create_index(
        "ix_inbox_new",
        "inbox",
        ["conversation_id", "seq"],
        unique=False,
        sqlite_where=sa.text("status = 'new'"),
        postgresql_where=sa.text("status = 'new'"),
    )
    op.create_index(
        "ix_inbox_quarantined",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'quarantined'"),
        postgresql_where=sa.text("status = 'quarantined'"),
    )

    op.create_table(
        "login_attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("last_at", BIG, autoincrement=False, nullable=False),
        sa.Column("until_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_attempt")),
    )
    op.create_index("ix_login_attempt_last_at", "login_attempt", ["last_at"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("sha", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index("ix_media_owner", "media", ["owner"], unique=False)

    op.create_table(
        "message",
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.Column("event_key", sa.Text(), nullable=True),
        sa.Column("outbox_id", BIG, nullable=True),
        sa.Column("turn_id", BIG, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_message")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "news",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("message_class", sa.Text(), nullable=False),
        sa.Column("epoch", BIG, autoincrement=False, nullable=False),
        sa.Column("prompt", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("not_before", BIG, autoincrement=False, nullable=False),
        sa.Column("attempts", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("repeats", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=False),
        sa.Column("turn_id", BIG, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("random_id", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.Column("started_at", BIG, nullable=True),
        sa.Column("sent_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_outbox_conversation_id_seq")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_outbox_dedupe")),
    )
    op.create_index(
        "ix_outbox_new",
        "outbox",
        ["channel", "not_before"],
        unique=False,
        sqlite_where=sa.text("status = 'new'"),
        postgresql_where=sa.text("status = 'new'"),
    )
    op.create_index(
        "ix_outbox_provider_id",
        "outbox",
        ["channel", "account", "provider_id"],
        unique=False,
        sqlite_where=sa.text("provider_id IS NOT NULL"),
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_unsettled",
        "outbox",
        ["started_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('inflight', 'unknown')"),
        postgresql_where=sa.text("status IN ('inflight', 'unknown')"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["conversation_id", "lane", "seq"],
        unique=False,
        sqlite_where=sa.text("status IN ('new', 'inflight')"),
        postgresql_where=sa.text("status IN ('new', 'inflight')"),
    )

    op.create_table(
        "person",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("phone_claimed", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "revision",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("revision", BIG, autoincrement=False, nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "revision", name=op.f("pk_revision")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("updated_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "timer",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", BIG, server_default="1", autoincrement=False, nullable=False),
        sa.Column("due_at", BIG, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'set'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sa.UniqueConstraint("subject_kind", "subject_id", "kind", name=op.f("uq_timer_subject_kind_subject_id_kind")),
    )
    op.create_index(
        "ix_timer_due_at",
        "timer",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'set'"),
        postgresql_where=sa.text("status = 'set'"),
    )

    op.create_table(
        "turn",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_turn_conversation_id_number")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("news_seen", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("disabled_at", BIG, nullable=True),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "address",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("blocked_at", BIG, nullable=True),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("channel", "account", "peer", name=op.f("uq_address_channel_account_peer")),
    )
    op.create_index("ix_address_person_id", "address", ["person_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("version", BIG, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("given_at", BIG, autoincrement=False, nullable=False),
        sa.Column("withdrawn_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_person_id_kind", "consent", ["person_id", "kind"], unique=False)

    op.create_table(
        "invite",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.Column("expires_at", BIG, autoincrement=False, nullable=False),
        sa.Column("used_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_invite_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invite_token_hash")),
    )
    op.create_index("ix_invite_user_id", "invite", ["user_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.Column("seen_at", BIG, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("browser", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("address_id", BIG, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("owner_kind", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("epoch", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("version", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("inbox_seq", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("message_seq", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("outbox_seq", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("prompt_seq", BIG, nullable=True),
        sa.Column("ready_at", BIG, nullable=True),
        sa.Column("burst_since", BIG, nullable=True),
        sa.Column("lease", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("lease_until", BIG, nullable=True),
        sa.Column("unanswered_since", BIG, nullable=True),
        sa.Column("last_client_at", BIG, nullable=True),
        sa.Column("last_at", BIG, autoincrement=False, nullable=False),
        sa.Column("last_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("label", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("priority", BIG, server_default="0", autoincrement=False, nullable=False),
        sa.Column("created_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_conversation_address_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conversation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("address_id", name=op.f("uq_conversation_address_id")),
        sa.UniqueConstraint("channel", "account", "peer", name=op.f("uq_conversation_channel_account_peer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conversation_public_id")),
    )
    op.create_index(
        "ix_conversation_held",
        "conversation",
        ["owner_kind", "owner_id"],
        unique=False,
        sqlite_where=sa.text("owner_kind <> 'bot'"),
        postgresql_where=sa.text("owner_kind <> 'bot'"),
    )
    op.create_index("ix_conversation_last_at", "conversation", ["last_at"], unique=False)
    op.create_index(
        "ix_conversation_lease_until",
        "conversation",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index("ix_conversation_person_id", "conversation", ["person_id"], unique=False)
    op.create_index(
        "ix_conversation_ready_at",
        "conversation",
        ["ready_at"],
        unique=False,
        sqlite_where=sa.text("ready_at IS NOT NULL AND lease_until IS NULL"),
        postgresql_where=sa.text("ready_at IS NOT NULL AND lease_until IS NULL"),
    )

    op.create_table(
        "verification",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("address_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verified_at", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_verification_address_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_verification_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index("ix_verification_address_id", "verification", ["address_id"], unique=False)
    op.create_index("ix_verification_kind_value", "verification", ["kind", "value"], unique=False)
    op.create_index("ix_verification_person_id", "verification", ["person_id"], unique=False)
    op.execute("INSERT INTO counter (name, value) VALUES ('event', 0)")
    op.execute("INSERT INTO counter (name, value) VALUES ('clean', 1)")


def downgrade() -> None:
    """One step down: everything goes."""
    op.drop_table("verification")
    op.drop_table("conversation")
    op.drop_table("session")
    op.drop_table("invite")
    op.drop_table("consent")
    op.drop_table("address")
    op.drop_table("user_account")
    op.drop_table("turn")
    op.drop_table("timer")
    op.drop_table("setting")
    op.drop_table("revision")
    op.drop_table("person")
    op.drop_table("outbox")
    op.drop_table("news")
    op.drop_table("message")
    op.drop_table("media")
    op.drop_table("login_attempt")
    op.drop_table("inbox")
    op.drop_table("head")
    op.drop_table("handoff")
    op.drop_table("event")
    op.drop_table("counter")
    op.drop_table("audit")
