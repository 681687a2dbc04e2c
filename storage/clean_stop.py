"""Was the process before stopped or did it die? Whatever it worked on may have been the reason."""

from __future__ import annotations

from storage.changes import Changes
from storage.sql import Script, Sql

_READ = Sql("SELECT value FROM counter WHERE name = 'clean'")
_WRITE = Sql("UPDATE counter SET value = $1 WHERE name = 'clean'")
_SUSPECT = Sql("UPDATE inbox SET attempts = 1 WHERE status = 'new' AND attempts = 0")


def start_alone(_: Changes) -> Script[bool]:
    """At the start of the only process. After an unclean stop every waiting row counts as tried once.

    So such rows are handed out one at a time and counted before the work, without a write per turn in good times.
    """
    clean = bool((yield _READ, ())[0][0])
    if not clean:
        yield _SUSPECT, ()
    yield _WRITE, (0,)
    return clean


def stop_clean(_: Changes) -> Script[None]:
    """The last thing that is written."""
    yield _WRITE, (1,)
