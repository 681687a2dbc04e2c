"""Every table of the product, by noun. Importing this package fills ``metadata``."""

from __future__ import annotations

from storage.schema import (
    accounts,
    answers,
    book,
    channels,
    conversations,
    desk,
    pagers,
    people,
    queues,
    rules,
    surveys,
)
from storage.schema.columns import metadata

__all__ = [
    "accounts",
    "answers",
    "book",
    "channels",
    "conversations",
    "desk",
    "metadata",
    "pagers",
    "people",
    "queues",
    "rules",
    "surveys",
]
