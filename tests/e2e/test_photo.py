"""A visitor's photo on the manager's screen, through the whole product."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import httpx
from playwright.async_api import ConsoleMessage, Page, expect

from tests.bots.product import Product, running, until
from tests.e2e.console_site import owner_comes_in, picture

SIDE = 24


def png() -> bytes:
    """A small picture, one colour."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = (b"\0" + b"\xb0\x40\x70" * SIDE) * SIDE
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def send_photo(product: Product, content: bytes) -> httpx.Response:
    """A new visitor sends a photo from the salon's page."""
    origin = {"origin": product.address}
    async with httpx.AsyncClient(base_url=product.address, headers=origin) as client:
        token = (await client.post("/chat/session", json={"site": "main"})).json()["token"]
        return await client.post("/chat/photo?client_id=photo-0001", content=content, headers={"x-chat-token": token})


async def choose_photo(manager: Page, product: Product, folder: Path) -> None:
    """A visitor picks a photo in the chat itself, as people do."""
    assert manager.context.browser is not None
    context = await manager.context.browser.new_context(locale="ru-RU", viewport={"width": 375, "height": 740})
    visitor = await context.new_page()
    file = folder / "nails.png"
    file.write_bytes(png())
    await visitor.goto(product.address)
    await visitor.locator(".launcher").click()
    await visitor.locator("zabota-chat input[type=file]").set_input_files(file)
    shown = visitor.locator("zabota-chat .line.client img")
    await expect(shown).to_have_js_property("naturalWidth", SIDE)
    await expect(visitor.locator("zabota-chat .line.client")).to_have_count(1)
    await picture(visitor, "photo-in-chat")
    bad = folder / "letter.png"
    bad.write_bytes("это не фото".encode())
    await visitor.locator("zabota-chat input[type=file]").set_input_files(bad)
    refused = visitor.locator("zabota-chat [data-state=failed] small")
    await expect(refused).to_contain_text("не похоже на фотографию")
    await expect(refused.locator("button")).to_have_text("Повторить")
    await context.close()


async def test_a_photo_from_the_chat_is_seen_at_the_desk(page: Page, tmp_path: Path) -> None:
    product = Product(tmp_path)
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", heard)
    async with running(product):
        await until(lambda: "/console/welcome/" in product.said)
        await owner_comes_in(page, product.link("welcome"))
        await expect(page.locator("#state-text")).to_have_text("в сети")
        await choose_photo(page, product, tmp_path)
        assert (await send_photo(product, b"\x89PNG\r\n\x1a\n is no picture inside")).status_code == 200
        await page.click("#tab-bot")
        await page.locator(".talk", has_text="Гость № 1").click()
        image = page.locator(".photo__image")
        await expect(image).to_have_attribute("alt", re.compile("Фото от клиента"))
        await expect(image).to_have_js_property("naturalWidth", SIDE)
        await expect(image).to_be_in_viewport()
        await picture(page, "photo")
        async with page.context.expect_page() as opened:
            await page.locator(".photo").click()
        alone = await opened.value
        await expect(alone.locator("img")).to_have_js_property("naturalWidth", SIDE)
        assert alone.url.startswith(f"{product.address}/console/media/")
        await page.locator(".talk", has_text="Гость № 2").click()
        await expect(page.locator(".photo--file")).to_have_text("Фото или файл")
        stranger = await page.context.browser.new_context() if page.context.browser else None
        assert stranger is not None
        refused = await (await stranger.new_page()).goto(alone.url)
        assert refused is not None
        assert "/login" in refused.url
    assert complaints == []
