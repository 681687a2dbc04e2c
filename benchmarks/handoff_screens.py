"""Screens that are cut off at random, and what they show when they are back beside what the database holds."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import orjson

from benchmarks.handoff_bugs import HandoffBug
from benchmarks.handoff_turns import bot_turn, hand_over_turn, says
from benchmarks.real_time import RealClock
from benchmarks.report import Report
from console.frames import Frames
from console.live import Live
from console.screen import Screen
from console.settings import SessionLimits
from console.wire import FULL, item_json
from dialog.errors import Conflict
from dialog.ids import UserId
from dialog.local_bus import LocalBus
from handoff.roles import Role
from storage.store import Store

CLOCK = RealClock()
PEERS = 6
SESSION = "harness"
PATIENCE = 10.0
MOST = 10_000
MANAGER = UserId(7)


class Watched:
    """One manager's screen: what it was told last of each conversation, as the inbox keeps it."""

    def __init__(self) -> None:
        self.after = 0
        self.items: dict[str, dict[str, Any]] = {}
        self.newest: dict[str, int] = {}

    def hear(self, body: bytes) -> None:
        """One frame, in whatever order."""
        frame = orjson.loads(body)
        self.after = max(self.after, frame["seq"])
        item = frame["item"]
        if item is None or frame["seq"] < self.newest.get(item["id"], 0):
            return  # what was asked for and what came by itself may overtake each other
        self.newest[item["id"]] = frame["seq"]
        self.items[item["id"]] = item


async def cut_screens(
    store: Store, bus: LocalBus, bug: HandoffBug, cuts: int, chance: random.Random, report: Report, name: str
) -> None:
    """Cut ``cuts`` times under traffic; each time the screen is back it must show what the database holds."""
    await _log_in(store)
    frames = Frames(store.desk, store.transcript)
    live = bug.live()(
        desk=store.desk,
        frames=frames,
        accounts=store.accounts,
        bus=bus,
        clock=CLOCK,
        limits=SessionLimits(),
    )
    async with live.running():
        watched = Watched()
        watched.after = live.seq
        for item in await store.desk.queue("all", MANAGER, MOST):
            watched.items[item.public_id] = orjson.loads(orjson.dumps(item_json(item, FULL)))
        before = len(report.violations)
        for number in range(cuts):
            if len(report.violations) > before:
                break  # one is enough, and a screen that never catches up would be waited for again and again
            await _something(store, chance, number)  # while nobody looks
            if number == 0 or chance.random() < 0.5:
                await _handed_out(store, live)  # else the screen opens while it is being handed out
            screen = Screen(SESSION, Role.OWNER, MANAGER)
            live.open(screen)
            for frame in await live.missed(watched.after) or ():
                watched.hear(screen.body(frame))
            if chance.random() < 0.5:
                await _something(store, chance, cuts + number)  # while it looks
            await _same(store, screen, watched, report, name)
            live.close(screen)
            report.count("cuts of screens")


async def _handed_out(store: Store, live: Live) -> None:
    """Wait until every event so far went to whoever looks, and that is nobody."""
    last = await store.desk.last_event()
    async with asyncio.timeout(PATIENCE):
        while True:
            if live.seq >= last:
                return
            await asyncio.sleep(0.005)


async def _log_in(store: Store) -> None:
    """The session behind the screens: without one they are closed, and rightly so."""
    now = CLOCK.now()
    await store.accounts.add_invite("invite", Role.OWNER, "", None, None, now + timedelta(days=1), now)
    user = await store.accounts.join("invite", "Vera", "vera", "hash", now)
    await store.accounts.open_session(user.id, SESSION, "", "", now)


async def _something(store: Store, chance: random.Random, number: int) -> None:
    """A client writes; perhaps a person is called, perhaps one claims."""
    peer = f"screen-{chance.randrange(PEERS)}"
    (accepted,) = await store.inbox.accept([says(peer, f"line {number}")], CLOCK.now())
    works = await store.inbox.claim(CLOCK.now(), 10)
    calls = chance.random() < 0.3
    turns = [hand_over_turn(work) if calls and work.conversation.owner == "bot" else bot_turn(work) for work in works]
    await store.inbox.commit(turns, CLOCK.now())
    if chance.random() < 0.2:
        items = await store.desk.queue("waiting", MANAGER, 100)
        item = next((one for one in items if one.conversation_id == accepted.conversation_id), None)
        if item is not None:
            with suppress(Conflict):
                await store.desk.claim(item.conversation_id, MANAGER, item.epoch, CLOCK.now())


async def _same(store: Store, screen: Screen, watched: Watched, report: Report, name: str) -> None:
    """Hear until the newest event is heard, then compare with the database."""
    last = await store.desk.last_event()
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while watched.after < last and loop.time() < end:
        with suppress(TimeoutError):
            body = await asyncio.wait_for(screen.next(), 0.5)
            if isinstance(body, bytes):
                watched.hear(body)
    for item in await store.desk.queue("all", MANAGER, MOST):
        shown = watched.items.get(item.public_id)
        if shown is None:
            report.violation(f"screen differs: {name}: {item.public_id} is not shown at all")
            continue
        held = (item.owner, item.owner_id, item.epoch, item.last_seq, item.label)
        said = (shown["owner"], shown["owner_id"], shown["epoch"], shown["last_seq"], shown["label"])
        report.must(held == said, f"screen differs: {name}: {said} is shown, {held} is held")
