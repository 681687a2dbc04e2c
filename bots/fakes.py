"""`zabota fakes`: a Telegram on this machine, with a client who types in the terminal."""

from __future__ import annotations

import asyncio
import random
import sys
import time

from bots.messages import message
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.telegram.fake import TOKEN, FakeTelegram, Json, Sent

CLIENT = 5001


async def serve_fakes(port: int) -> None:
    """Until the terminal is closed. Updates are fetched or, if the bot wants it so, brought to its address."""
    fake = FakeTelegram(faults=Faults(random.random), ticks=time.monotonic)
    async with FakeServer(fake, port) as server:
        say(message("fakes_ready", url=server.url))
        say(message("fakes_token", url=server.url, token=TOKEN))
        say(message("fakes_how"))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_show(fake)), group.create_task(_deliver(fake))]
            await _listen(fake)
            for task in tasks:
                task.cancel()


def say(line: str) -> None:
    """A line in the terminal."""
    print(line, flush=True)


async def _listen(fake: FakeTelegram) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode("utf-8", "replace"):
        if text := line.strip():
            try:
                obey(fake, text)
            except (ValueError, IndexError):
                say(message("fakes_bad"))


def obey(fake: FakeTelegram, text: str) -> None:
    """One line of the client, or an order to the fake. Raises ValueError for what is neither."""
    word, _, rest = text.partition(" ")
    match word:
        case "/help":
            say(message("fakes_how"))
            say(message("fakes_faults", names=", ".join(Fault)))
        case "/fault":
            fake.faults.plan(*(Fault(name) for name in rest.split()))
        case "/rate":
            name, rate = rest.split()
            fake.faults.set_rates({**{str(k): v for k, v in fake.faults.rates.items()}, name: float(rate)})
        case "/down":
            fake.faults.down = True
        case "/up":
            fake.faults.down = False
        case "/block":
            fake.member(CLIENT, "kicked")
        case _:
            menu = _menu(fake)
            if text.isdecimal() and menu is not None and 0 < int(text) <= len(menu.buttons):
                fake.presses(menu, menu.buttons[int(text) - 1]["text"].removeprefix("✓ "))
            else:
                fake.says(CLIENT, text)


def _menu(fake: FakeTelegram) -> Sent | None:
    return next((sent for sent in reversed(fake.sent) if sent.buttons), None)


async def _show(fake: FakeTelegram) -> None:
    shown = 0
    while True:
        for sent in fake.sent[shown:]:
            say(f"\n< {sent.text}")
            for number, button in enumerate(sent.buttons, 1):
                say(f"  {number}. [{button['text']}]")
        shown = len(fake.sent)
        await asyncio.sleep(0.1)


async def _deliver(fake: FakeTelegram) -> None:
    """To the bot's own address, as Telegram does: again and again until it is taken."""
    import httpx

    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        while True:
            waiting: list[Json] = list(fake.updates.values()) if fake.webhook else []
            for update in waiting:
                await fake.deliver(client, update)
            await asyncio.sleep(0.2)
