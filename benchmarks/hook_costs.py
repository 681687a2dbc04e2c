"""What a messenger's call costs from the door to the answer: believed, stored durably, acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.measured_engine import Cost
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock
from channels.connection import Connection
from channels.directory import Directory
from channels.hook_door import HookDoor
from channels.port import load_channel
from channels.telegram.door import SECRET_HEADER
from dialog.local_bus import LocalBus
from storage.connections import StoredConnections
from storage.seal import KeySeal
from storage.store import Store

CHANNEL, PATH = "telegram", "bench"
_SECRET = "Zx9" * 12
_CHAT = {"id": 4711, "first_name": "Bench", "type": "private"}
MOST = 1_000_000


@dataclass(slots=True)
class Calls:
    """What some calls cost, how long each took (seconds), and what was left in the store."""

    cost: Cost
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    stored: int = 0


async def hook_costs(store: Store, *, calls: int, at_once: int) -> Calls:
    """``calls`` updates, ``at_once`` under way at any time, through the product's own door."""
    found = await called(await _door(store), calls=calls, at_once=at_once)
    found.stored = len(await store.hooks.waiting([CHANNEL], RealClock().now(), MOST))
    return found


async def called(app: Starlette, *, calls: int, at_once: int) -> Calls:
    """What these calls cost any application at that address."""
    numbers = iter(range(1, calls + 1))
    latencies: list[float] = []
    refused = 0

    async def caller() -> None:
        nonlocal refused
        for number in numbers:
            before = time.perf_counter()
            refused += await _call(app, _update(number)) != 200
            latencies.append(time.perf_counter() - before)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    cost = Cost(calls, time.process_time() - cpu, time.perf_counter() - wall)
    return Calls(cost, latencies, refused)


def bare() -> Starlette:
    """The floor: the same address, the body read and forgotten."""

    async def heard(request: Request) -> Response:
        await request.body()
        return PlainTextResponse("")

    return Starlette(routes=[Route(f"/hooks/{CHANNEL}/{PATH}", heard, methods=["POST"])])


async def _door(store: Store) -> Starlette:
    clock = RealClock()
    connections = StoredConnections(store.database, KeySeal([_SECRET.encode()]))
    bot = Connection(channel=CHANNEL, account="1", path=PATH, secrets={"hook_secret": _SECRET})
    await connections.put(bot, clock.now())
    directory = Directory(connections, LocalBus(), QuietJournal())
    await directory.read()
    messenger = load_channel(CHANNEL).messenger
    assert messenger is not None
    return Starlette(routes=HookDoor(directory, store.hooks, clock.now).routes(CHANNEL, messenger))


def _update(number: int) -> bytes:
    message = {"message_id": number, "date": 1_790_000_000, "chat": _CHAT, "from": _CHAT, "text": "menu"}
    return orjson.dumps({"update_id": number, "message": message})


async def _call(app: Starlette, body: bytes) -> int:
    """The status of the answer. The server before the application is not measured."""
    path = f"/hooks/{CHANNEL}/{PATH}"
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(SECRET_HEADER.encode(), _SECRET.encode()), (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    status = 0

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status
