"""Who writes to the salon: a person, the addresses he writes from, what of him is proved, what he agreed to."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint

from storage.schema.columns import metadata, moment, moment_or_none, number, number_or_none, row_id, words

person = Table(
    "person",
    metadata,
    row_id(),
    words("name", ""),
    words("phone_claimed", ""),
    words("language"),
    moment("created_at"),
)

address = Table(
    "address",
    metadata,
    row_id(),
    number("person_id"),
    words("channel"),
    words("account"),
    words("peer"),
    moment_or_none("blocked_at"),
    moment("created_at"),
    ForeignKeyConstraint(["person_id"], ["person.id"]),
    UniqueConstraint("channel", "account", "peer"),
    Index("ix_address_person_id", "person_id"),
)

verification = Table(
    "verification",
    metadata,
    row_id(),
    number("person_id"),
    number_or_none("address_id"),
    words("kind"),
    words("value"),
    moment("verified_at"),
    ForeignKeyConstraint(["person_id"], ["person.id"]),
    ForeignKeyConstraint(["address_id"], ["address.id"]),
    Index("ix_verification_person_id", "person_id"),
    Index("ix_verification_address_id", "address_id"),
    Index("ix_verification_kind_value", "kind", "value"),
)

consent = Table(
    "consent",
    metadata,
    row_id(),
    number("person_id"),
    words("kind"),
    words("text_hash"),
    number("version"),
    words("channel"),
    moment("given_at"),
    moment_or_none("withdrawn_at"),
    ForeignKeyConstraint(["person_id"], ["person.id"]),
    Index("ix_consent_person_id_kind", "person_id", "kind"),
)
