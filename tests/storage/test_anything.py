"""Anything may happen in any order, several things at once: the invariants hold, and nothing is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from dialog.conversation import OwnerKind
from dialog.effects import CloseHandoff, Effect, HandOver, Note, SetTimer
from dialog.errors import Conflict
from dialog.ids import UserId
from dialog.inbox import Finished, Work
from dialog.message import Kind
from dialog.outbox import SendStatus, Settled, Settlement
from dialog.reply import Author
from storage.invariants import violations
from storage.moments import micros
from storage.sql import Script, Sql
from tests.storage.conftest import World
from tests.storage.world import says, send, turn_of

STEPS = 60
AT_ONCE = 4


class Anything:
    """One world in which things happen by a seeded chance."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.keys: list[tuple[str, str, str]] = []
        self.acknowledged: set[str] = set()
        self.happenings: list[Callable[[], Awaitable[object]]] = [
            self.client_writes,
            self.client_writes,
            self.client_repeats,
            self.drain,
            self.drain,
            self.publish,
            self.carry,
            self.sweep,
            self.receipt,
            self.take,
            self.answer,
            self.give_back,
            self.give_back,
            self.give_back,
            self.timers,
        ]

    async def run(self) -> None:
        for _ in range(STEPS):
            self.world.clock.go(self.chance.choice([0.0, 0.3, 2.0, 31.0]))
            await asyncio.gather(*(self.chance.choice(self.happenings)() for _ in range(AT_ONCE)))
        for _ in range(300):
            self.world.clock.go(40)
            await self.timers()
            await self.drain(failing=0.0)
            await self.publish()
            await self.carry(outcomes=[Settled.ACCEPTED])
            await self.sweep()
            if await self.world.store.inbox.next_ready() is None and await self.world.store.outbox.next_due() is None:
                break

    async def client_writes(self) -> None:
        key = f"k{len(self.keys)}"
        place = (key, f"peer{self.chance.randrange(5)}", self.chance.choice(["webchat", "vk"]))
        self.keys.append(place)
        await self._write(place)

    async def client_repeats(self) -> None:
        if self.keys:
            await self._write(self.chance.choice(self.keys))

    async def _write(self, place: tuple[str, str, str]) -> None:
        key, peer, channel = place
        cuts = self.chance.random() < 0.5
        await self.world.store.inbox.accept(
            [says(key, key=key, peer=peer, channel=channel, cuts=cuts)], self.world.clock.now()
        )
        self.acknowledged.add(key)

    async def drain(self, *, failing: float = 0.1) -> None:
        inbox, now = self.world.store.inbox, self.world.clock.now()
        finished: list[Finished] = []
        for work in await inbox.claim(now, self.chance.randrange(1, 5)):
            if work.spent or self.chance.random() < failing:
                await inbox.fail(work, "chance", now)
            else:
                finished.append(self._turn(work))
        # Long enough for a person to come in between.
        await asyncio.sleep(0.005)
        await inbox.commit(finished, now)

    def _turn(self, work: Work) -> Finished:
        before, chance = work.conversation, self.chance
        kind = work.rows[-1].message.kind
        if before.owner is OwnerKind.HUMAN:
            if kind is Kind.MANAGER_RETURN:
                back = CloseHandoff(outcome="returned")
                return turn_of(work, back, owner=OwnerKind.BOT, owner_id=None, epoch=before.epoch + 1)
            if kind is Kind.MANAGER_REPLY:
                return turn_of(work, send("I am a person", author=Author.MANAGER, author_id=before.owner_id))
            return turn_of(work)
        effects: list[Effect] = [send(f"line {number}", prompt=not number) for number in range(chance.randrange(3))]
        if chance.random() < 0.3:
            due = self.world.clock.now() + timedelta(seconds=chance.randrange(1, 100))
            effects.append(SetTimer(kind=chance.choice(["a", "b"]), due_at=due))
        if before.owner is OwnerKind.BOT and chance.random() < 0.3:
            promise = send("a person comes", author=Author.SYSTEM)
            over = HandOver(reason="asked", label="human", priority=chance.randrange(1, 4))
            return turn_of(work, promise, over, Note(kind="upset"), owner=OwnerKind.WAITING, epoch=before.epoch + 1)
        if before.owner is OwnerKind.WAITING and chance.random() < 0.2:
            closed = CloseHandoff(outcome="withdrawn")
            return turn_of(work, *effects, closed, owner=OwnerKind.BOT, epoch=before.epoch + 1)
        return turn_of(work, *effects)

    async def publish(self) -> None:
        await self.world.store.outbox.publish(self.world.clock.now(), 8)

    async def carry(self, *, outcomes: list[Settled] | None = None) -> None:
        outbox, now = self.world.store.outbox, self.world.clock.now()
        choices = outcomes or [Settled.ACCEPTED, Settled.RETRY, Settled.REJECTED, Settled.UNKNOWN]
        for line in await outbox.claim_send("vk", now, 4):
            if outcomes is None and self.chance.random() < 0.1:
                continue
            await asyncio.sleep(0)
            outcome = Settlement(outcome=self.chance.choice(choices), provider_id=f"p{line.id}")
            await outbox.settle(line, outcome, self.world.clock.now())

    async def receipt(self) -> None:
        status = self.chance.choice([SendStatus.DELIVERED, SendStatus.READ, SendStatus.FAILED])
        provider_id = f"p{self.chance.randrange(1, 60)}"
        await self.world.store.outbox.receipt("vk", "site", provider_id, status, self.world.clock.now())

    async def sweep(self) -> None:
        await self.world.store.outbox.sweep(self.world.clock.now())

    async def timers(self) -> None:
        await self.world.store.timers.fire(self.world.clock.now(), 10)

    async def take(self) -> None:
        box = self.chance.choice(["waiting", "bot", "all"])
        for item in (await self.world.store.desk.queue(box, UserId(1), 5))[:1]:
            with suppress(Conflict):
                user = UserId(self.chance.randrange(1, 3))
                await self.world.store.desk.claim(item.conversation_id, user, item.epoch, self.world.clock.now())

    async def answer(self) -> None:
        user = UserId(self.chance.randrange(1, 3))
        for item in (await self.world.store.desk.queue("mine", user, 5))[:1]:
            with suppress(Conflict):
                client_id = f"c{self.chance.randrange(40)}"
                now = self.world.clock.now()
                await self.world.store.desk.reply(item.conversation_id, user, "hi", client_id, item.epoch, now)

    async def give_back(self) -> None:
        user = UserId(self.chance.randrange(1, 3))
        for item in (await self.world.store.desk.queue("mine", user, 5))[:1]:
            with suppress(Conflict):
                client_id, now = f"r{self.chance.randrange(1000)}", self.world.clock.now()
                await self.world.store.desk.give_back(item.conversation_id, user, "menu", client_id, item.epoch, now)


def _inbox() -> Script[list[tuple[str, str]]]:
    rows = yield Sql("SELECT event_key, status FROM inbox WHERE account = 'site'"), ()
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_happens_the_rules_hold_and_nothing_is_lost(world: World, seed: int) -> None:
    anything = Anything(world, seed)
    await anything.run()
    assert await violations(world.store.database, micros(world.clock.now())) == []
    rows = dict(await world.store.database.read(_inbox))
    assert set(rows) == anything.acknowledged
    assert set(rows.values()) <= {"done", "quarantined"}
    shown: list[str] = []
    for item in await world.store.desk.queue("all", UserId(1), 100):
        lines = await world.store.transcript.after(item.conversation_id, 0, 10_000)
        shown += [line.event_key for line in lines if line.author == "client"]
    assert sorted(shown) == sorted(anything.acknowledged)
    kinds = {event.kind for event in await world.store.desk.events(0, 10_000)}
    assert {"client_message", "turn", "published", "claimed", "handed_over"} <= kinds
