"""Messengers: how the salon is connected to them, what they brought, what each attempt to send came to."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint, text

from storage.schema.columns import (
    json,
    metadata,
    moment,
    moment_or_none,
    number,
    number_or_none,
    row_id,
    words,
)

_WAITS = text("status = 'new'")

connection = Table(
    "connection",
    metadata,
    row_id(),
    words("channel"),
    words("account"),
    # The random part of the web address at which the messenger calls us.
    words("path"),
    words("title", ""),
    json("settings"),
    # Sealed with a key that is not in the database; never shown again.
    words("secrets", ""),
    number("enabled", 1),
    words("trouble", ""),
    moment_or_none("troubled_at"),
    # Where a channel that fetches its events has come to.
    number("cursor", 0),
    moment("changed_at"),
    UniqueConstraint("channel", "account"),
    UniqueConstraint("path"),
)

hook = Table(
    "hook",
    metadata,
    row_id(),
    words("channel"),
    words("account"),
    words("event_key"),
    words("body"),
    words("status", "new"),
    number("attempts", 0),
    moment("not_before"),
    words("error", ""),
    moment("received_at"),
    UniqueConstraint("channel", "account", "event_key"),
    Index("ix_hook_new", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("ix_hook_received_at", "received_at"),
)

attempt = Table(
    "attempt",
    metadata,
    row_id(),
    number("outbox_id"),
    number("number"),
    words("outcome"),
    words("reason", ""),
    words("error", ""),
    words("provider_id", ""),
    # Of a message that costs money: parts it was charged for, and the price in hundredths.
    number("parts", 0),
    number("cost", 0),
    moment_or_none("started_at"),
    moment("ended_at"),
    Index("ix_attempt_outbox_id", "outbox_id"),
    Index("ix_attempt_ended_at", "ended_at"),
)

fetching = Table(
    "fetching",
    metadata,
    row_id(),
    words("channel"),
    words("account"),
    words("peer"),
    words("event_key"),
    words("ref"),
    words("kind"),
    words("status", "new"),
    number("attempts", 0),
    moment("not_before"),
    words("media_id", ""),
    words("error", ""),
    UniqueConstraint("channel", "account", "event_key"),
    Index("ix_fetching_new", "not_before", sqlite_where=_WAITS, postgresql_where=_WAITS),
)

link_code = Table(
    "link_code",
    metadata,
    words("hash", primary_key=True),
    number("address_id"),
    moment("expires_at"),
    moment_or_none("used_at"),
    ForeignKeyConstraint(["address_id"], ["address.id"]),
    Index("ix_link_code_address_id", "address_id"),
)

joining = Table(
    "joining",
    metadata,
    row_id(),
    number("address_id"),
    number("person_before"),
    number("person_after"),
    words("reason"),
    number_or_none("user_id"),
    moment("joined_at"),
    moment_or_none("undone_at"),
    ForeignKeyConstraint(["address_id"], ["address.id"]),
    ForeignKeyConstraint(["person_before"], ["person.id"]),
    ForeignKeyConstraint(["person_after"], ["person.id"]),
    Index("ix_joining_address_id", "address_id"),
    Index("ix_joining_person_before", "person_before"),
    Index("ix_joining_person_after", "person_after"),
)
