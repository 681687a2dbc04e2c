"""The whole product with a Telegram that is not there: connected, spoken to, pressed, blocked, joined."""

from __future__ import annotations

import asyncio
import csv
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bots.assembly import Parts, assembled
from bots.embedded import following_rules, worker_loops
from bots.fakes import obey
from bots.messengers import following_connections
from bots.options import read_options
from bots.orders import carry_out
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.telegram.fake import TOKEN, FakeTelegram, Sent
from dialog.message import Address
from storage.sql import Script, Sql

ACCOUNT = TOKEN.split(":", maxsplit=1)[0]
QUICK = {"ZABOTA_BURST_WAIT_SECONDS": "0.02", "ZABOTA_POLL_SECONDS": "0.1"}


@dataclass
class Live:
    """A running product and its Telegram."""

    parts: Parts
    fake: FakeTelegram
    url: str

    async def order(self, name: str, **arguments: object) -> dict[str, object]:
        return await carry_out(self.parts, name, arguments)

    async def connect(self) -> None:
        await self.order("channel_connect", channel="telegram", given={"token": TOKEN, "base_url": self.url})

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for a state, never for a time."""
        for _ in range(3_000):
            if holds():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it never came to that")

    async def until_row(self, name: str, holds: Callable[[tuple[object, ...]], object]) -> None:
        """Wait until some row of a table is as it should be."""
        for _ in range(3_000):
            if any(holds(row) for row in await self.table(name)):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"no such row ever came into {name}")

    async def table(self, name: str) -> list[tuple[object, ...]]:
        def script() -> Script[list[tuple[object, ...]]]:
            return [tuple(row) for row in (yield Sql(f"SELECT * FROM {name}"), ())]

        return await self.parts.store.database.read(script)


@asynccontextmanager
async def live(folder: Path) -> AsyncIterator[Live]:
    fake = FakeTelegram(faults=Faults(random.Random(1).random), ticks=time.monotonic)
    async with (
        FakeServer(fake) as server,
        assembled(read_options(QUICK, data=str(folder))) as parts,
        following_rules(parts),
        following_connections(parts.messengers, parts.store),
    ):
        loops = worker_loops(parts)
        loops.start()
        try:
            yield Live(parts, fake, server.url)
        finally:
            await loops.stop(5)


async def test_a_client_talks_to_the_salon_in_telegram(tmp_path: Path) -> None:
    async with live(tmp_path) as salon:
        fake = salon.fake
        await salon.connect()
        fake.says(5, "/start")
        await salon.until(lambda: fake.sent)
        fake.presses(fake.sent[0], fake.sent[0].buttons[0]["text"])
        await salon.until(lambda: len(fake.sent) > 1)
        assert fake.sent[0].buttons[0]["text"].startswith("✓ ")
        fake.files["cat"] = b"\xff\xd8\xff" + b"0" * 64
        fake.says(5, photo=[{"file_id": "cat", "file_unique_id": "u", "width": 9, "height": 9}])
        fake.says(5, contact={"phone_number": "79990001122", "first_name": "Аня", "user_id": 5})
        await salon.until(lambda: len(fake.sent) > 2)
        await salon.until_row("media", bool)
        (proof,) = await salon.table("verification")
        assert "+79990001122" in proof
        assert {"sendChatAction", "answerCallbackQuery", "editMessageReplyMarkup"} <= {c.method for c in fake.calls}
        # A second «Start» is answered, too.
        before = len(fake.sent)
        fake.says(5, "/start")
        await salon.until(lambda: len(fake.sent) > before)
        await salon.until(lambda: all(call.method != "sendMessage" or call.fault is None for call in fake.calls))
        written = tmp_path / "ledger.csv"
        assert (await salon.order("channel_ledger", to=str(written), days=1))["count"]
        rows = list(csv.DictReader(written.read_text("utf-8-sig").splitlines()))
        assert {row["outcome"] for row in rows} == {"accepted"}
        assert "79990001122" not in written.read_text("utf-8-sig")


async def test_who_blocks_us_hears_nothing_until_he_writes_again(tmp_path: Path) -> None:
    async with live(tmp_path) as salon:
        fake = salon.fake
        await salon.connect()
        fake.faults.plan(Fault.BLOCKED)
        fake.says(5, "/start")
        await salon.until(lambda: any(call.fault is Fault.BLOCKED for call in fake.calls))
        await salon.until_row("address", lambda row: row[5])
        assert fake.sent == []
        fake.says(5, "вы тут?")
        await salon.until(lambda: fake.sent)
        fake.member(5, "kicked")
        await salon.until_row("address", lambda row: row[5])


async def test_the_owner_is_told_what_is_wrong_in_words(tmp_path: Path) -> None:
    async with live(tmp_path) as salon:
        with pytest.raises(Exception, match="не похоже на токен"):
            await salon.order("channel_connect", channel="telegram", given={"token": "привет"})
        with pytest.raises(Exception, match="Нет такого мессенджера"):
            await salon.order("channel_check", channel="telegram", account="1")
        await salon.connect()
        assert "работает" in str(await salon.order("channels"))
        salon.fake.token = "123456789:" + "x" * 35
        with pytest.raises(Exception, match="BotFather"):
            await salon.order("channel_check", channel="telegram", account=ACCOUNT)
        assert "не работает" in str(await salon.order("channels"))
        salon.fake.token = TOKEN
        await salon.order("channel_check", channel="telegram", account=ACCOUNT)
        await salon.order("channel_switch", channel="telegram", account=ACCOUNT, on=False)
        assert "приостановлен" in str(await salon.order("channels"))
        (kept,) = await salon.table("connection")
        assert TOKEN not in str(kept)
        await salon.order("channel_forget", channel="telegram", account=ACCOUNT)
        assert await salon.table("connection") == []


async def test_a_new_token_loses_no_event(tmp_path: Path) -> None:
    """While Telegram still sends the secret before, it is believed."""
    async with live(tmp_path) as salon:
        await salon.connect()
        (first,) = await salon.parts.messengers.connections.all()
        await salon.connect()
        (second,) = await salon.parts.messengers.connections.all()
        assert second.path == first.path
        assert second.secrets["hook_secret_before"] == first.secrets["hook_secret"] != second.secrets["hook_secret"]


async def test_a_link_from_the_site_joins_two_addresses(tmp_path: Path) -> None:
    async with live(tmp_path) as salon:
        await salon.connect()
        now = salon.parts.clock.now()
        site = Address(channel="webchat", account="main", peer="v1")
        await salon.parts.store.people.introduce(site, name="Аня", phone="", language="ru", now=now)
        link = await salon.parts.messengers.links.link(site)
        assert link is not None
        salon.fake.says(5, "/start " + link.rsplit("start=", 1)[1])
        await salon.until(lambda: salon.fake.sent)
        assert len({row[1] for row in await salon.table("address")}) == 2, "not before he has said that it is he"
        (asked,) = salon.fake.sent
        salon.fake.presses(asked, "Да, это я")
        await salon.until(lambda: len(salon.fake.sent) > 1)
        assert salon.fake.sent[-1].text.startswith("Готово")
        assert len({row[1] for row in await salon.table("address")}) == 1
        (joining,) = await salon.parts.store.people.joinings(site)
        assert await salon.parts.store.people.unjoin(joining.id, None, now)
        assert len({row[1] for row in await salon.table("address")}) == 2


def test_the_terminal_of_the_fake_presses_and_breaks() -> None:
    fake = FakeTelegram(faults=Faults(lambda: 1.0), ticks=time.monotonic)
    obey(fake, "привет")
    markup = {"inline_keyboard": [[{"text": "Цены", "callback_data": "A" * 16}]]}
    fake.sent.append(Sent(chat=5001, message_id=2, text="?", markup=markup, at=0.0))
    obey(fake, "1")
    obey(fake, "7")
    kinds = [next(key for key in update if key != "update_id") for update in fake.updates.values()]
    assert kinds == ["message", "callback_query", "message"]
    obey(fake, "/fault throttle html")
    assert [fake.faults.next(), fake.faults.next(), fake.faults.next()] == [Fault.THROTTLE, Fault.HTML, None]
    obey(fake, "/rate throttle 1")
    obey(fake, "/down")
    assert fake.faults.down
    with pytest.raises(ValueError, match="nonsense"):
        obey(fake, "/fault nonsense")
