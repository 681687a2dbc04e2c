"""The book behind the console: the store's, and the client told in his own conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from booking.orders import SalonOrder
from booking.salon import Salon
from booking.visit import Visit
from dialog.ids import ConversationId
from dialog.message import SYSTEM_ACCOUNT, Address, InboundMessage, Kind
from dialog.wakeups import VISIT_TOLD
from storage.store import Store


class StoredBookDesk:
    """See console.book_desk.BookDesk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def salon(self) -> Salon:
        """See BookDesk."""
        return self._store.book.terms().salon

    async def day(self, branch: str, day: date) -> Sequence[Visit]:
        """See BookDesk."""
        return await self._store.book.day(branch, day)

    async def visits(self, conversation: int, now: datetime, *, past: bool = False) -> Sequence[Visit]:
        """See BookDesk."""
        return await self._store.book.visits(conversation, now, past=past)

    async def requests(self) -> Sequence[Visit]:
        """See BookDesk."""
        return await self._store.book.requests()

    async def visit(self, visit: int) -> Visit | None:
        """See BookDesk."""
        return await self._store.book.visit(visit)

    async def chats(self, visits: Sequence[Visit]) -> Mapping[int, str]:
        """See BookDesk."""
        return await self._store.book.chats([one.conversation for one in visits if one.conversation is not None])

    async def carry_out(self, order: SalonOrder, now: datetime) -> Visit | None:
        """See BookDesk."""
        return await self._store.book.carry_out(order, None, now)

    async def tell(self, visit: Visit, what: str, words: str, now: datetime) -> None:
        """See BookDesk. Told once for each state of a visit, however often it is asked for."""
        if visit.conversation is None:
            return
        message = InboundMessage(
            address=Address(channel=SYSTEM_ACCOUNT, account=SYSTEM_ACCOUNT, peer=""),
            event_key=f"visit:{visit.id}:{what}",
            kind=Kind.TIMER,
            data={"timer": VISIT_TOLD, "what": what, "words": words, "uid": visit.uid},
            cuts_burst=True,
        )
        await self._store.inbox.accept_into(ConversationId(visit.conversation), message, now)
