"""A messenger tells of a line before its answer is there: that waits, it is the only proof if the answer is lost."""

from __future__ import annotations

import json
import time

from benchmarks.quiet_journal import QuietJournal
from channels.fakes.faults import Faults
from channels.hook import RawEvent
from channels.intake import Intake
from channels.whatsapp.fake import FakeWhatsApp, Sent
from channels.whatsapp.mark import Part
from channels.whatsapp.reading import parse
from dialog.outbox import Mark, Outgoing, Settled, Settlement
from tests.storage.conftest import World
from tests.storage.test_outbox import flying, speak, statuses
from tests.storage.world import send

PEER = "79990001122"


def reading(world: World) -> Intake:
    return Intake(
        hooks=world.store.hooks,
        inbox=world.store.inbox,
        clients=world.store.people,
        receipts=world.store.outbox,
        files=world.store.files,
        transcript=world.store.transcript,
        parsers=lambda: {"whatsapp": parse},
        kind=dict,
        bus=world.bus,
        clock=world.clock,
        journal=QuietJournal(),
    )


def delivered(line: Outgoing) -> RawEvent:
    mark = Part(line=Mark(id=line.id, random_id=line.random_id), number=1, count=1).written()
    sent = Sent(to=PEER, name=f"wamid.{line.id}", body={"biz_opaque_callback_data": mark}, at=0.0)
    call = FakeWhatsApp(faults=Faults(lambda: 1.0), ticks=time.monotonic).status(sent, "delivered")
    return RawEvent(channel="whatsapp", account="site", key="status", body=json.dumps(call))


async def watched(world: World, intake: Intake, seconds: int) -> int:
    """Somebody reads every second. Returns how many events were read."""
    read = 0
    for _ in range(seconds):
        world.clock.go(1)
        read += await intake.once()
    return read


async def test_a_status_that_comes_while_the_answer_is_awaited_settles_the_line(world: World) -> None:
    await speak(world, send("one"), channel="whatsapp", peer=PEER)
    (line,) = await flying(world, "whatsapp")
    intake = reading(world)
    world.clock.go(1)
    await world.store.hooks.store([delivered(line)], world.clock.now())
    assert await watched(world, intake, 19) == 0
    await world.store.outbox.settle(line, Settlement(outcome=Settled.UNKNOWN), world.clock.now())
    assert await watched(world, intake, 15) == 1
    assert await statuses(world) == ["delivered"]
    await world.store.outbox.sweep(world.clock.go(3600))
    assert await flying(world, "whatsapp") == []


async def test_a_status_of_nothing_is_put_aside_in_the_end(world: World) -> None:
    await speak(world, send("one"), channel="whatsapp", peer=PEER)
    (line,) = await flying(world, "whatsapp")
    await world.store.hooks.store([delivered(line)], world.clock.now())
    intake = reading(world)
    world.clock.go(600)
    assert await intake.once() == 0
    world.clock.go(600)
    assert await world.store.hooks.waiting(["whatsapp"], world.clock.now(), 10) == []
