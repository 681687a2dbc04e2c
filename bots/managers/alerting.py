"""Tells managers what waits: each alert to each of them once, whatever number of processes works on it."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from bots.managers.cards import again_card, lines_card, settled_card, waiting_card
from bots.managers.chat import BadToken, Card, Chat, Fate, NotSent
from bots.managers.knowledge import Knowledge
from bots.managers.people import People
from dialog.bus import EVENTS, Bus
from dialog.clock import Clock
from dialog.errors import StoreBusy
from dialog.journal import Journal
from dialog.rest import rest_until
from dialog.transcript import Transcript
from handoff.desk import Desk
from handoff.pagers import LINE, WAITS, Alert, Alerts

_BATCH = 20
"""So many are told between two looks at who waits."""
_LOOK_BACK = 30
"""Lines of a conversation that are looked at for what the client has written."""


class Alerting:
    """A loop. ``patience``: seconds that somebody may wait before the messenger tells of it."""

    def __init__(
        self,
        *,
        chat: Chat,
        alerts: Alerts,
        desk: Desk,
        transcript: Transcript,
        people: People,
        knowledge: Knowledge,
        bus: Bus,
        clock: Clock,
        journal: Journal,
        patience: float,
        poll_seconds: float,
    ) -> None:
        self._chat = chat
        self._alerts = alerts
        self._desk = desk
        self._transcript = transcript
        self._people = people
        self._knowledge = knowledge
        self._bus = bus
        self._clock = clock
        self._journal = journal
        self._patience = patience
        self._poll = poll_seconds
        self._stopping = False
        self._owed: Callable[[], Awaitable[None]] | None = None

    def stop(self) -> None:
        """Finish the alert in hand, then return from ``run``."""
        self._stopping = True

    async def run(self) -> None:
        """Tell until stopped. A database that cannot write and a messenger that is away are waited for."""
        async with self._bus.subscribe(EVENTS) as signals:
            while not self._stopping:
                try:
                    if await self.once():
                        continue
                except StoreBusy as busy:
                    self._journal.warning("store_busy", reason=str(busy))
                await rest_until(signals, (), self._clock, self._poll)

    async def once(self) -> int:
        """Write down, send and settle what there is now. Returns how many messages that was. Raises StoreBusy.

        One alert is taken at a time: whatever ends this process, or its patience, costs the others nothing.
        """
        await self._write()
        await self._alerts.gather(self._clock.now(), self._patience)
        told = settled = 0
        while told < _BATCH and not self._stopping and await self._tell_next():
            told += 1
        while settled < _BATCH and not self._stopping and await self._settle_next():
            settled += 1
        return told + settled

    async def _write(self) -> None:
        """Write down what became of the alert in hand. A database that is busy now is told at the next look."""
        if self._owed is not None:
            await self._owed()
            self._owed = None

    async def _tell_next(self) -> bool:
        for alert in await self._alerts.take(self._clock.now(), 1):
            self._owed = partial(self._alerts.later, alert.id, self._clock.now())  # nothing is sent yet
            self._owed = await self._tell(alert)
            await self._write()
            return True
        return False

    async def _tell(self, alert: Alert) -> Callable[[], Awaitable[None]]:
        """Say it; what is to be written down of it."""
        alerts = self._alerts
        card = await self._made(alert)
        if card is None:
            return partial(alerts.failed, alert.id, "void")
        self._owed = None  # from here on it may have arrived
        try:
            return partial(alerts.sent, alert.id, await self._chat.send(alert.chat, card))
        except NotSent as error:
            return await self._not_sent(alert, error)
        except BadToken:
            self._journal.error("managers_bot_refused")
            return partial(alerts.later, alert.id, self._clock.now() + timedelta(minutes=1))

    async def _made(self, alert: Alert) -> Card | None:
        """The card. One that cannot be made must not stop the others."""
        try:
            return await self._card(alert)
        except StoreBusy:
            raise
        except Exception:
            self._journal.error("alert_not_made", alert=alert.id, error=traceback.format_exc())
            return None

    async def _card(self, alert: Alert) -> Card | None:
        """What to say; None when it is not true any more, or nobody is there to hear it."""
        pager = await self._people.of(alert.chat)
        item = await self._desk.item(alert.public_id)
        if pager is None or pager.user.id != alert.user_id or item is None or item.epoch != alert.epoch:
            return None
        if alert.kind == WAITS:
            return waiting_card(item, alert, await self._knowledge.about(item, pager))
        if alert.kind == LINE:
            lines = await self._transcript.before(item.conversation_id, item.last_seq + 1, _LOOK_BACK)
            return lines_card(item, alert, lines)
        return again_card(item, alert)

    async def _not_sent(self, alert: Alert, error: NotSent) -> Callable[[], Awaitable[None]]:
        if error.fate is Fate.LATER:
            return partial(self._alerts.later, alert.id, self._clock.now() + timedelta(seconds=error.retry_after))
        self._journal.warning("alert_not_sent", alert=alert.id, fate=error.fate.value)
        if error.fate is Fate.GONE:
            await self._people.gone(alert.user_id, alert.chat)
        return partial(self._alerts.failed, alert.id, error.fate.value)

    async def _settle_next(self) -> bool:
        for alert in await self._alerts.settle(1):
            await self._settle(alert)
            return True
        return False

    async def _settle(self, alert: Alert) -> None:
        """The message in the chat says who has the conversation; when it cannot be changed, the button says it."""
        item, pager = await self._desk.item(alert.public_id), await self._people.of(alert.chat)
        if item is None or pager is None:
            return
        card = settled_card(item, alert, await self._knowledge.about(item, pager))
        with suppress(NotSent, BadToken):
            await self._chat.edit(alert.chat, alert.message, card)
