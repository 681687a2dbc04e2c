"""Questions that had no answer come with what a manager said next, on both databases."""

from __future__ import annotations

from datetime import timedelta

from dialog.effects import Note, Send
from dialog.missed import Missed
from dialog.reply import Author, Reply
from tests.storage.conftest import World
from tests.storage.world import START, says, turn_of


async def misses(world: World, key: str, text: str) -> None:
    """Somebody asks what the bot does not know."""
    now = world.clock.now()
    await world.store.inbox.accept([says(key=key, cuts=True)], now)
    (work,) = await world.store.inbox.claim(now, 10)
    await world.store.inbox.commit([turn_of(work, Note(kind="missed", body={"text": text} if text else {}))], now)


async def answers(world: World, text: str) -> None:
    """A manager writes."""
    now = world.clock.now()
    await world.store.inbox.accept([says(key=f"m:{text}", cuts=True)], now)
    (work,) = await world.store.inbox.claim(now, 10)
    line = Send(reply=Reply(text=text, key="manager"), author=Author.MANAGER, author_id=1, message_class="manager")
    await world.store.inbox.commit([turn_of(work, line)], now)
    await world.store.outbox.publish(now, 10)


async def test_missed_questions_come_with_the_reply_of_the_same_day(world: World) -> None:
    await misses(world, "a", "можно с собакой?")
    world.clock.go(600)
    await answers(world, "Конечно!")
    world.clock.go(60)
    await answers(world, "Ждём вас обоих.")
    world.clock.time = START + timedelta(days=2)
    await misses(world, "b", "а с котом?")
    await misses(world, "c", "")
    missed = world.store.missed_questions
    chat = (await missed.since(START))[0].chat
    assert await missed.since(START) == [
        Missed(text="а с котом?", at=START + timedelta(days=2), chat=chat, reply=""),
        Missed(text="можно с собакой?", at=START, chat=chat, reply="Конечно!"),
    ]
    assert [one.text for one in await missed.since(START + timedelta(days=1))] == ["а с котом?"]
