"""The whole product with a WhatsApp that is not there: connected, spoken to twice at once, pressed, settled, moved."""

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
from channels.whatsapp.fake import FakeWhatsApp, Json
from tests.bots.test_messengers import QUICK, Live
from tests.channels.test_whatsapp_account import GIVEN

SALON = "http://salon.test"
ANNA = "79990001122"


@dataclass
class OnWhatsApp:
    """A running product, its WhatsApp, and the way from there to its door."""

    live: Live
    fake: FakeWhatsApp
    client: httpx.AsyncClient
    url: str

    async def hears(self, call: Json, times: int = 1) -> list[int]:
        return list(await asyncio.gather(*(self.fake.deliver(self.client, call) for _ in range(times))))

    async def all_is_said(self, least: int) -> None:
        """Wait until nothing is on its way any more."""
        for _ in range(3_000):
            lines = await self.live.table("outbox")
            if len(lines) >= least and not any({"new", "inflight"} & set(map(str, row)) for row in lines):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("something is never said")

    async def connect(self, **other: str) -> None:
        await self.live.order("channel_connect", channel="whatsapp", given=GIVEN | {"base_url": self.url} | other)


@asynccontextmanager
async def on_whatsapp(folder: Path) -> AsyncIterator[OnWhatsApp]:
    fake = FakeWhatsApp(faults=Faults(random.Random(1).random), ticks=time.monotonic)
    options = read_options(QUICK | {"ZABOTA_PUBLIC_URL": SALON}, data=str(folder))
    async with (
        FakeServer(fake) as server,
        assembled(options) as parts,
        following_rules(parts),
        following_connections(parts.messengers, parts.store),
    ):
        app = Starlette(routes=hook_routes(parts.messengers, parts.store, parts.clock, ()))
        loops = worker_loops(parts)
        loops.start()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SALON) as client:
            fake.asks = client
            live = Live(parts, fake, server.url)  # type: ignore[arg-type]
            try:
                yield OnWhatsApp(live, fake, client, server.url)
            finally:
                await loops.stop(5)


async def test_a_client_talks_to_the_salon_on_whatsapp(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as salon:
        fake, live = salon.fake, salon.live
        with pytest.raises(Exception, match="Скопируйте оба с одной страницы"):
            await salon.connect(app_secret="0" * 32)
        await salon.connect()
        await live.until(lambda: fake.webhook)
        assert await salon.hears(fake.says(ANNA, "здравствуйте"), times=6) == [200] * 6
        await live.until(lambda: fake.sent)
        await live.until_row("verification", lambda row: f"+{ANNA}" in row)
        await salon.hears(fake.presses(fake.sent[0], fake.sent[0].buttons[0][0]))
        await live.until(lambda: len(fake.sent) > 1)
        assert {one["message_id"] for one in fake.kindnesses} == {"wamid.IN1", "wamid.IN2"}
        # The answer to a line is lost; a status with its mark tells that it has arrived, and it is not said again.
        await salon.all_is_said(2)
        fake.faults.plan(Fault.DROP_AFTER)
        await salon.hears(fake.says(ANNA, "сколько стоит маникюр?"))
        await live.until_row("outbox", lambda row: "unknown" in row)
        (line,) = [row[0] for row in await live.table("outbox") if "unknown" in row]
        lost = next(sent for sent in fake.sent if sent.body["biz_opaque_callback_data"].startswith(f"z{line}."))
        await salon.hears(fake.status(lost, "read"))
        await salon.hears(fake.status(lost, "delivered"))
        await live.until_row("outbox", lambda row: "read" in row and lost.name in row)
        await live.until_row("hook", lambda row: f"{lost.name}:delivered" in row and "done" in row)
        assert len({sent.name for sent in fake.sent if sent.text == lost.text}) == 1
        # She has a new number: the conversation goes on there, and what goes out goes there.
        moved = {"body": "x", "wa_id": "79990005566", "type": "user_changed_number"}
        await salon.hears(fake.says(ANNA, system=moved))
        await live.until_row("conversation", lambda row: "79990005566" in row)
        before = len(fake.sent)
        await salon.hears(fake.says("79990005566", "спасибо"))
        await live.until(lambda: len(fake.sent) > before)
        assert fake.sent[-1].to == "79990005566"
        assert len(await live.table("conversation")) == 1


async def test_an_address_that_meta_cannot_call_is_said_so(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as salon:
        salon.fake.asks = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette()), base_url=SALON)
        await salon.connect()
        await salon.live.until_row("connection", lambda row: "hook_refused" in row)
        assert "Meta не смогла обратиться к нашему адресу" in str(await salon.live.order("channels"))
        await salon.fake.asks.aclose()
