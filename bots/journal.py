"""The log: one line of JSON per event on the standard error stream, without texts, phones or tokens."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from dialog.journal import Journal

NAME = "zabota"


def open_journal(level: str) -> Journal:
    """Configure logging once and return the product's log. ``level``: ``debug | info | warning | error``."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])
    # Messengers' tokens travel in URLs, and the HTTP client logs URLs at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    log = logging.getLogger(NAME)
    log.setLevel(number)
    return LoggedJournal(log)


class LoggedJournal:
    """See Journal. The fields of an event travel beside its name."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log

    def info(self, event: str, **fields: object) -> None:
        """See Journal."""
        self._log.info(event, extra={"fields": fields})

    def warning(self, event: str, **fields: object) -> None:
        """See Journal."""
        self._log.warning(event, extra={"fields": fields})

    def error(self, event: str, **fields: object) -> None:
        """See Journal."""
        self._log.error(event, extra={"fields": fields})


class JsonLines(logging.Formatter):
    """One form for what we report and for what a library does. Never raises for a field's value."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            **getattr(record, "fields", {}),
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.name != NAME:
            line["logger"] = record.name
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=repr)
