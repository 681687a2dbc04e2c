"""The rows that one message leaves behind, as sizes: what a floor must write to be comparable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSizes:
    """Mean length in characters of the JSON documents that the engine writes for one turn."""

    inbox: int = 60
    client_message: int = 60
    client_event: int = 260
    state: int = 700
    turn: int = 1100
    outbox: int = 260
    bot_message: int = 260
    bot_event: int = 260
    rows_events: int = 3
    """Events of the screens' stream for one message and its answer."""

    def document(self, name: str) -> str:
        """A JSON document of the size of ``name``."""
        size: int = getattr(self, name)
        return '{"text":"' + "x" * max(0, size - 11) + '"}'


MEASURES = {
    "inbox": "SELECT avg(length(body)) FROM inbox",
    "client_message": "SELECT avg(length(body)) FROM message WHERE author = 'client'",
    "client_event": "SELECT avg(length(body)) FROM event WHERE kind = 'client_message'",
    "state": "SELECT avg(length(state)) FROM conversation WHERE version > 0",
    "turn": "SELECT avg(length(body)) FROM turn",
    "outbox": "SELECT avg(length(body)) FROM outbox",
    "bot_message": "SELECT avg(length(body)) FROM message WHERE author <> 'client'",
    "bot_event": "SELECT avg(length(body)) FROM event WHERE kind <> 'client_message'",
    "rows_events": "SELECT 1.0 * (SELECT count(*) FROM event) / (SELECT count(*) FROM turn)",
}


def measured(scalar: Callable[[str], float | None]) -> RowSizes:
    """The sizes in a database that the engine has filled. ``scalar`` runs a query for one number."""
    found = {name: scalar(query) for name, query in MEASURES.items()}
    known = {field.name for field in fields(RowSizes)}
    return RowSizes(**{name: round(value) for name, value in found.items() if value and name in known})
