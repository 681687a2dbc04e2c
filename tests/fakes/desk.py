"""A desk, its transcript, its clients' cards and its bus in memory: what the console stands on in tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialog.bus import EVENTS
from dialog.errors import Conflict, StoreBusy
from dialog.ids import ConversationId, InboxId, UserId
from dialog.inbox import Accepted
from dialog.joining import Joining
from dialog.message import Address
from dialog.reply import Choice
from dialog.transcript import ConversationHead, ShownMessage
from handoff.client_card import ClientCard
from handoff.desk import NewsItem, QueueItem, ScreenEvent


class FakeBus:
    """Implements dialog.bus.Bus; ``deaf`` loses every signal."""

    def __init__(self) -> None:
        self._waiting: list[tuple[frozenset[str], asyncio.Queue[str]]] = []
        self.deaf = False

    async def publish(self, *topics: str) -> None:
        for wanted, queue in self._waiting if not self.deaf else ():
            for topic in wanted.intersection(topics):
                queue.put_nowait(topic)

    @contextlib.asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[AsyncIterator[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        entry = (frozenset(topics), queue)
        self._waiting.append(entry)
        try:
            yield _drain(queue)
        finally:
            self._waiting.remove(entry)


async def _drain(queue: asyncio.Queue[str]) -> AsyncIterator[str]:
    while True:
        yield await queue.get()


@dataclass(slots=True)
class _Talk:
    item: QueueItem
    card: ClientCard
    closed: bool = False
    lines: list[ShownMessage] = field(default_factory=list)


class FakeDesk:
    """Implements handoff.desk.Desk, dialog.transcript.Transcript and console.card.Cards."""

    def __init__(self, bus: FakeBus) -> None:
        self._bus = bus
        self._talks: dict[ConversationId, _Talk] = {}
        self._events: list[ScreenEvent] = []
        self._news: list[NewsItem] = []
        self._names: dict[int, str] = {}
        self._known: dict[str, Accepted] = {}
        self.busy = False
        self.returned: list[tuple[str, str]] = []

    # what tests do to the world

    def person(self, user_id: int, name: str) -> None:
        """Let the desk know a manager's name."""
        self._names[user_id] = name

    def talks(self) -> Mapping[ConversationId, str]:
        """Public ids by number."""
        return {number: talk.item.public_id for number, talk in self._talks.items()}

    async def open(
        self,
        public_id: str,
        at: datetime,
        *,
        channel: str = "webchat",
        name: str = "",
        phone: str = "",
        owner: str = "bot",
        window_until: datetime | None = None,
    ) -> ConversationId:
        """A new client writes."""
        number = ConversationId(len(self._talks) + 1)
        item = QueueItem(
            conversation_id=number,
            public_id=public_id,
            channel=channel,
            client_name=name,
            owner=owner,
            owner_id=None,
            owner_name="",
            label="",
            priority=0,
            reason="",
            triggers=(),
            answers={},
            promised_at=None,
            waiting_since=None,
            last_text="",
            last_at=at,
            last_seq=0,
            epoch=0,
            window_hours=24 if window_until else 0,
            window_until=window_until,
        )
        card = ClientCard(name=name, phone=phone, phone_verified=False, channel=channel, language="ru", first_at=at)
        self._talks[number] = _Talk(item=item, card=card)
        return number

    async def say(
        self,
        number: ConversationId,
        author: str,
        text: str,
        at: datetime,
        *,
        kind: str = "text",
        choices: Sequence[str] = (),
        author_name: str = "",
        event_key: str = "",
        media_id: str = "",
    ) -> int:
        """A line appears in the conversation."""
        talk = self._talks[number]
        seq = talk.item.last_seq + 1
        buttons = tuple(Choice(label=label, token=f"secret-{seq}-{label}") for label in choices)
        talk.lines.append(
            ShownMessage(
                seq=seq,
                author=author,
                author_name=author_name,
                kind=kind,
                text=text,
                choices=buttons,
                media_id=media_id,
                event_key=event_key,
                turn_id=None,
                created_at=at,
            )
        )
        waiting = {"client": talk.item.waiting_since or at, "manager": None}.get(author, talk.item.waiting_since)
        self.change(number, last_text=text, last_at=at, last_seq=seq, waiting_since=waiting)
        await self.happen("message", number, at)
        return seq

    async def hand_over(self, number: ConversationId, at: datetime, **values: object) -> None:
        """The bot calls a person."""
        item = self._talks[number].item
        self.change(number, owner="waiting", owner_id=None, owner_name="", epoch=item.epoch + 1, **values)
        await self.happen("handoff", number, at)

    async def shut(self, number: ConversationId, at: datetime) -> None:
        """The conversation is over."""
        self._talks[number].closed = True
        await self.happen("closed", number, at)

    def change(self, number: ConversationId, **values: object) -> None:
        """Alter what the list shows, without an event."""
        talk = self._talks[number]
        talk.item = replace(talk.item, **values)  # type: ignore[arg-type]

    async def tell(self, kind: str, number: ConversationId | None, body: Mapping[str, str], at: datetime) -> None:
        """A line of "what's new"."""
        item = self._talks[number].item if number else None
        self._news.append(
            NewsItem(
                id=len(self._news) + 1,
                kind=kind,
                conversation_id=number,
                public_id=item.public_id if item else "",
                body=body,
                created_at=at,
            )
        )
        await self.happen("news", number, at)

    # the Desk

    async def queue(self, box: str, user: UserId, most: int) -> Sequence[QueueItem]:
        await asyncio.sleep(0)
        items = [talk.item for talk in self._talks.values() if box == "all" or self._box(talk, user) == box]
        if box == "waiting":
            items.sort(key=lambda item: (item.priority, item.waiting_since or item.last_at))
        else:
            items.sort(key=lambda item: item.last_at, reverse=True)
        return items[:most]

    async def counts(self, user: UserId) -> Mapping[str, int]:
        await asyncio.sleep(0)
        counts = dict.fromkeys(("waiting", "mine", "bot", "closed"), 0)
        for talk in self._talks.values():
            box = self._box(talk, user)
            if box:
                counts[box] += 1
        return counts

    async def item(self, public_id: str) -> QueueItem | None:
        await asyncio.sleep(0)
        found = (talk.item for talk in self._talks.values() if talk.item.public_id == public_id)
        return next(found, None)

    async def claim(self, conversation_id: ConversationId, user: UserId, epoch: int, now: datetime) -> int:
        await self._write()
        item = self._talks[conversation_id].item
        if item.epoch != epoch or item.owner == "human":
            raise Conflict("taken", item.owner_id)
        self.change(conversation_id, owner="human", owner_id=user, owner_name=self._names[user], epoch=epoch + 1)
        await self.happen("claimed", conversation_id, now)
        return epoch + 1

    async def assign(
        self, conversation_id: ConversationId, user: UserId, to: UserId, epoch: int, now: datetime, *, over: bool
    ) -> int:
        await self._write()
        item = self._talks[conversation_id].item
        if item.epoch != epoch or (item.owner == "human" and item.owner_id != user and not over):
            raise Conflict("taken", item.owner_id)
        self.change(conversation_id, owner="human", owner_id=to, owner_name=self._names[to], epoch=epoch + 1)
        await self.happen("claimed", conversation_id, now)
        return epoch + 1

    async def reply(
        self, conversation_id: ConversationId, user: UserId, text: str, client_id: str, epoch: int, now: datetime
    ) -> Accepted:
        await self._write()
        if client_id in self._known:
            return replace(self._known[client_id], fresh=False)
        self._check_mine(conversation_id, user, epoch)
        seq = await self.say(conversation_id, "manager", text, now, author_name=self._names[user], event_key=client_id)
        accepted = Accepted(
            inbox_id=InboxId(len(self._known) + 1), conversation_id=conversation_id, fresh=True, shown_seq=seq
        )
        self._known[client_id] = accepted
        return accepted

    async def leave(self, conversation_id: ConversationId, holder: UserId, epoch: int, now: datetime) -> Accepted:
        await self._write()
        self._check_mine(conversation_id, holder, epoch)
        self.change(conversation_id, owner="waiting", owner_id=None, owner_name="", epoch=epoch + 1, reason="left")
        return Accepted(inbox_id=InboxId(0), conversation_id=conversation_id, fresh=True, shown_seq=0)

    async def give_back(
        self, conversation_id: ConversationId, user: UserId, choice: str, client_id: str, epoch: int, now: datetime
    ) -> Accepted:
        await self._write()
        if client_id in self._known:
            return replace(self._known[client_id], fresh=False)
        self._check_mine(conversation_id, user, epoch)
        self.returned.append((self._talks[conversation_id].item.public_id, choice))
        self.change(
            conversation_id,
            owner="bot",
            owner_id=None,
            owner_name="",
            epoch=epoch + 1,
            label="",
            priority=0,
            reason="",
            triggers=(),
            promised_at=None,
        )
        accepted = Accepted(
            inbox_id=InboxId(len(self._known) + 1), conversation_id=conversation_id, fresh=True, shown_seq=0
        )
        self._known[client_id] = accepted
        await self.happen("returned", conversation_id, now)
        return accepted

    async def events(self, after: int, most: int) -> Sequence[ScreenEvent]:
        await asyncio.sleep(0)
        return self._events[after : after + most]

    async def last_event(self) -> int:
        await asyncio.sleep(0)
        return len(self._events)

    async def news(self, after: int, most: int) -> Sequence[NewsItem]:
        await asyncio.sleep(0)
        return [self._with_talk(line) for line in reversed(self._news) if line.id > after][:most]

    def _with_talk(self, line: NewsItem) -> NewsItem:
        if line.conversation_id is None:
            return line
        item = self._talks[line.conversation_id].item
        return replace(
            line,
            owner=item.owner,
            owner_id=item.owner_id,
            client_name=item.client_name,
            last_text=item.last_text,
            last_at=item.last_at,
        )

    # the Transcript and the Cards

    async def head(self, address: Address) -> ConversationHead | None:
        await asyncio.sleep(0)
        return None

    async def after(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        await asyncio.sleep(0)
        return [line for line in self._talks[conversation_id].lines if line.seq > seq][:most]

    async def before(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        await asyncio.sleep(0)
        return [line for line in self._talks[conversation_id].lines if line.seq < seq][-most:]

    async def card(self, public_id: str) -> ClientCard | None:
        await asyncio.sleep(0)
        found = (talk.card for talk in self._talks.values() if talk.item.public_id == public_id)
        return next(found, None)

    def join(self, public_id: str, joining: Joining) -> None:
        """A link has made another address this client's."""
        talk = next(talk for talk in self._talks.values() if talk.item.public_id == public_id)
        talk.card = replace(talk.card, joined=(joining, *talk.card.joined))

    async def part(self, public_id: str, joining_id: int, user_id: int, now: datetime) -> bool:
        await asyncio.sleep(0)
        talk = next((talk for talk in self._talks.values() if talk.item.public_id == public_id), None)
        if talk is None or joining_id not in [one.id for one in talk.card.joined]:
            return False
        talk.card = replace(talk.card, joined=tuple(one for one in talk.card.joined if one.id != joining_id))
        return True

    def _box(self, talk: _Talk, user: UserId) -> str:
        if talk.closed:
            return "closed"
        if talk.item.owner == "human":
            return "mine" if talk.item.owner_id == user else ""
        return talk.item.owner

    def _check_mine(self, number: ConversationId, user: UserId, epoch: int) -> None:
        item = self._talks[number].item
        if item.owner_id != user or item.epoch != epoch:
            raise Conflict("not yours", item.owner_id)

    async def _write(self) -> None:
        await asyncio.sleep(0)
        if self.busy:
            raise StoreBusy("the disk is full", 3.0)

    def name_of(self, user: int) -> str:
        """A manager's name."""
        return self._names[user]

    async def happen(self, kind: str, number: ConversationId | None, at: datetime, **more: object) -> None:
        """An event reaches the screens."""
        body = {"public_id": self._talks[number].item.public_id, **more} if number else {}
        self._events.append(
            ScreenEvent(seq=len(self._events) + 1, kind=kind, conversation_id=number, body=body, created_at=at)
        )
        await self._bus.publish(EVENTS)
