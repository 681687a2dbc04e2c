"""A conversation store in memory: the way in and the read side of the transcript, with a switch for "busy"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from channels.media_store import Media, MediaFull
from dialog.bus import INBOX, Bus, conversation_topic
from dialog.errors import StoreBusy
from dialog.ids import ConversationId, InboxId
from dialog.inbox import Accepted
from dialog.message import Address, InboundMessage, Kind
from dialog.reply import Attachment, Choice
from dialog.transcript import ConversationHead, ShownMessage


@dataclass
class _Room:
    id: ConversationId
    language: str
    owner: str = "bot"
    lines: list[ShownMessage] = field(default_factory=list)


class MemoryChat:
    """Keeps the promises of Inbox.accept and of Transcript. ``busy``: every call raises StoreBusy."""

    def __init__(self, bus: Bus) -> None:
        self.busy = False
        self.accepted: list[InboundMessage] = []
        self._bus = bus
        self._rooms: dict[Address, _Room] = {}
        self._by_id: dict[int, _Room] = {}
        self._known: dict[tuple[str, str, str], Accepted] = {}

    @property
    def conversations(self) -> int:
        return len(self._rooms)

    async def accept(self, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        self._check()
        results = [self._accept(message, now) for message in messages]
        await self._bus.publish(INBOX, *{conversation_topic(one.conversation_id) for one in results})
        return results

    def _accept(self, message: InboundMessage, now: datetime) -> Accepted:
        key = (message.address.channel, message.address.account, message.event_key)
        if key in self._known:
            known = self._known[key]
            return Accepted(
                inbox_id=known.inbox_id,
                conversation_id=known.conversation_id,
                fresh=False,
                shown_seq=known.shown_seq,
            )
        room = self._rooms.get(message.address)
        if room is None:
            room = _Room(ConversationId(len(self._rooms) + 1), message.language or "ru")
            self._rooms[message.address] = self._by_id[room.id] = room
        kinds = {Kind.TEXT: "text", Kind.PRESS: "press", Kind.MEDIA: "media"}
        line = self._line(
            room,
            now,
            author="client",
            kind=kinds[message.kind],
            text=message.text,
            event_key=message.event_key,
            media_id=message.data.get("media_id", ""),
        )
        self.accepted.append(message)
        self._known[key] = Accepted(
            inbox_id=InboxId(len(self._known) + 1), conversation_id=room.id, fresh=True, shown_seq=line.seq
        )
        return self._known[key]

    async def say(
        self,
        address: Address,
        text: str,
        now: datetime,
        choices: Sequence[Choice] = (),
        author: str = "bot",
        name: str = "",
        files: Sequence[Attachment] = (),
    ) -> int:
        """Show a line of ours; the number it got."""
        room = self._rooms[address]
        line = self._line(room, now, author=author, name=name, text=text, choices=tuple(choices), files=files)
        await self._bus.publish(conversation_topic(room.id))
        return line.seq

    async def hand_over(self, address: Address, owner: str) -> None:
        """Change who speaks for the salon."""
        self._rooms[address].owner = owner
        await self._bus.publish(conversation_topic(self._rooms[address].id))

    def forget(self) -> None:
        """As if the database went back to an empty backup."""
        self._rooms.clear()
        self._by_id.clear()
        self._known.clear()

    async def head(self, address: Address) -> ConversationHead | None:
        self._check()
        room = self._rooms.get(address)
        if room is None:
            return None
        return ConversationHead(id=room.id, owner=room.owner, language=room.language, last_seq=len(room.lines))

    async def after(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        self._check()
        return tuple(self._by_id[conversation_id].lines[seq : seq + most])

    async def before(self, conversation_id: ConversationId, seq: int, most: int) -> Sequence[ShownMessage]:
        self._check()
        return tuple([line for line in self._by_id[conversation_id].lines if line.seq < seq][-most:])

    def lines(self, address: Address) -> Sequence[ShownMessage]:
        """The whole transcript of an address."""
        room = self._rooms.get(address)
        return tuple(room.lines) if room else ()

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("the disk is full", 2.0)

    def _line(
        self,
        room: _Room,
        now: datetime,
        *,
        author: str,
        text: str,
        kind: str = "text",
        name: str = "",
        choices: tuple[Choice, ...] = (),
        event_key: str = "",
        media_id: str = "",
        files: Sequence[Attachment] = (),
    ) -> ShownMessage:
        text.encode("utf-8")
        if "\0" in text:
            raise ValueError("PostgreSQL refuses NUL")
        line = ShownMessage(
            seq=len(room.lines) + 1,
            author=author,
            author_name=name,
            kind=kind,
            text=text,
            choices=choices,
            media_id=media_id,
            event_key=event_key,
            turn_id=None,
            created_at=now,
            files=tuple(files),
        )
        room.lines.append(line)
        return line


class MemoryMedia:
    """Keeps photos in memory, ``most`` for each owner."""

    def __init__(self, most: int = 3) -> None:
        self._most = most
        self._kept: dict[str, tuple[str, Media]] = {}

    async def put(self, owner: str, media: Media) -> str:
        if sum(1 for kept, _ in self._kept.values() if kept == owner) >= self._most:
            raise MediaFull
        media_id = f"photo-{len(self._kept) + 1:06}"
        self._kept[media_id] = (owner, media)
        return media_id

    async def get(self, media_id: str) -> Media | None:
        kept = self._kept.get(media_id)
        return kept[1] if kept else None
