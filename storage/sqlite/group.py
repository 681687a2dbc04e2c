"""Group commit: several jobs in one transaction, a savepoint each, one wait for the disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dialog.errors import StoreBusy
from storage.changes import Changes
from storage.errors import OVERLAP, overlap
from storage.sql import Script
from storage.sqlite.running import run
from storage.sqlite.transactions import Transactions
from storage.sqlite_library import Connection, IntegrityError, OperationalError

_CANNOT_WRITE = ("locked", "busy", "full", "i/o error", "readonly", "unable to open", "out of memory")

Make = Callable[[Changes], Script[Any]]


@dataclass(slots=True)
class Done:
    """What became of one job: its value, or the error that is raised to whoever asked for it."""

    value: object = None
    error: BaseException | None = None
    topics: frozenset[str] = frozenset()


class Group:
    """Runs jobs on the writing connection. A job that fails takes nobody with it."""

    def __init__(self, connection: Connection, transactions: Transactions) -> None:
        self._connection = connection
        self._transactions = transactions

    def run(self, jobs: Sequence[Make]) -> list[Done]:
        """Run ``jobs`` in one transaction; one by one when the whole transaction could not be kept."""
        if len(jobs) == 1:
            return [self._alone(jobs[0])]
        try:
            self._transactions.begin()
        except Exception as error:
            # Somebody else holds the lock: one wait for all, not one for each.
            return [Done(error=_named(error)) for _ in jobs]
        return self._together(jobs) or [self._alone(job) for job in jobs]

    def _together(self, jobs: Sequence[Make]) -> list[Done] | None:
        changes = Changes(alone=True)
        start = changes.mark()
        try:
            done = [self._part(job, changes) for job in jobs]
            run(self._connection, changes.numbering())
            self._transactions.commit()
        except Exception:
            changes.back_to(start)
            self._transactions.roll_back()
            return None
        changes.committed()
        done[0].topics = frozenset(changes.topics)
        return done

    def _part(self, job: Make, changes: Changes) -> Done:
        mark = changes.mark()
        self._transactions.save()
        try:
            value = run(self._connection, job(changes))
        except Exception as error:
            changes.back_to(mark)
            if not self._transactions.open:
                raise
            self._transactions.undo()
            return Done(error=_named(error))
        self._transactions.keep()
        return Done(value)

    def _alone(self, job: Make) -> Done:
        changes = Changes(alone=True)
        start = changes.mark()
        try:
            self._transactions.begin()
            value = run(self._connection, job(changes))
            run(self._connection, changes.numbering())
            self._transactions.commit()
        except Exception as error:
            changes.back_to(start)
            self._transactions.roll_back()
            return Done(error=_named(error))
        changes.committed()
        return Done(value, topics=frozenset(changes.topics))


def _named(error: Exception) -> Exception:
    if isinstance(error, OperationalError) and any(word in str(error).lower() for word in _CANNOT_WRITE):
        return StoreBusy(str(error))
    if isinstance(error, IntegrityError) and str(error) == OVERLAP:
        return overlap()
    return error
