"""Broken parts for the handoff harness: each is what somebody could have written."""

from __future__ import annotations

from collections.abc import Sequence

from console.frames import Frame
from console.live import Live
from dialog.ids import ConversationId, UserId
from storage.changes import Changes
from storage.desk import StoredDesk
from storage.gate import Gate, Waiting
from storage.handoffs import claim_handoff
from storage.seat import Seat, take_seat
from storage.sending import Sending
from storage.sql import Row, Script, Sql
from storage.store import Store

BUGS = ("two-winners", "no-void", "lost-frames")
_TAKE_ANYHOW = Sql(
    """UPDATE conversation SET owner_kind = 'human', owner_id = $2, epoch = epoch + 1, version = version + 1
    WHERE id = $1 RETURNING epoch, version"""
)
_NEW = Sql(
    """SELECT id, conversation_id, lane, seq, author, author_id, message_class, epoch, prompt, body, status, not_before,
    attempts, turn_id, random_id FROM outbox WHERE conversation_id IN @1 AND status = 'new' ORDER BY seq"""
)


class HandoffBug:
    """No bug: every part as it is."""

    def change_store(self, store: Store) -> None:
        """Swap a part inside the store."""

    def live(self) -> type[Live]:
        """What catches screens up."""
        return Live


def handoff_bug(name: str | None) -> HandoffBug:
    """The broken parts by the name of the seeded bug."""
    found: dict[str | None, HandoffBug] = {
        None: HandoffBug(),
        "two-winners": TwoWinners(),
        "no-void": NoVoid(),
        "lost-frames": LostFrames(),
    }
    return found[name]


class _Careless(StoredDesk):
    """Takes without looking who has it."""

    def _claim(
        self, changes: Changes, conversation_id: ConversationId, user: UserId, epoch: int, now: int
    ) -> Script[int]:
        seat = yield from take_seat(conversation_id)
        taken = yield _TAKE_ANYHOW, (conversation_id, user)
        yield from self._hold(changes, seat, taken[0], user, now, by=user)
        return seat.epoch


class TwoWinners(HandoffBug):
    """Everybody who claims wins."""

    def change_store(self, store: Store) -> None:
        """A desk that does not look."""
        store.desk = _Careless(store.database, store.inbox.accepting)


class _Forgetful(StoredDesk):
    """Leaves what the bot was about to say."""

    def _hold(self, changes: Changes, seat: Seat, counts: Row, holder: UserId, now: int, *, by: UserId) -> Script[None]:
        seat.epoch, seat.version = counts
        seat.owner_kind, seat.owner_id = "human", holder
        yield from claim_handoff(seat, holder, now)
        changes.event("claimed", seat.id, now, ref=holder, epoch=seat.epoch, body=seat.summary(by=by))


class _Blind(Gate):
    """Lets everything out."""

    def open(self, changes: Changes, seats: dict[int, Seat], now: int, *, one_per_lane: bool) -> Script[list[Waiting]]:
        rows = yield _NEW, (list(seats),)
        return [Waiting(*row) for row in rows]


class NoVoid(HandoffBug):
    """Neither the claim nor the gate stops what the bot was about to say."""

    def change_store(self, store: Store) -> None:
        """A forgetful desk and a blind gate."""
        store.desk = _Forgetful(store.database, store.inbox.accepting)
        blind = Sending(_Blind(store.inbox.accepting), store.inbox.accepting.settings.publishing)
        store.outbox._sending = blind


class _Deaf(Live):
    """Has never anything to tell a screen that comes back."""

    async def missed(self, after: int) -> Sequence[Frame] | None:
        return ()


class LostFrames(HandoffBug):
    """What happened while a screen was away stays away."""

    def live(self) -> type[Live]:
        """A deaf one."""
        return _Deaf
