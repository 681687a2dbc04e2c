"""A book that is far away, as a CRM's: calls go as text, answers get lost, and what is repeated is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec

from booking.book_client import BookClient
from booking.free_slot import FreeTimes
from booking.orders import Order
from booking.refusal import BookRefused, Refusal
from booking.visit import Visit
from booking.wish import Wish
from tests.fakes.memory_book import MemoryBook

T = TypeVar("T")

_encode = msgspec.json.encode


class RemoteBook:
    """See booking.book.SalonBook. The first answer to every order is lost on the way; the repeat has the same key."""

    def __init__(self, far: MemoryBook) -> None:
        self._far = far
        self._answered: dict[str, bytes] = {}
        self._keys = 0

    async def free_times(self, wish: Wish, first: date, last: date, now: datetime) -> FreeTimes:
        """See SalonBook."""
        return await self._far.free_times(_travelled(wish, Wish), first, last, now)

    async def client(self, conversation: int, now: datetime) -> BookClient:
        """See SalonBook."""
        return _travelled(await self._far.client(conversation, now), BookClient)

    async def held(self, conversation: int) -> Visit | None:
        """See SalonBook."""
        return _maybe(await self._far.held(conversation))

    async def visits(self, conversation: int, now: datetime, *, past: bool = False) -> Sequence[Visit]:
        """See SalonBook."""
        return [_travelled(visit, Visit) for visit in await self._far.visits(conversation, now, past=past)]

    async def visit(self, visit: int) -> Visit | None:
        """See SalonBook."""
        return _maybe(await self._far.visit(visit))

    async def visit_of(self, uid: str) -> Visit | None:
        """See SalonBook."""
        return _maybe(await self._far.visit_of(uid))

    async def day(self, branch: str, day: date) -> Sequence[Visit]:
        """See SalonBook."""
        return [_travelled(visit, Visit) for visit in await self._far.day(branch, day)]

    async def expire(self, now: datetime) -> int:
        """See SalonBook."""
        return await self._far.expire(now)

    async def carry_out(self, order: Order, conversation: int | None, now: datetime) -> Visit | None:
        """See SalonBook."""
        self._keys += 1
        key = f"order-{self._keys}"
        sent = _encode(order)
        answer = b""
        for _ in range(2):
            await asyncio.sleep(0)
            answer = self._received(key, sent, type(order), conversation, now)
        found = msgspec.json.decode(answer, type=tuple[str, Visit | None])
        if found[0]:
            raise BookRefused(Refusal(found[0]))
        return found[1]

    def _received(self, key: str, sent: bytes, kind: type[Order], conversation: int | None, now: datetime) -> bytes:
        """What the far side says; of a key that it knows, what it said before."""
        if key not in self._answered:
            try:
                visit = self._far.do(msgspec.json.decode(sent, type=kind), conversation, now)
                self._answered[key] = _encode(("", visit))
            except BookRefused as refusal:
                self._answered[key] = _encode((refusal.reason.value, None))
        return self._answered[key]


def _travelled(value: T, kind: type[T]) -> T:
    return msgspec.json.decode(_encode(value), type=kind)


def _maybe(visit: Visit | None) -> Visit | None:
    return None if visit is None else _travelled(visit, Visit)
