"""A managers' bot on a real store, against a Telegram that is not there."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from booking.salon import Salon
from bots.book_desk import StoredBookDesk
from bots.managers.alerting import Alerting
from bots.managers.hand import Hand
from bots.managers.knowledge import Knowledge
from bots.managers.listening import Listening
from bots.managers.people import People
from bots.managers.telegram_chat import TelegramChat
from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.telegram.fake import TOKEN, FakeTelegram, Sent
from console.visit import token_hash
from dialog.ids import ConversationId, UserId
from dialog.local_bus import LocalBus
from handoff.pagers import Alerts
from storage.open_store import open_store, sqlite_path
from tests.fakes.book_desk import demo_salon
from tests.fakes.journal import KeptJournal
from tests.storage.conftest import World
from tests.storage.test_desk import hand_over
from tests.storage.test_pagers import hire
from tests.storage.world import CountingDice, HeldClock, RememberingBus, says

CODE = "{:032x}".format


def promised(line: str, now: datetime) -> datetime | None:
    """Reads one promise only."""
    return now + timedelta(days=1) if "завтра" in line else None


@dataclass
class Worker:
    """The parts of one process that tells and hears."""

    chat: TelegramChat
    alerting: Alerting
    hand: Hand
    listening: Callable[[str], Listening]

    async def tell(self) -> None:
        """Everything that there is to tell now."""
        while await self.alerting.once():
            pass


@dataclass
class ManagersDesk:
    """The salon's side of it and Telegram's."""

    world: World
    fake: FakeTelegram
    url: str
    journal: KeptJournal
    workers: list[Worker]

    def worker(self, *, alerts: Alerts | None = None, salon: Callable[[], Salon] = demo_salon) -> Worker:
        """Another process on the same database; its alerts or its salon may be out of order."""
        store, clock = self.world.store, self.world.clock
        chat = TelegramChat(TOKEN, base_url=self.url, poll_seconds=0, timeout=5.0)
        people = People(pagers=store.pagers, accounts=store.accounts, plan=lambda: demo_salon().duty, clock=clock)
        knowledge = Knowledge(salon=salon, book=StoredBookDesk(store), find_word=promised, clock=clock)
        hand = Hand(
            chat=chat,
            desk=store.desk,
            notebook=store.notebook,
            alerts=store.alerts,
            people=people,
            knowledge=knowledge,
            clock=clock,
        )
        alerting = Alerting(
            chat=chat,
            alerts=alerts or store.alerts,
            desk=store.desk,
            transcript=store.transcript,
            people=people,
            knowledge=knowledge,
            bus=LocalBus(),
            clock=clock,
            journal=self.journal,
            patience=0,
            poll_seconds=0.01,
        )

        def listening(me: str) -> Listening:
            return Listening(
                chat=chat, hand=hand, pagers=store.pagers, clock=clock, journal=self.journal, me=me, pause=0.01
            )

        made = Worker(chat=chat, alerting=alerting, hand=hand, listening=listening)
        self.workers.append(made)
        return made

    async def link(self, worker: Worker, login: str, chat: int) -> UserId:
        """Somebody comes with a code, as from the console's link."""
        user = await hire(self.world, login)
        code = CODE(chat)
        await self.world.store.pagers.make_code(user, token_hash(code), self.world.clock.now() + timedelta(minutes=10))
        self.fake.says(chat, f"/start {code}")
        await self.hear(worker)
        linked = await self.world.store.pagers.by_chat(chat)
        assert linked is not None
        assert (linked.user.id, linked.chat) == (user, chat)
        return user

    async def hear(self, worker: Worker) -> None:
        """Everything that managers did is answered and confirmed."""
        cursor = 0
        while True:
            events, cursor = await worker.chat.heard(cursor)
            if not events:
                return
            for event in events:
                await worker.hand.hear(event)

    async def waits(self, worker: Worker, peer: str = "client", label: str = "human") -> ConversationId:
        """A client waits, and it is told."""
        conversation_id = await hand_over(self.world, peer, label=label)
        await worker.tell()
        return conversation_id

    async def writes(self, text: str, peer: str = "client") -> None:
        """The client writes one more line."""
        self.world.clock.go(5)
        await self.world.store.inbox.accept([says(text, peer=peer, cuts=True)], self.world.clock.now())

    async def owner(self, conversation_id: ConversationId) -> tuple[str, int | None]:
        """Who has it."""
        items = await self.world.store.desk.queue("all", UserId(0), 100)
        item = next(one for one in items if one.conversation_id == conversation_id)
        return item.owner, item.owner_id

    def shown(self, chat: int) -> list[Sent]:
        """What is on this manager's screen."""
        return [one for one in self.fake.sent if one.chat == chat]

    def alerts_shown(self) -> list[str]:
        """Answers to presses, newest last; silent ones as empty texts."""
        return [call.form.get("text", "") for call in self.fake.calls if call.method == "answerCallbackQuery"]


@asynccontextmanager
async def managers_desk(folder: Path, migrated_file: Path) -> AsyncIterator[ManagersDesk]:
    """Nobody is hired yet."""
    shutil.copy(migrated_file, sqlite_path(folder))
    clock, bus = HeldClock(), RememberingBus()
    store = await open_store("", folder, clock=clock, dice=CountingDice(), bus=bus)
    fake = FakeTelegram(faults=Faults(lambda: 1.0, retry_after=7), ticks=lambda: clock.now().timestamp())
    async with FakeServer(fake) as server:
        made = ManagersDesk(World(store, clock, bus, "", folder), fake, server.url, KeptJournal(), [])
        try:
            yield made
        finally:
            for worker in made.workers:
                await worker.chat.close()
            await store.close()
