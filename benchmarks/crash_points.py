"""Named places where a process dies, as wrappers around the parts of the product."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from booking.refusal import Refusal
from dialog.dispatch import Sender
from dialog.ids import ConversationId
from dialog.inbox import Accepted, Finished, Inbox, Outcome, Work
from dialog.message import InboundMessage
from dialog.outbox import Mark, Outbox, Outgoing, SendStatus, Settlement
from storage.open_store import TransactionParts
from storage.postgres.transactions import Transactions as PostgresTransactions
from storage.sqlite.transactions import Transactions as SqliteTransactions

POINTS = (
    "accept_before",
    "accept_after",
    "claim_before",
    "claim_after",
    "turns_computed",
    "turns_committed",
    "publish_before",
    "send_claimed",
    "send_before",
    "send_after",
    "settle_before",
    "settle_after",
    "sweep_before",
    "sweep_after",
    "commit_before",
    "commit_after",
)
SQLITE_POINTS = ("begun", "part_done")


class Death:
    """Ends this process without a word when ``point`` is reached for the ``visit``-th time."""

    def __init__(self, point: str = "", visit: int = 1) -> None:
        self._point = point
        self._left = visit

    def at(self, point: str) -> None:
        """We are at ``point``."""
        if point == self._point:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


class MortalInbox:
    """An inbox whose process may die before and after each of its promises."""

    def __init__(self, inner: Inbox, death: Death) -> None:
        self._inner = inner
        self._death = death

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        self._death.at("accept_before")
        accepted = await self._inner.accept(messages, now)
        self._death.at("accept_after")
        return accepted

    async def accept_into(self, conversation_id: ConversationId, message: InboundMessage, now: datetime) -> Accepted:
        self._death.at("accept_before")
        accepted = await self._inner.accept_into(conversation_id, message, now)
        self._death.at("accept_after")
        return accepted

    async def claim(self, now: datetime, most: int) -> Sequence[Work]:
        self._death.at("claim_before")
        works = await self._inner.claim(now, most)
        if works:
            self._death.at("claim_after")
        return works

    async def next_ready(self) -> datetime | None:
        return await self._inner.next_ready()

    async def commit(self, turns: Sequence[Finished], now: datetime) -> Sequence[Outcome | Refusal]:
        self._death.at("turns_computed")
        outcomes = await self._inner.commit(turns, now)
        self._death.at("turns_committed")
        return outcomes

    async def release(self, works: Sequence[Work], now: datetime) -> None:
        await self._inner.release(works, now)

    async def fail(self, work: Work, error: str, now: datetime) -> bool:
        return await self._inner.fail(work, error, now)


class MortalOutbox:
    """An outbox whose process may die around publishing, claiming, settling and sweeping."""

    def __init__(self, inner: Outbox, death: Death) -> None:
        self._inner = inner
        self._death = death

    async def publish(self, now: datetime, most: int) -> Sequence[ConversationId]:
        self._death.at("publish_before")
        return await self._inner.publish(now, most)

    async def claim_send(self, channel: str, now: datetime, most: int) -> Sequence[Outgoing]:
        rows = await self._inner.claim_send(channel, now, most)
        if rows:
            self._death.at("send_claimed")
        return rows

    async def settle(self, sent: Outgoing, settlement: Settlement, now: datetime) -> None:
        self._death.at("settle_before")
        await self._inner.settle(sent, settlement, now)
        self._death.at("settle_after")

    async def receipt(
        self,
        channel: str,
        account: str,
        provider_id: str,
        status: SendStatus,
        now: datetime,
        *,
        mark: Mark | None = None,
        error: str = "",
    ) -> bool:
        return await self._inner.receipt(channel, account, provider_id, status, now, mark=mark, error=error)

    async def sweep(self, now: datetime) -> int:
        self._death.at("sweep_before")
        changed = await self._inner.sweep(now)
        if changed:
            self._death.at("sweep_after")
        return changed

    async def next_due(self) -> datetime | None:
        return await self._inner.next_due()


class MortalSender:
    """A sender whose process may die just before and just after the messenger has the line."""

    def __init__(self, inner: Sender, death: Death) -> None:
        self._inner = inner
        self._death = death

    async def send(self, outgoing: Outgoing) -> Settlement:
        self._death.at("send_before")
        settlement = await self._inner.send(outgoing)
        self._death.at("send_after")
        return settlement


def mortal_parts(death: Death) -> TransactionParts:
    """Transactions of both databases that may die at each of their steps."""

    class MortalSqlite(SqliteTransactions):
        def begin(self) -> None:
            super().begin()
            death.at("begun")

        def keep(self) -> None:
            super().keep()
            death.at("part_done")

        def commit(self) -> None:
            death.at("commit_before")
            super().commit()
            death.at("commit_after")

    class MortalPostgres(PostgresTransactions):
        async def commit(self, transaction: Any) -> None:
            death.at("commit_before")
            await super().commit(transaction)
            death.at("commit_after")

    return TransactionParts(sqlite=MortalSqlite, postgres=MortalPostgres)


def conforms(inbox: MortalInbox, outbox: MortalOutbox, sender: MortalSender) -> tuple[Inbox, Outbox, Sender]:
    """The wrappers keep the ports' promises: checked by the type checker."""
    return inbox, outbox, sender
