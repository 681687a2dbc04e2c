"""The test servers themselves: real, fresh for every test, and unable to reach the outside."""

from __future__ import annotations

import asyncio
import socket

import asyncpg
import pytest
import redis.asyncio
from playwright.async_api import Browser, Page

from tests.network_guard import OutsideWorld
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer


async def test_a_postgres_database_is_fresh_and_speaks_russian(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await connection.execute("CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE TABLE seen (id int)")
        # A "C" locale would answer 0: trigrams would not see Cyrillic letters at all.
        assert await connection.fetchval("SELECT similarity('маникюр', 'маникюра')") > 0.5
        assert await connection.fetchval("SELECT lower('ЩЁТКА')") == "щётка"
    finally:
        await connection.close()


async def test_what_one_test_wrote_the_next_does_not_see(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("SELECT to_regclass('seen')") is None
    finally:
        await connection.close()


def test_a_prepared_database_is_prepared_once_and_copied(postgres: PostgresServer) -> None:
    calls: list[str] = []

    def prepare(url: str) -> None:
        calls.append(url)
        postgres.execute("CREATE TABLE ready (id int)", database=url.rsplit("/", 1)[1])

    first, second = (postgres.prepared_database("table-ready", prepare) for _ in range(2))
    assert len(calls) == 1
    assert first != second
    for url in (first, second):
        assert postgres.execute("SELECT count(*) FROM ready", database=url.rsplit("/", 1)[1]) == "0"
        postgres.drop_database(url)


async def test_redis_is_real_and_empty(redis_url: str) -> None:
    for _ in range(2):
        client = redis.asyncio.from_url(redis_url)
        assert await client.dbsize() == 0
        await client.xadd("stream", {"word": "привет"})
        assert await client.eval("return redis.call('XLEN', KEYS[1])", 1, "stream") == 1
        await client.flushdb()
        await client.aclose()


def test_redis_comes_back_empty_after_a_loss() -> None:
    from tests.servers.redis import redis_server

    with redis_server() as server:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"SET a 1\r\n")
            assert connection.recv(16) == b"+OK\r\n"
        server.stop()
        assert not _listens(server)
        server.start()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"GET a\r\n")
            assert connection.recv(16) == b"$-1\r\n"


async def test_the_browser_has_a_font_with_russian_letters(page: Page) -> None:
    # Without one, every letter is the same empty box.
    letters = "<p style='width:40px'>{}</p>"
    await page.set_content("".join(letters.format(letter) for letter in "ЖЩ"))
    first, second = [await page.locator("p").nth(n).screenshot() for n in (0, 1)]
    assert first != second


async def test_the_browser_reaches_only_this_machine(browser: Browser) -> None:
    page = await browser.new_page()
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto("http://example.org/", timeout=5000)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80)])
def test_a_socket_out_of_the_machine_is_refused(address: tuple[str, int]) -> None:
    with pytest.raises(OutsideWorld):
        socket.create_connection(address, timeout=1)


async def test_asyncio_may_not_leave_the_machine_either() -> None:
    with pytest.raises(OutsideWorld):
        await asyncio.open_connection("192.0.2.1", 80)


def _listens(server: RedisServer) -> bool:
    from tests.servers.program import listens

    return listens(server.port)
