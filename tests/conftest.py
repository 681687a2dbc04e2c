"""Fixtures for every test: real PostgreSQL, Redis and Chromium; no way out of the machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Page

from tests import network_guard
from tests.servers.chromium import running_chromium
from tests.servers.postgres import PostgresServer, postgres_server
from tests.servers.redis import RedisServer, redis_server

network_guard.watch()

LONG = ("e2e", "bots", "benchmarks")
"""Folders whose tests start the product or a browser."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Our own switches."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden conversations of the flows")
    parser.addoption("--book-model", type=int, default=0, help="how many sequences the book and its model play")
    parser.addoption("--every-golden", action="store_true", help="play every golden conversation on every channel")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: with several workers none is left alone with one at the end while the others are idle."""
    items.sort(key=lambda item: LONG.index(area) if (area := item.path.parent.name) in LONG else len(LONG))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The cluster of this test session, started when the first test asks."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A fresh empty database, dropped afterwards: postgresql://zabota@127.0.0.1:port/name."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """The Redis of this test session; a test that stops it must start it again."""
    with redis_server() as server:
        yield server


@pytest.fixture
def redis_url(redis: RedisServer) -> str:
    """An empty Redis: redis://127.0.0.1:port/0."""
    redis.flush()
    return redis.url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium of the test's own, driven from the test's own event loop."""
    async with running_chromium() as running:
        yield running


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A Russian visitor's desktop page; an error that a script on it leaves uncaught fails the test."""
    context = await browser.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    uncaught: list[str] = []
    page.on("pageerror", lambda error: uncaught.append(str(error)))
    yield page
    assert not uncaught, uncaught
