"""The store's Inbox: what dialog.inbox promises, on either database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from booking.refusal import BookRefused, Refusal
from dialog.clock import Dice
from dialog.effects import Book
from dialog.errors import StoreBusy
from dialog.ids import ConversationId
from dialog.inbox import Accepted, Finished, Outcome, Work
from dialog.message import SYSTEM_ACCOUNT, Address, InboundMessage
from storage.accepting import Accepting
from storage.book_orders import BookOrders
from storage.carrying_out import CarryingOut
from storage.changes import Changes
from storage.claiming import Claiming
from storage.committing import Committing, give_back
from storage.database import Database
from storage.failing import Failing
from storage.gate import Gate
from storage.gathering import Gathering
from storage.leases import Leases
from storage.moments import micros, moment_or_none
from storage.seat import save_seats, take_seat
from storage.sending import Sending
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings

_NEXT_READY = Sql(
    """SELECT id, ready_at FROM conversation WHERE ready_at IS NOT NULL AND lease_until IS NULL
    ORDER BY ready_at LIMIT $1"""
)
_NEXT_EXPIRED = Sql("SELECT min(lease_until) FROM conversation WHERE lease_until IS NOT NULL")

_log = logging.getLogger(__name__)


class StoredInbox:
    """See dialog.inbox.Inbox."""

    def __init__(
        self,
        database: Database,
        settings: StoreSettings,
        dice: Dice,
        leases: Leases,
        book: BookOrders,
        *,
        alone: bool,
    ) -> None:
        """``alone``: nobody else works on this database (SQLite), so that who holds what is a matter of memory."""
        self._database = database
        self._alone = alone
        self._gathering = Gathering(self._accept_now)
        self._leases = leases
        self.accepting = Accepting(settings, dice, leases)
        self._claiming = Claiming(settings, leases)
        sending = Sending(Gate(self.accepting), settings.publishing)
        self._committing = Committing(leases, CarryingOut(settings, dice, book), sending)
        self._failing = Failing(settings, leases)

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        """See Inbox."""
        timed = [(message, micros(now)) for message in messages]
        if not timed:
            return ()
        return await self._gathering.add(timed)

    async def accept_into(self, conversation_id: ConversationId, message: InboundMessage, now: datetime) -> Accepted:
        """See Inbox."""
        own = Address(channel=SYSTEM_ACCOUNT, account=SYSTEM_ACCOUNT, peer=message.address.peer)
        return await self._database.write(
            partial(self._accept_into, conversation_id=conversation_id, message=_readdressed(message, own), now=now)
        )

    async def claim(self, now: datetime, most: int) -> Sequence[Work]:
        """See Inbox."""
        at = micros(now)
        return await self._database.write(lambda changes: self._claiming.claim(changes, at, most))

    async def next_ready(self) -> datetime | None:
        """See Inbox."""
        return moment_or_none(await self._database.read(self._next_ready))

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        """See Inbox. When the database refuses the batch, each turn is written alone, so that one spoils no other.

        What orders something of the book is written alone from the start: it may be refused.
        """
        booking = [turn for turn in turns if _books(turn)]
        if not booking:
            return await self._commit_together(turns, now)
        parts = [[turn for turn in turns if not _books(turn)], *([turn] for turn in booking)]
        written = await asyncio.gather(*(self._commit_part(part, now) for part in parts), return_exceptions=True)
        outcomes: dict[int, Outcome | Refusal] = {}
        for part, found in zip(parts, written, strict=True):
            if isinstance(found, BaseException):
                raise found
            outcomes |= {turn.work.conversation.id: one for turn, one in zip(part, found, strict=True)}
        return [outcomes[turn.work.conversation.id] for turn in turns]

    async def _commit_part(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        try:
            return await self._commit_together(turns, now)
        except BookRefused as refused:
            return [refused.reason]

    async def _commit_together(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        if not turns:
            return ()
        try:
            return await self._write_turns(turns, now)
        except (StoreBusy, BookRefused):
            raise
        except Exception:  # whatever a driver raises for values it cannot store
            if len(turns) == 1:
                _log.exception("the database refused a turn of conversation %s", turns[0].work.conversation.id)
                return [Outcome.FAILED]
            return [outcome for turn in turns for outcome in await self._commit_together([turn], now)]

    async def _write_turns(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome]:
        at = micros(now)
        return await self._database.write(lambda changes: self._committing.commit(changes, turns, at))

    async def release(self, works: Sequence[Work], now: datetime) -> None:
        """See Inbox. On SQLite a matter of memory, which works when the file does not."""
        for work in works:
            self._leases.release(work.conversation.id, work.lease)
        if not self._alone:
            # Away still: then the leases run out by themselves.
            with suppress(StoreBusy):
                await self._database.write(partial(give_back, works=works, now=micros(now)))

    async def fail(self, work: Work, error: str, now: datetime) -> bool:
        """See Inbox."""
        at = micros(now)
        return await self._database.write(lambda changes: self._failing.fail(changes, work, error, at))

    async def close(self) -> None:
        """Store what was handed in."""
        await self._gathering.close()

    async def _accept_now(self, timed: Sequence[tuple[InboundMessage, int]]) -> Sequence[Accepted]:
        messages = [message for message, _ in timed]
        latest = max(at for _, at in timed)
        return await self._database.write(lambda changes: self.accepting.accept(changes, messages, latest))

    def _accept_into(
        self, changes: Changes, conversation_id: ConversationId, message: InboundMessage, now: datetime
    ) -> Script[Accepted]:
        seat = yield from take_seat(conversation_id)
        accepted = yield from self.accepting.enter(changes, seat, message, micros(now))
        if accepted.fresh:
            yield from save_seats([seat])
        return accepted

    def _next_ready(self) -> Script[int | None]:
        ready = yield _NEXT_READY, (len(self._leases) + 1,)
        free = next((row[1] for row in ready if row[0] not in self._leases), None)
        expired = (yield _NEXT_EXPIRED, ())[0][0]
        return min((at for at in (free, expired, self._leases.earliest_end()) if at is not None), default=None)


def _books(finished: Finished) -> bool:
    return any(isinstance(effect, Book) for effect in finished.turn.effects)


def _readdressed(message: InboundMessage, address: Address) -> InboundMessage:
    return InboundMessage(
        address=address,
        event_key=message.event_key,
        kind=message.kind,
        text=message.text,
        token=message.token,
        data=message.data,
        language=message.language,
        sent_at=message.sent_at,
        cuts_burst=True,
    )
