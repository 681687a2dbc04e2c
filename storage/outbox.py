"""The store's Outbox: what dialog.outbox promises, on either database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dialog.ids import ConversationId
from dialog.outbox import Mark, Outgoing, SendStatus, Settlement
from storage.accepting import Accepting
from storage.database import Database
from storage.gate import Gate
from storage.moments import micros, moment_or_none
from storage.receipts import Told, receipt
from storage.sending import Sending
from storage.settling import Settling
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings
from storage.sweeping import Sweeping

_NEXT_DUE = Sql(
    """WITH RECURSIVE busy (channel) AS (SELECT min(channel) FROM outbox WHERE status = 'new' UNION ALL
    SELECT (SELECT min(o.channel) FROM outbox o WHERE o.status = 'new' AND o.channel > busy.channel) FROM busy
    WHERE busy.channel IS NOT NULL)
    SELECT min((SELECT o.not_before FROM outbox o WHERE o.status = 'new' AND o.channel = busy.channel
    AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.conversation_id = o.conversation_id AND p.lane = o.lane
    AND p.seq < o.seq AND p.status IN ('new', 'inflight')) ORDER BY o.not_before LIMIT 1))
    FROM busy WHERE busy.channel IS NOT NULL"""
)


class StoredOutbox:
    """See dialog.outbox.Outbox."""

    def __init__(self, database: Database, settings: StoreSettings, accepting: Accepting) -> None:
        gate = Gate(accepting)
        self._database = database
        self._sending = Sending(gate, settings.publishing)
        self._settling = Settling(settings, gate)
        self._sweeping = Sweeping(settings, self._settling)

    async def publish(self, now: datetime, most: int) -> Sequence[ConversationId]:
        """See Outbox."""
        at = micros(now)
        return await self._database.write(lambda changes: self._sending.publish(changes, at, most))

    async def claim_send(self, channel: str, now: datetime, most: int) -> Sequence[Outgoing]:
        """See Outbox."""
        at = micros(now)
        return await self._database.write(lambda changes: self._sending.claim_send(changes, channel, at, most))

    async def settle(self, sent: Outgoing, settlement: Settlement, now: datetime) -> None:
        """See Outbox."""
        at = micros(now)
        await self._database.write(
            lambda changes: self._settling.settle(changes, sent.id, sent.conversation_id, settlement, at)
        )

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
        """See Outbox."""
        told = Told(channel=channel, account=account, provider_id=provider_id, status=status, mark=mark, error=error)
        at = micros(now)
        return await self._database.write(lambda changes: receipt(changes, told, at))

    async def sweep(self, now: datetime) -> int:
        """See Outbox."""
        at = micros(now)
        return await self._database.write(lambda changes: self._sweeping.sweep(changes, at))

    async def forget_senders(self, now: datetime) -> int:
        """At the start of the only process: whoever had a line in flight is dead, however short ago it was."""
        at = micros(now)
        return await self._database.write(lambda changes: self._sweeping.lost(changes, at, at))

    async def next_due(self) -> datetime | None:
        """See Outbox."""
        return moment_or_none(await self._database.read(_next_due))


def _next_due() -> Script[int | None]:
    earliest: int | None = (yield _NEXT_DUE, ())[0][0]
    return earliest
