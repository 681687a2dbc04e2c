"""A console that browsers can reach, that can fall and rise, and somebody sitting before it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from playwright.async_api import Page

from tests.console.salon import PASSWORD, Salon
from tests.fakes.moments import FakeClock

OWNERS_PASSWORD = "верный конь и батарейка"

_PICTURES = Path(os.environ.get("ZABOTA_SCREENSHOTS", "build/screenshots"))


class RealClock(FakeClock):
    """The machine's clock: browsers look at theirs."""

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Site:
    """A console on a port of its own."""

    def __init__(self, salon: Salon) -> None:
        self.salon = salon
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}/console"

    async def start(self) -> None:
        """Serve until stop()."""
        app = self.salon.app()
        config = uvicorn.Config(app, port=self.port, log_level="error", timeout_graceful_shutdown=1)
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Be gone."""
        self._server.should_exit = True
        await self._task


@asynccontextmanager
async def running_site(salon: Salon) -> AsyncIterator[Site]:
    """A site that is up while the block runs."""
    site = Site(salon)
    await site.start()
    try:
        yield site
    finally:
        await site.stop()


async def owner_comes_in(page: Page, link: str) -> None:
    """The owner's first way into the console of a real product, by the link of the first start."""
    await page.goto(link)
    await page.fill("#f-name", "Вера Орлова")
    await page.fill("#f-login", "vera")
    await page.fill("#f-password", OWNERS_PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console/inbox")


async def log_in(page: Page, site: Site, login: str) -> None:
    """Come in by the form."""
    await page.goto(f"{site.base}/login")
    await page.fill("#f-login", login)
    await page.fill("#f-password", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_url(lambda url: "/login" not in url)


async def picture(page: Page, name: str) -> None:
    """Keep a screenshot where a person can look at it."""
    await page.screenshot(path=_PICTURES / f"console-{name}.png")
