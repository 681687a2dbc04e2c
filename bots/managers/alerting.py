"""Tells managers what waits: each alert to each of them once, whatever number of processes works on it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

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

    def stop(self) -> None:
        """Finish the alerts in hand, then return from ``run``."""
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
        """Write down, send and settle what there is now. Returns how many messages that was. Raises StoreBusy."""
        await self._alerts.gather(self._clock.now(), self._patience)
        taken = await self._alerts.take(self._clock.now(), _BATCH)
        for alert in taken:
            await self._tell(alert)
        over = await self._alerts.settle(_BATCH)
        for alert in over:
            await self._settle(alert)
        return len(taken) + len(over)

    async def _tell(self, alert: Alert) -> None:
        card = await self._card(alert)
        if card is None:
            await self._alerts.failed(alert.id, "void")
            return
        try:
            message = await self._chat.send(alert.chat, card)
        except NotSent as error:
            await self._not_sent(alert, error)
        except BadToken:
            self._journal.error("managers_bot_refused")
            await self._alerts.later(alert.id, self._clock.now() + timedelta(minutes=1))
        else:
            await self._alerts.sent(alert.id, message)

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

    async def _not_sent(self, alert: Alert, error: NotSent) -> None:
        if error.fate is Fate.LATER:
            await self._alerts.later(alert.id, self._clock.now() + timedelta(seconds=error.retry_after))
            return
        self._journal.warning("alert_not_sent", alert=alert.id, fate=error.fate.value)
        await self._alerts.failed(alert.id, error.fate.value)
        if error.fate is Fate.GONE:
            await self._people.gone(alert.user_id, alert.chat)

    async def _settle(self, alert: Alert) -> None:
        """The message in the chat says who has the conversation; when it cannot be changed, the button says it."""
        item, pager = await self._desk.item(alert.public_id), await self._people.of(alert.chat)
        if item is None or pager is None:
            return
        card = settled_card(item, alert, await self._knowledge.about(item, pager))
        with suppress(NotSent, BadToken):
            await self._chat.edit(alert.chat, alert.message, card)
