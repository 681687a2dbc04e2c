"""Every table of the product, by noun. Importing this package fills ``metadata``."""

from __future__ import annotations

from storage.schema import accounts, book, conversations, people, queues, rules
from storage.schema.columns import metadata

__all__ = ["accounts", "book", "conversations", "metadata", "people", "queues", "rules"]
