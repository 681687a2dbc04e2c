"""The log: one line of JSON per event on the standard error stream, without texts, phones or tokens."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from dialog.journal import Journal


def open_journal(level: str) -> Journal:
    """Configure logging once and return the product's logger. ``level``: ``debug | info | warning | error``."""
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(
        level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
    # Messengers' tokens travel in URLs, and the HTTP client logs URLs at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    logger: Any = structlog.get_logger("zabota")
    journal: Journal = logger
    return journal
