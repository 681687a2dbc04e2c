"""Alembic's entry: the caller brings the connection, inside a transaction."""

from __future__ import annotations

from alembic import context

from storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # A migration that cannot get its locks soon gives up instead of stopping everybody else.
        context.execute("SET LOCAL lock_timeout = '10s'")
    context.run_migrations()
