"""What a start does without: each of these takes a tenth of a second or more of whoever waits for it."""

from __future__ import annotations

import subprocess
import sys

NEEDLESS = frozenset(
    {
        "aiogram",
        "alembic",
        "asyncpg",
        "dateutil",
        "httpx",
        "icalendar",
        "numpy",
        "redis",
        "rich",
        "sklearn",
        "sqlalchemy",
    }
)
"""Migrating, PostgreSQL, Redis, messengers, vectors, calendars and coloured texts are imported where they are used."""


def test_the_server_is_imported_without_what_only_some_need() -> None:
    program = (
        "import sys, bots.command_line, bots.serve, bots.messengers, bots.flow_library;"
        "bots.messengers.known(); bots.flow_library.actions();"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=120)
    imported = set(done.stdout.split())
    assert "fastapi" in imported
    assert not imported & NEEDLESS
