"""The whole product with a MAX that is not there: connected, opened by a link, pressed, settled, left and come back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bots.assembly import assembled
from bots.embedded import following_rules, worker_loops
from bots.messengers import following_connections, hook_routes
from bots.options import read_options
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.max import subscription
from channels.max.fake import TOKEN, FakeMax, Json
from tests.bots.test_messengers import QUICK, Live

SALON = "https://salon.test"
ANNA = 5001


@dataclass
class OnMax:
    """A running product, its MAX, and the way from there to its door."""

    live: Live
    fake: FakeMax
    client: httpx.AsyncClient

    async def hears(self, update: Json, times: int = 1) -> list[int]:
        return list(await asyncio.gather(*(self.fake.deliver(self.client, update) for _ in range(times))))

    async def connect(self, token: str = TOKEN) -> None:
        given = {"token": token, "base_url": self.fake.url}
        await self.live.order("channel_connect", channel="max", given=given)
        await self.live.until(lambda: self.fake.subscriptions)


@asynccontextmanager
async def on_max(folder: Path) -> AsyncIterator[OnMax]:
    fake = FakeMax(faults=Faults(random.Random(1).random), ticks=time.monotonic, date=round(time.time() * 1000))
    options = read_options(QUICK | {"ZABOTA_PUBLIC_URL": SALON}, data=str(folder))
    async with (
        FakeServer(fake) as server,
        assembled(options) as parts,
        following_rules(parts),
        following_connections(parts.messengers, parts.store),
    ):
        fake.url = server.url
        app = Starlette(routes=hook_routes(parts.messengers, parts.store, parts.clock, ()))
        loops = worker_loops(parts)
        loops.start()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SALON) as client:
            live = Live(parts, fake, server.url)  # type: ignore[arg-type]
            try:
                yield OnMax(live, fake, client)
            finally:
                await loops.stop(5)


async def test_a_client_talks_to_the_salon_in_max(tmp_path: Path) -> None:
    async with on_max(tmp_path) as salon:
        fake, live = salon.fake, salon.live
        with pytest.raises(Exception, match="MAX не узнал этот токен"):
            await salon.connect(TOKEN + "x")
        await salon.connect()
        assert await salon.hears(fake.starts(ANNA, "vk_ads"), times=6) == [200] * 6
        await live.until(lambda: fake.sent)
        await live.until_row("inbox", lambda row: '"source":"vk_ads"' in str(row))
        menu = fake.sent[0]
        pressed = menu.buttons[0]["text"]
        await salon.hears(fake.presses(menu, pressed), times=3)
        await live.until(lambda: len(fake.sent) > 1 and menu.buttons[0]["text"] == f"✓ {pressed}")
        await salon.hears(fake.shares_contact(ANNA, "79990001122"))
        await live.until_row("verification", lambda row: "+79990001122" in row)
        # The answer to a line is lost: it is read back from the chat, and not said again.
        await live.until_row("inbox", lambda row: "contact" in row and "done" in row)
        fake.faults.plan(Fault.DROP_AFTER)
        await salon.hears(fake.says(ANNA, "сколько стоит маникюр?"))
        await live.until(lambda: any(call.path == "/messages" and call.method == "GET" for call in fake.calls))
        lost = next(call for call in fake.calls if call.fault is Fault.DROP_AFTER)
        name = next(sent.mid for sent in fake.sent if sent.text == lost.body["text"])
        await live.until_row("outbox", lambda row: name in row and "accepted" in row)
        assert sum(sent.text == lost.body["text"] for sent in fake.sent) == 1
        # She leaves, hears nothing, and comes back.
        await salon.hears(fake.leaves(ANNA))
        await live.until_row("hook", lambda row: "bot_stopped" in str(row) and "done" in row)
        before = len(fake.sent)
        await salon.hears(fake.says(ANNA, "я вернулась"))
        await live.until(lambda: len(fake.sent) > before)


async def test_a_webhook_that_max_has_ended_is_made_again_and_the_owner_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "LOOK_EVERY", 0.05)
    async with on_max(tmp_path) as salon:
        await salon.connect()
        (before,) = salon.fake.subscriptions.items()
        salon.fake.subscriptions.clear()
        await salon.live.until_row("connection", lambda row: "hook_lost" in row)
        assert list(salon.fake.subscriptions.items()) == [before]
        assert "Мы уже подписались снова" in str(await salon.live.order("channels"))
