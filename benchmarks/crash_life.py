"""One life of the product in the crash harness: web edge, worker, sender and a client's screen, until killed."""

from __future__ import annotations

import asyncio
import random
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.crash_bookers import BookingAnswerer, BookingUnderstanding, salon
from benchmarks.crash_points import Death, MortalInbox, MortalOutbox, MortalSender, mortal_parts
from benchmarks.opened_store import reopened
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.seeded_bugs import Bug
from benchmarks.wire import ChildEnd
from dialog.dispatch import Dispatch
from dialog.drain import Drain
from dialog.errors import Conflict, StoreBusy
from dialog.ids import ConversationId, UserId
from dialog.inbox import Inbox
from dialog.local_bus import LocalBus
from dialog.message import Address, InboundMessage
from dialog.outbox import Outgoing, Settled, Settlement
from dialog.rulebook import Rulebook
from handoff.desk import QueueItem
from storage.sql import Script, Sql
from storage.store import Store
from storage.store_settings import StoreSettings

CHAT, MESSENGER = "webchat", "messenger"
SETTINGS = StoreSettings(
    burst_wait=0.004,
    burst_most=0.012,
    lease=0.2,
    attempts=10_000,
    retry_pause=0.01,
    send_lease=0.2,
    repeat_after=0.1,
    connections=4,
)
EDGES = 3
MANAGED_TEXT = re.compile(r"\b(m\d|manager|human)")
"""The last line of a conversation that managers may take."""
MANAGERS = (UserId(1), UserId(2), UserId(3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What one process is born with."""

    number: int
    place: str
    batches: tuple[tuple[InboundMessage, ...], ...]
    seen: dict[str, int] = field(default_factory=dict)
    """By peer of the site's chat: the last number that its screen has."""
    death: Death = field(default_factory=Death)
    seed: int = 0
    last: bool = False
    """The last one is not killed: it ends when everything is done."""


class Rules:
    """One rulebook that never changes."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def current(self) -> Rulebook:
        """The rulebook."""
        return self._rulebook


class SlowUnderstanding(BookingUnderstanding):
    """Takes a moment, so that there is something to be overtaken by."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    async def detect(self, texts: Sequence[str]):  # type: ignore[no-untyped-def]
        """See BookingUnderstanding."""
        if any(MANAGED_TEXT.search(text) for text in texts):
            await asyncio.sleep(self._random.random() * 0.008)
        return await super().detect(texts)


class MessengerSender:
    """Hands lines to the messenger that lives in the surviving process."""

    def __init__(self, end: ChildEnd) -> None:
        self._end = end

    async def send(self, outgoing: Outgoing) -> Settlement:
        """One attempt; the messenger may refuse it, or take it and lose its answer."""
        tokens = [choice.token for choice in outgoing.reply.choices]
        row = (outgoing.id, outgoing.address.peer, outgoing.reply.text, tokens, outgoing.attempt)
        outcome, provider_id = await self._end.ask("send", *row)
        match outcome:
            case "ok":
                return Settlement(outcome=Settled.ACCEPTED, provider_id=provider_id)
            case "later":
                return Settlement(outcome=Settled.RETRY, error="429", retry_after=0.01)
            case _:
                return Settlement(outcome=Settled.UNKNOWN, error="no answer")


def be_born(life: Life, connection: socket.socket, rulebook: Rulebook, bug: Bug) -> None:
    """Runs in the child. Returns only at the end of the last life."""
    asyncio.run(_live(life, connection, rulebook, bug))


async def _live(life: Life, connection: socket.socket, rulebook: Rulebook, bug: Bug) -> None:
    end = ChildEnd(connection)
    clock, bus, dice = RealClock(), LocalBus(), SeededDice(life.seed)
    store = await reopened(
        life.place,
        clock=clock,
        dice=dice,
        bus=bus,
        settings=SETTINGS,
        parts=mortal_parts(life.death),
    )
    store.book.goes_by(lambda: salon().terms)
    bug.change_store(store)
    end.tell("opened")
    inbox: Inbox = MortalInbox(bug.inbox(store.inbox), life.death)
    journal = QuietJournal()
    drain = Drain(
        inbox=inbox,
        timers=store.timers,
        bus=bus,
        clock=clock,
        dice=dice,
        rules=Rules(rulebook),
        understanding=SlowUnderstanding(life.seed),
        answerer=BookingAnswerer(store.book),
        journal=journal,
        batch=16,
        poll_seconds=0.02,
    )
    dispatch = Dispatch(
        outbox=MortalOutbox(store.outbox, life.death),
        bus=bus,
        clock=clock,
        senders={MESSENGER: MortalSender(MessengerSender(end), life.death)},
        journal=journal,
        batch=16,
        poll_seconds=0.02,
        sweep_seconds=0.05,
    )
    loops = [asyncio.create_task(loop.run()) for loop in (drain, dispatch)]
    waiting = list(life.batches)
    edges = [asyncio.create_task(_edge(bug.edge_inbox(inbox), end, waiting)) for _ in range(EDGES)]
    screen = Screen(store, end, life.seen)
    watching = asyncio.create_task(screen.watch())
    desk = [asyncio.create_task(Manager(store, end, life, user).work()) for user in MANAGERS]
    if not life.last:
        await asyncio.gather(*loops, *edges, watching, *desk)
        return
    await asyncio.gather(*edges)
    await _quiet(store, end)
    for manager in desk:
        manager.cancel()
    await _quiet(store, end)
    drain.stop()
    dispatch.stop()
    await asyncio.gather(*loops)
    watching.cancel()
    await asyncio.gather(*desk, watching, return_exceptions=True)
    await screen.look()
    await store.close()
    end.tell("rested", dict(journal.counts))
    end.close()


async def _quiet(store: Store, end: ChildEnd) -> None:
    """Wait until nothing is left to do: only the database knows, so it is asked again and again."""
    left = 1
    while left:
        await asyncio.sleep(0.02)
        left = await store.database.read(_count_undone)
        end.tell("left", left)


async def _edge(inbox: Inbox, end: ChildEnd, waiting: list[tuple[InboundMessage, ...]]) -> None:
    """A web request after the other: stored, then acknowledged."""
    clock = RealClock()
    while waiting:
        batch = waiting.pop(0)
        try:
            await inbox.accept(batch, clock.now())
        except StoreBusy:
            waiting.append(batch)
            await asyncio.sleep(0.01)
            continue
        end.tell("acknowledged", [message.event_key for message in batch])
        await asyncio.sleep(0)


class Screen:
    """The clients' browsers: they ask for what is above the last number they have."""

    def __init__(self, store: Store, end: ChildEnd, seen: dict[str, int]) -> None:
        self._store = store
        self._end = end
        self._seen = dict(seen)

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await self.look()
            await asyncio.sleep(0.01)

    async def look(self) -> None:
        """Ask once for every client."""
        for peer, last in self._seen.items():
            head = await self._store.transcript.head(chat_address(peer))
            if head is None or head.last_seq <= last:
                continue
            for shown in await self._store.transcript.after(head.id, last, 1000):
                tokens = [choice.token for choice in shown.choices]
                self._end.tell("shown", peer, shown.seq, shown.author, shown.text, tokens)
                self._seen[peer] = shown.seq


class Manager:
    """Takes conversations, waiting or not, answers once and gives them back; in the last life only what is open."""

    def __init__(self, store: Store, end: ChildEnd, life: Life, user: UserId) -> None:
        self._store = store
        self._end = end
        self._life = life
        self._user = user
        self._clock = RealClock()
        self._chance = random.Random(life.seed + user)
        self._number = 0
        self._given_back: set[ConversationId] = set()
        """Still ours only because the turn that returns them has not run yet."""

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(0.001 + self._chance.random() * 0.004)
            for item in await self._choose():
                try:
                    await self._handle(item)
                except (Conflict, StoreBusy):
                    continue

    async def _choose(self) -> list[QueueItem]:
        desk = self._store.desk
        mine = await desk.queue("mine", self._user, 20)
        self._given_back &= {item.conversation_id for item in mine}
        chosen = [*await desk.queue("waiting", self._user, 5)]
        chosen += [item for item in mine if item.conversation_id not in self._given_back]
        if not self._life.last and self._chance.random() < 0.8:
            # Out of the bot's hands, in the middle of whatever it does.
            bots = await desk.queue("bot", self._user, 20)
            open_to_all = [item for item in bots if item.channel == CHAT and MANAGED_TEXT.search(item.last_text)]
            chosen += self._chance.sample(open_to_all, min(2, len(open_to_all)))
        return chosen

    async def _handle(self, item: QueueItem) -> None:
        desk, where, now = self._store.desk, item.conversation_id, self._clock.now
        self._number += 1
        key = f"life{self._life.number}-{self._user}-{self._number}"
        epoch = item.epoch
        if item.owner != "human":
            epoch = await desk.claim(where, self._user, item.epoch, now())
            self._end.tell("claimed", where)
            await asyncio.sleep(self._chance.random() * 0.004)
        text = f"manager {key}"
        await desk.reply(where, self._user, text, key, epoch, now())
        self._end.tell("replied", text)
        await desk.give_back(where, self._user, "silent", f"back-{key}", epoch, now())
        self._given_back.add(where)


_UNDONE = Sql(
    """SELECT (SELECT count(*) FROM inbox WHERE status = 'new')
    + (SELECT count(*) FROM outbox WHERE status IN ('new', 'inflight'))
    + (SELECT count(*) FROM outbox WHERE status = 'unknown' AND repeats = 0 AND author <> 'manager')
    + (SELECT count(*) FROM conversation WHERE owner_kind <> 'bot')"""
)


def _count_undone() -> Script[int]:
    undone: int = (yield _UNDONE, ())[0][0]
    return undone


def chat_address(peer: str) -> Address:
    """A visitor of the site."""
    return Address(channel=CHAT, account="site", peer=peer)


def messenger_address(peer: str) -> Address:
    """A client in the messenger that has no keys against doubles."""
    return Address(channel=MESSENGER, account="bot", peer=peer)


def repeated(message: InboundMessage, key: str) -> InboundMessage:
    """The same message under another key: what a missing dedupe makes of a repeat."""
    return replace(message, event_key=key)
