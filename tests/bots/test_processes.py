"""The product started as people start it: one process on SQLite, several on PostgreSQL."""

from __future__ import annotations

import signal
import stat
from pathlib import Path

import httpx
import pytest

from tests.bots.product import Product, Visitor, running, until


async def test_it_answers_hands_over_and_continues_after_a_restart(tmp_path: Path) -> None:
    product = Product(tmp_path)
    visitor = Visitor(product)
    async with running(product):
        await until(lambda: "/console/welcome/" in product.said)
        async with visitor.connected() as socket:
            await visitor.say(socket, "меню")
            await visitor.hears("Чем помочь?")
            await visitor.press(socket, "Записаться")
            await visitor.hears("На что вас записать")
            await visitor.say(socket, "маникюр")
            await visitor.hears("К кому вас записать?")
        assert await product.stop() == 0
        assert "Traceback" not in product.said
    async with running(product):
        async with visitor.connected() as socket:
            await visitor.say(socket, "оператор")
            await visitor.hears("позову администратора", author="system")
            await visitor.hears("я сохранила", author="system")
        assert [message["seq"] for message in visitor.messages] == list(range(1, len(visitor.messages) + 1))
    async with running(product), visitor.connected():
        await until(lambda: visitor.state)
        assert visitor.state["owner"] == "waiting"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_stops_cleanly_by_either_signal(tmp_path: Path, number: signal.Signals) -> None:
    product = Product(tmp_path)
    async with running(product), Visitor(product).connected():
        assert await product.stop(number) == 0
    assert "Traceback" not in product.said


async def test_after_a_kill_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    product = Product(tmp_path, environment={"ZABOTA_BURST_WAIT_SECONDS": "5", "ZABOTA_BURST_MOST_SECONDS": "5"})
    visitor = Visitor(product)
    async with running(product):
        async with visitor.connected() as socket:
            client_id = await visitor.say(socket, "оператор, позовите человека")
            await until(lambda: client_id in visitor.acknowledged)
        await product.stop(signal.SIGKILL)
    product.environment["ZABOTA_BURST_WAIT_SECONDS"] = "0"
    async with running(product), visitor.connected():
        await visitor.hears("администратора", author="system")


async def test_a_second_one_on_the_same_folder_or_port_says_so_in_one_line(tmp_path: Path) -> None:
    product = Product(tmp_path / "a")
    async with running(product):
        for second, words in (
            (Product(tmp_path / "a"), "уже работает другая Забота"),
            (Product(tmp_path / "b", port=product.port), f"Порт {product.port} занят"),
        ):
            assert await second.refused() == 2
            assert words in second.said
            assert "Traceback" not in second.said


async def test_secrets_are_for_the_owner_of_the_process_only(tmp_path: Path) -> None:
    async with running(Product(tmp_path)):
        keys = list((tmp_path / "keys").iterdir())
        assert keys
        assert all(stat.S_IMODE(key.stat().st_mode) == 0o600 for key in keys)
        assert stat.S_IMODE((tmp_path / "control.sock").stat().st_mode) == 0o600


async def test_several_processes_serve_one_postgresql(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    environment = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
    web = Product(tmp_path, environment=environment, command="web")
    other = Product(tmp_path, environment=environment, command="web")
    workers = [Product(tmp_path, environment=environment, command="worker") for _ in range(2)]
    async with running(web), running(other), running(workers[0]), running(workers[1]):
        here, there = Visitor(web, name="here-tab"), Visitor(other, name="other-tab")
        async with here.connected() as socket:
            await here.say(socket, "меню")
            await here.hears("Чем помочь?")
            there.token = here.token
            async with there.connected() as other_socket:
                await there.hears("Чем помочь?")
                await there.say(other_socket, "оператор")
                await here.hears("позову администратора", author="system")
        for process in (web, other, *workers):
            assert await process.stop() == 0
            assert "Traceback" not in process.said


async def test_health_is_not_ready_before_and_gone_after(tmp_path: Path) -> None:
    product = Product(tmp_path)
    async with running(product), httpx.AsyncClient() as client:
        assert (await client.get(f"{product.address}/healthz")).text == "ok"
        await product.stop()
        with pytest.raises(httpx.TransportError):
            await client.get(f"{product.address}/healthz")
