"""A stand-in for the engine: answers a visitor's lines as a salon's bot would, from a few fixed words."""

from __future__ import annotations

import asyncio

from dialog.bus import INBOX
from dialog.clock import Clock
from dialog.message import InboundMessage
from dialog.reply import Choice
from tests.fakes.chat_store import MemoryChat
from tests.fakes.local_bus import MemoryBus

PRICES = (
    "Женская стрижка — от 2 800 ₽, мужская — от 1 800 ₽.\n"
    "Маникюр с покрытием — 2 600 ₽. Все цены: https://salon.example/prices.\n"
    "Позвонить можно по номеру +7 (495) 123-45-67."
)
_DAYS = ("Сегодня", "Завтра", "В субботу", "Другой день")


class ChatEngine:
    """Answers ``pause`` seconds after a line came in; "оператор" brings Vera, and the engine falls silent."""

    def __init__(self, store: MemoryChat, bus: MemoryBus, clock: Clock, pause: float = 0.3) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._pause = pause
        self._done = 0

    async def run(self) -> None:
        """Until cancelled."""
        async with self._bus.subscribe(INBOX) as signals:
            async for _ in signals:
                for message in self._store.accepted[self._done :]:
                    self._done += 1
                    await asyncio.sleep(self._pause)
                    await self._answer(message)

    async def _answer(self, message: InboundMessage) -> None:
        where, said = message.address, message.text.lower()
        head = await self._store.head(where)
        if head is None or head.owner != "bot":
            return
        now = self._clock.now()
        if "оператор" in said:
            await self._store.say(where, "Передаю разговор администратору, ответит в течение пары минут.", now)
            await self._store.hand_over(where, "waiting")
            await asyncio.sleep(self._pause)
            await self._store.hand_over(where, "human")
            greeting = "Здравствуйте! Это Вера. Расскажите, пожалуйста, что случилось?"
            await self._store.say(where, greeting, now, author="manager", name="Вера, администратор")
        elif said in ("записаться", "да, записаться"):
            days = [Choice(label=day, token=f"day-{at}") for at, day in enumerate(_DAYS)]
            await self._store.say(where, "С удовольствием! На какой день вас записать?", now, days)
        elif message.token.startswith("day-"):
            await self._store.say(where, f"Отлично: {said}. В 12:30, 15:00 или 18:30?", now)
        elif "цен" in said or "стоит" in said:
            choices = [
                Choice(label="Да, записаться", token="book"),
                Choice(label="Позвать администратора", token="human"),
            ]
            await self._store.say(where, PRICES, now, choices)
        else:
            await self._store.say(where, f"Вы написали: {message.text}", now)
