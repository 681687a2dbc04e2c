"""The stamp of the rules: grows whenever a revision or a setting changes, also when the change is undone."""

from __future__ import annotations

from dialog.bus import RULES
from storage.changes import Changes
from storage.sql import Script, Sql

_GROW = Sql(
    "INSERT INTO counter (name, value) VALUES ('rules', 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1"
)


def rules_changed(changes: Changes) -> Script[None]:
    """Make every process read the rules again."""
    yield _GROW, ()
    changes.wake(RULES)
