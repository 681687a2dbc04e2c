"""The whole product as a visitor and an administrator have it: real processes, real database, real browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bots.product import Product, running, until
from tests.e2e.console_site import owner_comes_in

PICTURES = Path(os.environ.get("ZABOTA_SCREENSHOTS", "build/screenshots"))


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Product]:
    """A fresh installation that stands still at midday, when somebody is at the desk."""
    made = Product(tmp_path, arguments=("--clock", "12:00"))
    async with running(made):
        await until(lambda: "visitor=" in made.said)
        yield made


async def picture(page: Page, name: str) -> None:
    """A screenshot for a person to look at."""
    await page.wait_for_timeout(300)
    await page.screenshot(path=PICTURES / f"product-{name}.png")


async def open_chat(page: Page, address: str) -> None:
    """The demo salon's page with the chat open."""
    await page.goto(address)
    await page.locator(".launcher").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Type into the chat and send."""
    box = page.get_by_role("dialog").get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def test_a_visitor_asks_gets_upset_and_a_person_answers(browser: Browser, product: Product) -> None:
    visitor = await (await browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 860})).new_page()
    manager = await (await browser.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})).new_page()
    await owner_comes_in(manager, product.link("welcome"))

    await open_chat(visitor, product.address)
    await picture(visitor, "1-first-screen")
    await say(visitor, "здравствуйте, скока стоит маникюр?")
    await expect(visitor.locator(".line p").filter(has_text="Маникюр с гель-лаком")).to_be_visible(timeout=20_000)
    await picture(visitor, "2-answer")
    await say(visitor, "всё плохо, я ждала сорок минут и ушла")
    await expect(visitor.locator(".line p").filter(has_text="Мне очень жаль")).to_be_visible(timeout=20_000)
    await picture(visitor, "3-upset")

    waiting = manager.get_by_text("ждала сорок минут").first
    await expect(waiting).to_be_visible(timeout=20_000)
    await expect(manager.get_by_text("Клиент расстроен").first).to_be_visible()
    await waiting.click()
    await manager.get_by_role("button", name="Взять").first.click()
    box = manager.get_by_placeholder("Ответ клиенту…")
    await box.fill("Простите нас, пожалуйста. Я Вера, сейчас всё исправим.")
    await box.press("Enter")
    await expect(visitor.locator(".line p").filter(has_text="Я Вера, сейчас")).to_be_visible(timeout=20_000)
    await picture(manager, "4-reply")
    await picture(visitor, "5-answered-by-a-person")

    before = await visitor.locator(".line").count()
    await say(visitor, "спасибо, жду")
    await expect(manager.get_by_text("спасибо, жду").first).to_be_visible(timeout=20_000)
    await visitor.wait_for_timeout(2500)
    assert await visitor.locator(".line").count() == before + 1, "while a person answers the bot is silent"

    await manager.get_by_role("button", name="Вернуть боту").first.click()
    await manager.get_by_text("меню", exact=False).last.click()
    await expect(visitor.locator(".line p").filter(has_text="Чем ещё помочь?")).to_be_visible(timeout=20_000)
    await visitor.reload()
    await expect(visitor.locator(".line p").filter(has_text="Я Вера, сейчас")).to_be_visible(timeout=20_000)


async def test_what_was_written_offline_is_answered_after_the_restart_once(browser: Browser, product: Product) -> None:
    page = await (await browser.new_context(locale="ru-RU", viewport={"width": 375, "height": 812})).new_page()
    await open_chat(page, product.address)
    await say(page, "меню")
    await expect(page.locator(".line p").filter(has_text="Чем помочь?")).to_be_visible(timeout=20_000)
    await picture(page, "6-phone")
    await product.stop()
    await say(page, "где вы находитесь?")
    await page.wait_for_timeout(1000)
    await product.start()
    await expect(page.locator(".line p").filter(has_text="Покровк").first).to_be_visible(timeout=40_000)
    asked = page.locator(".line p").filter(has_text="где вы находитесь?")
    assert await asked.count() == 1
    await page.reload()
    await expect(asked).to_be_visible(timeout=20_000)
    assert await asked.count() == 1


async def test_at_night_the_promise_is_honest(browser: Browser, tmp_path: Path) -> None:
    product = Product(tmp_path, arguments=("--clock", "23:40"))
    async with running(product):
        page = await (await browser.new_context(locale="ru-RU")).new_page()
        await open_chat(page, product.address)
        await say(page, "оператор")
        promise = page.locator(".line p").filter(has_text="завтра после 09:45")
        await expect(promise).to_be_visible(timeout=20_000)
        await picture(page, "7-night")
