"""The whole product in this process on a Tuesday of its own, and somebody in the chat on the salon's page."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import uvicorn
from playwright.async_api import Browser, Download, Locator, Page, ViewportSize, expect

from bots.assembly import assembled
from bots.clock import SystemClock
from bots.embedded import application, console_settings
from bots.options import Options
from bots.serve import demo_visitor
from console.first_owner import first_owner_path
from tests.e2e.chat_site import screenshots

TUESDAY_NOON = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
"""The first start of this demo salon: what is free on which day is always the same."""
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 375, "height": 812}
PATIENCE = 20_000


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSite:
    """Where the salon's page is, and the links by which the demo client and the owner come in."""

    url: str
    anna: str
    owner: str
    """Empty when the owner has come in before."""


@asynccontextmanager
async def booking_site(data: Path, now: datetime = TUESDAY_NOON, port: int = 0) -> AsyncIterator[BookingSite]:
    """The product on a demo salon of its own, web and worker together, started at ``now``."""
    clock = SystemClock(now - SystemClock().now())
    options = Options(data=data, environment={"ZABOTA_BURST_WAIT_SECONDS": "0.1"})
    listener = socket.create_server(("127.0.0.1", port))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with assembled(options, clock=clock) as parts:
        config = uvicorn.Config(
            application(parts, with_worker=True), log_level="error", timeout_graceful_shutdown=1, ws="websockets-sansio"
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        try:
            path = await first_owner_path(parts.store.accounts, console_settings(parts), parts.clock, parts.dice)
            owner = f"{url}/console{path}" if path else ""
            yield BookingSite(url=url, anna=f"{url}/?visitor={quote(await demo_visitor(parts))}", owner=owner)
        finally:
            server.should_exit = True
            await serving


@dataclass
class Client:
    """Somebody with the chat open; ``taps`` counts the buttons pressed."""

    page: Page
    taps: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def last(self) -> Locator:
        """The salon's newest line, with its buttons."""
        return self.page.locator(".log .line.bot:not(.typing)").last

    async def hears(self, words: str) -> None:
        """Wait until the salon's newest line has these words."""
        await expect(self.last.locator("p")).to_contain_text(words, timeout=PATIENCE)

    async def says(self, text: str) -> None:
        """Type and send."""
        box = self.page.get_by_role("dialog").get_by_role("textbox")
        await box.fill(text)
        await box.press("Enter")

    async def taps_on(self, label: str) -> None:
        """Press a button of the newest line by its whole label."""
        await self.last.get_by_role("button", name=label, exact=True).click()
        self.taps += 1

    async def labels(self) -> list[str]:
        """The buttons of the newest line, from the first to the last."""
        return await self.last.get_by_role("button").all_inner_texts()

    async def downloads(self, label: str) -> bytes:
        """Press a file's button of the newest line: what the browser kept."""
        kept: asyncio.Queue[Download] = asyncio.Queue()
        self.page.once("download", kept.put_nowait)
        self.page.context.once("page", lambda opened: opened.once("download", kept.put_nowait))
        await self.last.get_by_role("button", name=label, exact=True).click()
        download = await asyncio.wait_for(kept.get(), PATIENCE / 1000)
        assert download.suggested_filename == "visit.ics"
        return (await download.path()).read_bytes()

    async def is_well(self) -> None:
        """Nothing was complained about, the head of the chat is in its place, nothing sticks out."""
        assert self.complaints == []
        assert await self.page.get_by_role("dialog").evaluate("panel => panel.scrollHeight - panel.clientHeight") <= 0
        assert await self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    async def picture(self, name: str) -> None:
        """A screenshot of the chat for a person to look at."""
        chat = self.page.get_by_role("dialog")
        await chat.screenshot(path=screenshots() / f"booking-{name}.png", animations="disabled")


async def client_at(browser: Browser, address: str, size: ViewportSize = DESKTOP) -> Client:
    """A visitor of the salon's page with the chat open."""
    page = await (await browser.new_context(locale="ru-RU", timezone_id="Europe/Moscow", viewport=size)).new_page()
    client = Client(page)
    page.on("pageerror", lambda error: client.complaints.append(str(error)))
    page.on("console", lambda line: client.complaints.append(line.text) if line.type == "error" else None)
    await page.goto(address)
    await page.locator(".launcher").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    return client
