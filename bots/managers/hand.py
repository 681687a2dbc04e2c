"""What a manager does from the messenger: by the same desk, under the same rules of ownership as in the inbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bots.managers.buttons import BACK, CANCEL, PAUSE, PICK, REPLIES, SEND, SHIFT, TAKE, Wish, data_of, wish_of
from bots.managers.cards import name_of, settled_card, taken_card
from bots.managers.chat import Button, Card, Chat, NotSent, Pressed, Said
from bots.managers.knowledge import Knowledge
from bots.managers.people import People
from bots.managers.words import line, named, pauses, returns
from dialog.clock import Clock
from dialog.errors import Conflict
from handoff.desk import Desk, QueueItem
from handoff.notebook import Notebook
from handoff.pagers import Alert, Alerts, Pager
from handoff.reply_texts import ready_replies

LONGEST = 4000
"""Characters of one line to a client, as in the inbox."""
ADDRESS = "telegram"
"""Where the audit log says that an act came from."""
_MOST_REPLIES = 8
Act = Callable[[Pressed, Wish, Pager, Alert, QueueItem], Awaitable[str]]


class Hand:
    """Answers one event at a time. Doing the same event again does no harm: claims and replies are idempotent."""

    def __init__(
        self,
        *,
        chat: Chat,
        desk: Desk,
        notebook: Notebook,
        alerts: Alerts,
        people: People,
        knowledge: Knowledge,
        clock: Clock,
    ) -> None:
        self._chat = chat
        self._desk = desk
        self._notebook = notebook
        self._alerts = alerts
        self._people = people
        self._knowledge = knowledge
        self._clock = clock
        self._acts: dict[str, Act] = {
            TAKE: self._take,
            REPLIES: self._replies,
            PICK: self._pick,
            SEND: self._send_ready,
            PAUSE: self._pause,
            BACK: self._back,
        }

    async def hear(self, event: Said | Pressed) -> None:
        """Do what was wished and say how it went. Raises StoreBusy: nothing is lost, hear it again."""
        with suppress(NotSent):
            if isinstance(event, Pressed):
                await self._chat.answer(event.query, await self._pressed(event))
            else:
                await self._said(event)

    async def _pressed(self, event: Pressed) -> str:
        """What to show whoever pressed; empty: the screen says it."""
        pager, wish = await self._people.of(event.chat), wish_of(event.data)
        if pager is None:
            return line("stranger")
        if wish is None:
            return line("old_button")
        if wish.verb == CANCEL:
            await self._chat.remove(event.chat, event.message)
            return ""
        if wish.verb == SHIFT:
            await self._people.shift(pager, on=wish.word == "on")
            await self._chat.edit(event.chat, event.message, await self._people.shift_card(event.chat))
            return line("you_work" if wish.word == "on" else "you_rest")
        alert = await self._alerts.by_token(wish.token)
        item = await self._desk.item(alert.public_id) if alert else None
        if alert is None or item is None or alert.user_id != pager.user.id or wish.verb not in self._acts:
            return line("old_button")
        return await self._acts[wish.verb](event, wish, pager, alert, item)

    async def _said(self, event: Said) -> None:
        pager = await self._people.of(event.chat)
        if pager is None or event.text.startswith("/start "):
            await self._chat.send(event.chat, Card(text=await self._people.welcome(event)))
        elif event.text.startswith("/shift"):
            await self._chat.send(event.chat, await self._people.shift_card(event.chat))
        elif event.text.startswith("/"):
            await self._chat.send(event.chat, Card(text=line("hello", name=pager.user.name)))
        else:
            refusal = await self._reply(event, pager)
            if refusal:
                await self._chat.send(event.chat, Card(text=refusal))

    # ---------------------------------------------------------------- taking, answering

    async def _take(self, event: Pressed, wish: Wish, pager: Pager, alert: Alert, item: QueueItem) -> str:
        refusal = await self._claim(pager, alert, item)
        item = await self._desk.item(alert.public_id) or item
        about = await self._knowledge.about(item, pager)
        card = settled_card(item, alert, about) if refusal else taken_card(item, alert, about)
        await self._chat.edit(event.chat, event.message, card)
        return refusal

    async def _claim(self, pager: Pager, alert: Alert, item: QueueItem) -> str:
        """Take the conversation as it was when the alert was made; what to say when that cannot be."""
        now = self._clock.now()
        if not _leads(item, pager):
            try:
                await self._desk.claim(item.conversation_id, pager.user.id, alert.epoch, now)
            except Conflict as conflict:
                return await self._people.holder(conflict, pager)
            await self._people.note(pager, "claimed", item, now)
        await self._alerts.mark_taken(alert.id, now)
        return ""

    async def _reply(self, event: Said, pager: Pager) -> str:
        """Say it to the client whose message was answered; what to say to the manager when that cannot be."""
        if not event.answers:
            return line("whom")
        alert = await self._alerts.by_message(event.chat, event.answers)
        item = await self._desk.item(alert.public_id) if alert else None
        if alert is None or item is None or alert.user_id != pager.user.id:
            return line("strange_message")
        if not event.text.strip():
            return line("only_text")
        if len(event.text) > LONGEST:
            return line("too_long", n=LONGEST)
        if self._too_late(item):
            return line("window_closed")
        if not _leads(item, pager):  # whoever answers takes it
            refusal = await self._claim(pager, alert, item)
            if refusal:
                return refusal
            item = await self._desk.item(alert.public_id) or item
        refusal = await self._tell(pager, item, event.text.strip(), f"tg{event.chat}-{event.message}")
        if not refusal:
            await self._chat.nod(event.chat, event.message)
        return refusal

    def _too_late(self, item: QueueItem) -> bool:
        """Whether the client's messenger takes no answer any more until he writes, as in the inbox."""
        return item.window_until is not None and item.window_until <= self._clock.now()

    async def _tell(self, pager: Pager, item: QueueItem, text: str, client_id: str) -> str:
        """One line to the client; a promise in it is remembered."""
        now = self._clock.now()
        try:
            await self._desk.reply(item.conversation_id, pager.user.id, text, client_id, item.epoch, now)
        except Conflict as conflict:
            return await self._people.not_yours(conflict)
        due = self._knowledge.find_word(text, now)
        if due is not None:  # a repeat, too: its first time may have ended between the line and its promise
            await self._notebook.give_word(item.conversation_id, pager.user.id, text, due, now, client_id)
        return ""

    # ---------------------------------------------------------------- ready replies

    async def _replies(self, event: Pressed, wish: Wish, pager: Pager, alert: Alert, item: QueueItem) -> str:
        """A new message with a choice; the card stays as it is."""
        if not _leads(item, pager):
            return await self._people.not_yours(Conflict("not yours", item.owner_id))
        if self._too_late(item):
            return line("window_closed")
        fitting = sorted(ready_replies(), key=lambda one: item.label not in one.fits)[:_MOST_REPLIES]
        rows = tuple((Button(label=one.title, data=data_of(PICK, alert.token, one.key)),) for one in fitting)
        text = line("pick_reply", name=name_of(item))
        await self._chat.send(event.chat, Card(text=text, rows=(*rows, _cancel())))
        return ""

    async def _pick(self, event: Pressed, wish: Wish, pager: Pager, alert: Alert, item: QueueItem) -> str:
        """Show the text as the client would read it."""
        text = self._knowledge.ready(wish.word, item, pager)
        if not text:
            return line("old_button")
        send = Button(label=named("buttons", "send"), data=data_of(SEND, alert.token, wish.word))
        await self._chat.edit(event.chat, event.message, Card(text=text, rows=((send,), _cancel())))
        return ""

    async def _send_ready(self, event: Pressed, wish: Wish, pager: Pager, alert: Alert, item: QueueItem) -> str:
        text = self._knowledge.ready(wish.word, item, pager)
        if not text:
            return line("old_button")
        if not _leads(item, pager):
            return await self._people.not_yours(Conflict("not yours", item.owner_id))
        if self._too_late(item):
            return line("window_closed")
        refusal = await self._tell(pager, item, text, f"tg{event.chat}-{event.message}")
        if not refusal:
            said = line("sent_ready", name=name_of(item), text=text)
            await self._chat.edit(event.chat, event.message, Card(text=said))
        return refusal

    # ---------------------------------------------------------------- putting off, giving back

    async def _pause(self, event: Pressed, wish: Wish, pager: Pager, alert: Alert, item: QueueItem) -> str:
        if not _leads(item, pager):
            return await self._people.not_yours(Conflict("not yours", item.owner_id))
        if not wish.word:
            rows = tuple(
                (Button(label=said, data=data_of(PAUSE, alert.token, str(minutes))),)
                for minutes, said in pauses().items()
            )
            text = line("ask_pause", name=name_of(item))
            await self._chat.send(event.chat, Card(text=text, rows=(*rows, _cancel())))
            return ""
        minutes = int(wish.word) if wish.word.isdecimal() else 0
        if minutes not in pauses():
            return line("old_button")
        now = self._clock.now()
        await self._notebook.snooze(item.conversation_id, now + timedelta(minutes=minutes), now)
        said = line("put_off", pause=pauses()[minutes], name=name_of(item))
        await self._chat.edit(event.chat, event.message, Card(text=said))
        return ""

    async def _back(self, event: Pressed, wish: Wish, pager: Pager, alert: Alert, item: QueueItem) -> str:
        if not _leads(item, pager):
            return await self._people.not_yours(Conflict("not yours", item.owner_id))
        if not wish.word:
            rows = tuple(
                (Button(label=said, data=data_of(BACK, alert.token, choice)),) for choice, said in returns().items()
            )
            text = line("ask_return", name=name_of(item))
            await self._chat.send(event.chat, Card(text=text, rows=(*rows, _cancel())))
            return ""
        if wish.word not in returns():
            return line("old_button")
        client_id = f"tg{event.chat}-{event.message}"
        try:
            await self._desk.give_back(
                item.conversation_id, pager.user.id, wish.word, client_id, item.epoch, self._clock.now()
            )
        except Conflict as conflict:
            return await self._people.not_yours(conflict)
        await self._chat.edit(event.chat, event.message, Card(text=line("returned", name=name_of(item))))
        return ""


def _leads(item: QueueItem, pager: Pager) -> bool:
    return item.owner == "human" and item.owner_id == pager.user.id


def _cancel() -> tuple[Button, ...]:
    return (Button(label=named("buttons", "cancel"), data=data_of(CANCEL)),)
