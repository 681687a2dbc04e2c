"""The demo salon's page in a browser: its own strict policy, its prices, and the chat on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from booking.facts import Facts
from booking.salon_files import load_salon
from bots.site import salon_site
from channels.webchat.demo.salon_page import SalonSite, demo_page
from channels.webchat.routes import widget_address
from tests.e2e.chat_site import ChatSite, chat_site, screenshots

DEMO = Path(__file__).parents[2] / "config" / "demo"
SATURDAY = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def lavanda() -> SalonSite:
    salon = load_salon(DEMO, date(2026, 3, 14))
    return salon_site(salon, Facts(salon, "ru"), SATURDAY)


@pytest.fixture
async def site() -> AsyncIterator[ChatSite]:
    served = ChatSite(title="Лаванда")
    script = widget_address({"sites": {"lavanda": {"title": "Лаванда"}}})
    served.pages = demo_page(lavanda, "lavanda", script)
    async with chat_site(served) as running:
        yield running


def watched(page: Page) -> list[str]:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("requestfailed", lambda request: complaints.append(request.url))
    return complaints


async def test_the_page_shows_the_salon_and_opens_the_chat(page: Page, site: ChatSite) -> None:
    complaints = watched(page)
    await page.goto(site.url)
    await expect(page.locator(".launcher")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    for heading in ("Волосы", "Маникюр и педикюр", "Лаванда на Покровке", "Анна Ковалёва"):
        await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    await expect(page.locator("#prices")).to_contain_text("от 2 200 ₽")
    await page.screenshot(path=screenshots() / "page-top.png")
    await page.screenshot(path=screenshots() / "page-whole.png", full_page=True)
    await page.get_by_role("link", name="Записаться: Женская стрижка").click()
    box = page.get_by_role("dialog").get_by_role("textbox")
    await expect(box).to_have_value("Хочу записаться: женская стрижка")
    await expect(box).to_be_focused()
    await box.press("Enter")
    await expect(page.locator(".line.bot p").filter(has_text="Вы написали")).to_be_visible()
    await page.screenshot(path=screenshots() / "page-chat.png")
    assert complaints == []


@pytest.mark.parametrize("width", [320, 375, 768, 1024, 1440, 1920])
async def test_nothing_sticks_out_at_any_width(browser: Browser, site: ChatSite, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 800}, device_scale_factor=1)
    page = await context.new_page()
    await page.goto(site.url)
    await expect(page.locator(".launcher")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await page.screenshot(path=screenshots() / f"page-{width}.png", full_page=width < 800)
    await context.close()


async def test_axe_finds_nothing_in_either_scheme(browser: Browser, site: ChatSite) -> None:
    for scheme in ("light", "dark"):
        context = await browser.new_context(bypass_csp=True, color_scheme=scheme, reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(site.url)
        await expect(page.locator(".launcher")).to_be_visible()
        await page.screenshot(path=screenshots() / f"page-{scheme}.png")
        results = await Axe().run(page)
        found = [(one["id"], node["target"]) for one in results.response["violations"] for node in one["nodes"]]
        assert found == []
        await context.close()


def test_the_policy_is_strict_and_data_are_text() -> None:
    salon = lavanda()
    nasty = SalonSite(
        name="<script>alert(1)</script>", phone=salon.phone, prices=salon.prices, places=salon.places, people=()
    )
    client = TestClient(Starlette(routes=demo_page(lambda: nasty, '"><script>', "/chat/widget.js?a=1&v=2")))
    answer = client.get("/")
    assert "<script>alert" not in answer.text
    assert 'data-site="&#34;&gt;&lt;script&gt;"' in answer.text
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    forged = client.get("/", headers={"host": "x; script-src *"})
    assert forged.headers["content-security-policy"].count("script-src") == 1


def test_files_are_kept_by_their_version() -> None:
    client = TestClient(Starlette(routes=demo_page(lavanda, "lavanda", "/chat/widget.js")))
    page = client.get("/").text
    for name in ("page.css", "page.js", "icon.svg"):
        address = page[page.index(f"/site/{name}") :].split('"', maxsplit=1)[0]
        assert "immutable" in client.get(address).headers["cache-control"]
        assert client.get(f"/site/{name}").headers["cache-control"] == "no-cache"
