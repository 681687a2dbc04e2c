"""Broken parts: each is what somebody could have written, and each must be caught by the harness that swaps it in."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from booking.refusal import BookRefused, Refusal
from dialog.bus import OUTBOX
from dialog.effects import Book
from dialog.ids import ConversationId
from dialog.inbox import Accepted, Finished, Inbox, Outcome, Work
from dialog.message import InboundMessage
from storage.book import StoredBook
from storage.changes import Changes
from storage.committing import Committing
from storage.seat import Seat
from storage.sql import Script, Sql
from storage.store import Store


class Bug:
    """No bug: every part as it is. The broken ones override one method."""

    def change_store(self, store: Store) -> None:
        """Swap a part inside the store."""

    def inbox(self, inbox: Inbox) -> Inbox:
        """The inbox of edge and worker."""
        return inbox

    def edge_inbox(self, inbox: Inbox) -> Inbox:
        """The inbox that the web edge waits for before it acknowledges."""
        return inbox


class ThroughInbox:
    """Passes everything on: the ground for broken inboxes."""

    def __init__(self, inner: Inbox) -> None:
        self._inner = inner

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        return await self._inner.accept(messages, now)

    async def accept_into(self, conversation_id: ConversationId, message: InboundMessage, now: datetime) -> Accepted:
        return await self._inner.accept_into(conversation_id, message, now)

    async def claim(self, now: datetime, most: int) -> Sequence[Work]:
        return await self._inner.claim(now, most)

    async def next_ready(self) -> datetime | None:
        return await self._inner.next_ready()

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        return await self._inner.commit(turns, now)

    async def release(self, works: Sequence[Work], now: datetime) -> None:
        await self._inner.release(works, now)

    async def fail(self, work: Work, error: str, now: datetime) -> bool:
        return await self._inner.fail(work, error, now)


class _Undeduped(ThroughInbox):
    def __init__(self, inner: Inbox) -> None:
        super().__init__(inner)
        self._numbers = itertools.count()
        self._mark = random.SystemRandom().randrange(2**40)

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        """A repeat is stored once more, under a key of its own."""
        accepted = await self._inner.accept(messages, now)
        repeats = [message for message, one in zip(messages, accepted, strict=True) if not one.fresh]
        if repeats:
            marked = [replace(m, event_key=f"{m.event_key}:{self._mark}-{next(self._numbers)}") for m in repeats]
            await self._inner.accept(marked, now)
        return accepted


class NoDedupe(Bug):
    """A repeat of a message is stored as another message."""

    def inbox(self, inbox: Inbox) -> Inbox:
        return _Undeduped(inbox)


class _Hasty(ThroughInbox):
    def __init__(self, inner: Inbox) -> None:
        super().__init__(inner)
        self._tasks: set[asyncio.Task[object]] = set()

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        """Says yes and stores later."""

        async def later() -> None:
            await asyncio.sleep(0.003)
            await self._inner.accept(messages, now)

        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(later())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return ()


class AcknowledgedBeforeCommit(Bug):
    """The web edge answers first and stores afterwards."""

    def edge_inbox(self, inbox: Inbox) -> Inbox:
        return _Hasty(inbox)


class _Trusting(Committing):
    def _verdict(self, changes: Changes, seat: Seat | None, work: Work) -> Outcome:
        return Outcome.STALE if seat is None else Outcome.COMMITTED


class NoVersionCheck(Bug):
    """A turn is written whatever has happened since it was read."""

    def change_store(self, store: Store) -> None:
        committing = store.inbox._committing
        store.inbox._committing = _Trusting(committing._leases, committing._effects, committing._sending)


class _BookedLater(ThroughInbox):
    def __init__(self, inner: Inbox, book: StoredBook) -> None:
        super().__init__(inner)
        self._book = book

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        """Writes the turn, and has the book do what it orders afterwards."""
        return [await self._one(turn, now) for turn in turns]

    async def _one(self, finished: Finished, now: datetime) -> Outcome | Refusal:
        turn = finished.turn
        orders = [effect.order for effect in turn.effects if isinstance(effect, Book)]
        rest = tuple(effect for effect in turn.effects if not isinstance(effect, Book))
        (outcome,) = await self._inner.commit([replace(finished, turn=replace(turn, effects=rest))], now)
        if orders and outcome is Outcome.COMMITTED:
            await asyncio.sleep(0.02)  # as long as a busy disk takes
            with suppress(BookRefused):
                for order in orders:
                    await self._book.carry_out(order, finished.work.conversation.id, now)
        return outcome


class BookedLater(Bug):
    """The turn that orders something of the book and the book's work are two transactions."""

    def change_store(self, store: Store) -> None:
        self._book = store.book

    def inbox(self, inbox: Inbox) -> Inbox:
        return _BookedLater(inbox, self._book)


_FORGET = Sql(
    """UPDATE outbox SET status = 'new' WHERE id = (SELECT max(id) FROM outbox WHERE status = 'accepted'
    AND channel = 'webchat' AND author = 'bot' AND attempts < 2)"""
)


class _Forgetful(ThroughInbox):
    def __init__(self, inner: Inbox, store: Store) -> None:
        super().__init__(inner)
        self._store = store

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        """Shows what the turns say and does not remember it."""
        outcomes = await self._inner.commit(turns, now)
        await self._store.database.write(_forget)
        return outcomes


class PublishedTwice(Bug):
    """Showing a line and marking it as shown are two transactions, and the second one is sometimes late."""

    def change_store(self, store: Store) -> None:
        self._store = store

    def inbox(self, inbox: Inbox) -> Inbox:
        return _Forgetful(inbox, self._store)


def _forget(changes: Changes) -> Script[None]:
    yield _FORGET, ()
    changes.wake(OUTBOX)


BUGS: dict[str, type[Bug]] = {
    "no-dedupe": NoDedupe,
    "ack-before-commit": AcknowledgedBeforeCommit,
    "no-version-check": NoVersionCheck,
    "publish-twice": PublishedTwice,
    "booked-later": BookedLater,
}


def bug(name: str | None) -> Bug:
    """The broken part of that name; no bug for None."""
    return BUGS[name]() if name else Bug()
