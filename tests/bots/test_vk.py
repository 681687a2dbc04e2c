"""The whole product with a VK that is not there: connected, confirmed, spoken to six times at once, pressed, shut."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
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
from channels.vk.fake import GROUP, TOKEN, FakeVk, Json
from tests.bots.test_messengers import QUICK, Live

SALON = "https://salon.test"
ANNA = 5001


@dataclass
class OnVk:
    """A running product, its VK, and the way from there to its door."""

    live: Live
    fake: FakeVk
    client: httpx.AsyncClient

    async def hears(self, event: Json, times: int = 1) -> list[bool]:
        calls = (self.fake.deliver(self.client, event, retry) for retry in range(times))
        return list(await asyncio.gather(*calls))

    async def connect(self, token: str = TOKEN) -> str:
        given = {"token": token, "base_url": self.fake.url}
        return str(await self.live.order("channel_connect", channel="vk", given=given))


@asynccontextmanager
async def on_vk(folder: Path, public_url: str = SALON) -> AsyncIterator[OnVk]:
    fake = FakeVk(faults=Faults(random.Random(1).random), ticks=time.monotonic)
    options = read_options(QUICK | {"ZABOTA_PUBLIC_URL": public_url}, data=str(folder))
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
            fake.asks = client
            try:
                yield OnVk(Live(parts, fake, server.url), fake, client)  # type: ignore[arg-type]
            finally:
                await loops.stop(5)


async def test_a_client_talks_to_the_salon_in_vk(tmp_path: Path) -> None:
    async with on_vk(tmp_path) as salon:
        fake, live = salon.fake, salon.live
        with pytest.raises(Exception, match="ВКонтакте не узнал этот ключ"):
            await salon.connect("x" * 60)
        assert "Мессенджер присылает сообщения на https://salon.test." in await salon.connect()
        await live.until(lambda: fake.wishes)
        assert [server["status"] for server in fake.servers.values()] == ["ok"]
        assert await salon.hears(fake.says(ANNA, "Начать", payload='{"command":"start"}'), times=6) == [True] * 6
        await live.until(lambda: fake.sent)
        (menu,) = fake.sent
        assert {action["type"] for action in menu.actions} == {"callback"}
        await salon.hears(fake.presses(menu, menu.actions[0]["label"]))
        await live.until(lambda: len(fake.sent) > 1)
        await live.until(lambda: len(fake.answered) == 1)
        # The answer to a line is lost: it goes again under its own number, and the client sees it once.
        await live.until(lambda: not fake.faults.happened)
        fake.faults.plan(Fault.DROP_AFTER)
        await salon.hears(fake.says(ANNA, "сколько стоит маникюр?"))
        await live.until(lambda: fake.faults.happened[Fault.DROP_AFTER])
        lost = fake.sent[-1]
        await live.until_row("outbox", lambda row: lost.random_id in row and "accepted" in row)
        assert [call.method for call in fake.calls if call.form.get("random_id") == str(lost.random_id)] == [
            "messages.send",
            "messages.send",
        ]
        assert max(Counter(sent.random_id for sent in fake.sent).values()) == 1
        await salon.hears(fake.reads(lost))
        await live.until_row("outbox", lambda row: f"{ANNA}:{lost.message_id}" in row and "read" in row)
        await salon.hears(fake.denies(ANNA))
        await live.until_row("address", lambda row: str(ANNA) in row and row[5] is not None)
        assert (await live.table("conversation"))[0]
        assert not any(TOKEN in str(row) for row in await live.table("connection"))


async def test_without_an_address_on_the_web_the_owner_is_told(tmp_path: Path) -> None:
    async with on_vk(tmp_path, "") as salon:
        assert "у Заботы его пока нет" in await salon.connect()
        await salon.live.until_row("connection", lambda row: "no_public_url" in row)
        told = str(await salon.live.order("channels"))
        assert "ВКонтакте приносит сообщения только на адрес" in told
        assert str(GROUP) in told
