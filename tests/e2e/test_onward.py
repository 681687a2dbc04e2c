"""From the site's chat to Telegram and back: one press, one person, and apart again. The Telegram is not there."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
from playwright.async_api import Page, expect

from bots.control import socket_path
from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.telegram.fake import TOKEN, USERNAME, FakeTelegram
from tests.bots.product import Product, running, until
from tests.e2e.chat_site import screenshots
from tests.e2e.console_site import owner_comes_in

CLIENT = 5


@asynccontextmanager
async def product_with_telegram(folder: Path) -> AsyncIterator[tuple[Product, FakeTelegram]]:
    """A running product, connected as the command line connects it."""
    fake = FakeTelegram(faults=Faults(random.Random(1).random), ticks=time.monotonic)
    product = Product(folder)
    async with FakeServer(fake) as server, running(product):
        given = {"token": TOKEN, "base_url": server.url}
        reader, writer = await asyncio.open_unix_connection(str(socket_path(folder)))
        order = {"order": "channel_connect", "arguments": {"channel": "telegram", "given": given}}
        writer.write(orjson.dumps(order) + b"\n")
        assert "refused" not in orjson.loads(await reader.readline())
        writer.close()
        yield product, fake


async def say(page: Page, text: str) -> None:
    box = page.get_by_role("dialog").get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def picture(page: Page, name: str) -> None:
    await page.screenshot(path=screenshots() / f"onward-{name}.png")


async def go_on(page: Page, fake: FakeTelegram) -> None:
    """The press, «Start» in Telegram, and «it is me»."""
    bar, before = page.locator("zabota-chat .onward"), len(fake.sent)
    async with page.context.expect_page() as opened:
        await bar.get_by_role("button", name="Продолжить в Telegram").click()
    tab = await opened.value
    await tab.wait_for_url(f"https://t.me/{USERNAME}?start=l_*")
    await expect(bar.get_by_role("link", name="Открыть Telegram")).to_have_attribute("href", tab.url)
    fake.says(CLIENT, "/start " + tab.url.rsplit("start=", 1)[1])
    await until(lambda: len(fake.sent) > before)
    fake.presses(fake.sent[before], "Да, это я")
    await until(lambda: len(fake.sent) > before + 1)
    await tab.close()
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(bar).to_contain_text("Вы на связи и в Telegram.")


async def parted_at_the_desk(page: Page, product: Product) -> None:
    """An administrator sees on the card that two addresses are one client, and takes it back."""
    desk = await page.context.new_page()
    await owner_comes_in(desk, product.link("welcome"))
    await expect(desk.locator("#state-text")).to_have_text("в сети")
    await desk.click("#tab-bot")
    await desk.locator(".talk").first.click()
    joined = desk.locator("#card .fact", has_text="По ссылке")
    await expect(joined).to_contain_text("Telegram")
    await picture(desk, "card")
    await joined.get_by_role("button", name="Разъединить").click()
    await expect(joined).to_have_count(0)
    await desk.close()


async def test_a_visitor_goes_on_in_telegram_and_takes_it_back(page: Page, tmp_path: Path) -> None:
    await page.context.route("https://t.me/**", lambda route: route.fulfill(body="Telegram"))
    async with product_with_telegram(tmp_path) as (product, fake):
        await page.goto(product.address)
        await page.locator(".launcher").click()
        bar = page.locator("zabota-chat .onward")
        go = bar.get_by_role("button", name="Продолжить в Telegram")
        await expect(bar).to_be_attached()
        await expect(go).to_be_hidden()
        await say(page, "где вы находитесь?")
        await expect(go).to_be_visible()
        await expect(page.locator(".line.bot p").filter(has_text="Покровк").first).to_be_visible(timeout=20_000)
        await picture(page, "offered")
        await go_on(page, fake)
        await picture(page, "joined")
        await bar.get_by_role("button", name="Отключить").click()
        await expect(go).to_be_visible()
        await page.reload()
        await go_on(page, fake)
        await parted_at_the_desk(page, product)
        await page.evaluate("dispatchEvent(new Event('focus'))")
        await expect(go).to_be_visible()
