"""What a manager does: take a conversation, answer in it, give it back. Each is one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from dialog.bus import EVENTS, conversation_topic
from dialog.errors import Conflict
from dialog.ids import ConversationId, InboxId, UserId
from dialog.inbox import Accepted
from dialog.message import SYSTEM_ACCOUNT, Address, InboundMessage, Kind
from dialog.wakeups import HOLDER_LEFT
from handoff.desk import NewsItem, QueueItem, ScreenEvent
from storage.accepting import Accepting
from storage.changes import Changes
from storage.database import Database
from storage.desk_reading import BOXES, DeskReading
from storage.gate import Gate
from storage.handoffs import claim_handoff
from storage.moments import micros
from storage.seat import Seat, save_seats, take_seat
from storage.sql import Row, Script, Sql

_TAKE = Sql(
    """UPDATE conversation SET owner_kind = 'human', owner_id = $2, epoch = epoch + 1, version = version + 1
    WHERE id = $1 AND owner_kind <> 'human' AND epoch = $3 RETURNING epoch, version"""
)
_PASS = Sql(
    """UPDATE conversation SET owner_kind = 'human', owner_id = $2, epoch = epoch + 1, version = version + 1
    WHERE id = $1 AND epoch = $3 RETURNING epoch, version"""
)
_VOID = Sql(
    """UPDATE outbox SET status = CASE WHEN repeats > 0 THEN 'superseded' ELSE 'void' END, error = 'claimed'
    WHERE conversation_id = $1 AND status = 'new' AND author = 'bot' RETURNING id, status, prompt"""
)
_SAID = Sql("SELECT id, conversation_id FROM inbox WHERE channel = $1 AND account = $1 AND event_key = $2")


class StoredDesk:
    """See handoff.desk.Desk. Reading is DeskReading's part."""

    def __init__(self, database: Database, accepting: Accepting) -> None:
        self._database = database
        self._accepting = accepting
        self._gate = Gate(accepting)
        self._reading = DeskReading(database)

    async def queue(self, box: str, user: UserId, most: int) -> Sequence[QueueItem]:
        """See Desk. Raises KeyError for an unknown box."""
        return await self._reading.queue(BOXES[box], user, most)

    async def counts(self, user: UserId) -> Mapping[str, int]:
        """See Desk. Boxes that may be huge are counted up to DeskReading.MOST_COUNTED."""
        return await self._reading.counts(user)

    async def item(self, public_id: str) -> QueueItem | None:
        """See Desk."""
        return await self._reading.item(public_id)

    async def events(self, after: int, most: int) -> Sequence[ScreenEvent]:
        """See Desk."""
        return await self._reading.events(after, most)

    async def last_event(self) -> int:
        """See Desk."""
        return await self._reading.last_event()

    async def news(self, after: int, most: int) -> Sequence[NewsItem]:
        """See Desk."""
        return await self._reading.news(after, most)

    async def claim(self, conversation_id: ConversationId, user: UserId, epoch: int, now: datetime) -> int:
        """See Desk. Claiming again what one has already is no conflict. Raises KeyError for no such conversation."""
        at = micros(now)
        return await self._database.write(lambda changes: self._claim(changes, conversation_id, user, epoch, at))

    async def assign(
        self, conversation_id: ConversationId, user: UserId, to: UserId, epoch: int, now: datetime, *, over: bool
    ) -> int:
        """See Desk. Raises KeyError for no such conversation."""
        at = micros(now)

        def script(changes: Changes) -> Script[int]:
            seat = yield from take_seat(conversation_id)
            if seat.owner_kind == "human" and seat.owner_id != user and not over:
                raise Conflict("not yours", seat.owner_id)
            if seat.owner_kind == "human" and seat.owner_id == to:
                return seat.epoch
            taken = yield _PASS, (conversation_id, to, epoch)
            if not taken:
                raise Conflict("changed", seat.owner_id)
            yield from self._hold(changes, seat, taken[0], to, at, by=user)
            return seat.epoch

        return await self._database.write(script)

    async def reply(
        self, conversation_id: ConversationId, user: UserId, text: str, client_id: str, epoch: int, now: datetime
    ) -> Accepted:
        """See Desk."""
        message = _own(f"reply:{client_id}", Kind.MANAGER_REPLY, user, text=text)
        at = micros(now)
        return await self._database.write(lambda changes: self._act(changes, conversation_id, user, message, epoch, at))

    async def give_back(
        self, conversation_id: ConversationId, user: UserId, choice: str, client_id: str, epoch: int, now: datetime
    ) -> Accepted:
        """See Desk."""
        message = _own(f"return:{client_id}", Kind.MANAGER_RETURN, user, choice=choice)
        at = micros(now)
        return await self._database.write(lambda changes: self._act(changes, conversation_id, user, message, epoch, at))

    async def leave(self, conversation_id: ConversationId, holder: UserId, epoch: int, now: datetime) -> Accepted:
        """See Desk."""
        address = Address(channel=SYSTEM_ACCOUNT, account=SYSTEM_ACCOUNT, peer="")
        message = InboundMessage(
            address=address,
            event_key=f"left:{conversation_id}:{epoch}",
            kind=Kind.TIMER,
            data={"timer": HOLDER_LEFT, "user": str(holder)},
            cuts_burst=True,
        )
        at = micros(now)
        return await self._database.write(
            lambda changes: self._act(changes, conversation_id, holder, message, epoch, at)
        )

    def _claim(
        self, changes: Changes, conversation_id: ConversationId, user: UserId, epoch: int, now: int
    ) -> Script[int]:
        seat = yield from take_seat(conversation_id)
        if seat.owner_kind == "human" and seat.owner_id == user:
            return seat.epoch
        taken = yield _TAKE, (conversation_id, user, epoch)
        if not taken:
            raise Conflict("claimed" if seat.owner_kind == "human" else "changed", seat.owner_id)
        yield from self._hold(changes, seat, taken[0], user, now, by=user)
        return seat.epoch

    def _hold(self, changes: Changes, seat: Seat, counts: Row, holder: UserId, now: int, *, by: UserId) -> Script[None]:
        """The conversation is ``holder``'s from here on: what the bot has not said yet it will never say."""
        seat.epoch, seat.version = counts
        seat.owner_kind, seat.owner_id = "human", holder
        yield from claim_handoff(seat, holder, now)
        for line_id, status, prompt in (yield _VOID, (seat.id,)):
            yield from self._gate.gone(changes, seat, line_id, status, now, error="claimed", prompt=prompt)
        yield from save_seats([seat])
        changes.event("claimed", seat.id, now, ref=holder, epoch=seat.epoch, body=seat.summary(by=by))
        changes.wake(EVENTS, conversation_topic(seat.id))

    def _act(
        self,
        changes: Changes,
        conversation_id: ConversationId,
        user: UserId,
        message: InboundMessage,
        epoch: int,
        now: int,
    ) -> Script[Accepted]:
        seat = yield from take_seat(conversation_id)
        known = yield _SAID, (SYSTEM_ACCOUNT, message.event_key)
        if known:
            return _again(seat, known[0][0], known[0][1])
        if seat.owner_kind != "human" or seat.owner_id != user or seat.epoch != epoch:
            raise Conflict("not yours", seat.owner_id)
        accepted = yield from self._accepting.enter(changes, seat, message, now)
        yield from save_seats([seat])
        return accepted


def _again(seat: Seat, inbox_id: int, conversation_id: int) -> Accepted:
    if conversation_id != seat.id:
        raise Conflict("this client id was used in another conversation")
    return Accepted(inbox_id=InboxId(inbox_id), conversation_id=ConversationId(seat.id), fresh=False, shown_seq=0)


def _own(event_key: str, kind: Kind, user: UserId, *, text: str = "", choice: str = "") -> InboundMessage:
    data = {"user": str(user)}
    if choice:
        data["choice"] = choice
    address = Address(channel=SYSTEM_ACCOUNT, account=SYSTEM_ACCOUNT, peer="")
    return InboundMessage(address=address, event_key=event_key, kind=kind, text=text, data=data, cuts_burst=True)
