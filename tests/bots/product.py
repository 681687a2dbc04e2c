"""The product as its users have it: processes with a data folder and a port, started and stopped for real."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin, Subprotocol

START_SECONDS = 60.0


async def until(happens: Callable[[], object], seconds: float = 30, every: float = 0.03) -> None:
    """Wait until ``happens()`` is true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not happens():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(every)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Product:
    """One process of the product."""

    data: Path
    port: int = field(default_factory=free_port)
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    command: str = "serve"
    process: asyncio.subprocess.Process | None = None
    said: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start and wait until it is ready."""
        await self._launch()
        if self.command != "worker":
            await self._ready()

    async def refused(self) -> int:
        """Start where it cannot: the exit code."""
        await self._launch()
        assert self.process is not None
        code = await asyncio.wait_for(self.process.wait(), START_SECONDS)
        await self._reader
        return code

    async def _launch(self) -> None:
        serving = ["--port", str(self.port)] if self.command != "worker" else []
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bots", self.command, "--data", str(self.data), *serving, *self.arguments,
            env={**os.environ, "ZABOTA_BURST_WAIT_SECONDS": "0.3", **self.environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end. The exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), 30)
        await self._reader
        return code

    def link(self, word: str) -> str:
        """The first address with ``word`` in it that was printed."""
        found = re.search(rf"http://\S*{word}\S*", self.said)
        assert found, self.said
        return found[0]

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said += line.decode()

    async def _ready(self) -> None:
        async with httpx.AsyncClient() as client, asyncio.timeout(START_SECONDS):
            while True:
                assert self.process is not None
                assert self.process.returncode is None, self.said
                try:
                    if (await client.get(f"{self.address}/healthz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)


@asynccontextmanager
async def running(product: Product) -> AsyncIterator[Product]:
    """A started product; killed at the end if it still runs."""
    await product.start()
    try:
        yield product
    finally:
        if product.process is not None and product.process.returncode is None:
            await product.stop(signal.SIGKILL)


@dataclass
class Visitor:
    """Somebody in the site's chat, by the wire."""

    product: Product
    name: str = "visitor"
    token: str = ""
    sent: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[ClientConnection]:
        """An open socket; frames are gathered while it is open."""
        origin = self.product.address
        if not self.token:
            async with httpx.AsyncClient() as client:
                answer = await client.post(f"{origin}/chat/session", json={"site": "main"}, headers={"origin": origin})
                self.token = answer.json()["token"]
        address = f"ws://127.0.0.1:{self.product.port}/chat/ws"
        async with websockets.connect(
            address,
            subprotocols=[Subprotocol("zabota.1"), Subprotocol(self.token)],
            origin=Origin(origin),
            proxy=None,
        ) as socket:
            reader = asyncio.create_task(self._read(socket))
            last = self.messages[-1]["seq"] if self.messages else 0
            await socket.send(json.dumps({"type": "hello", "after": last}))
            try:
                yield socket
            finally:
                reader.cancel()

    async def say(self, socket: ClientConnection, text: str) -> str:
        """Send a text; returns its client id."""
        self.sent += 1
        client_id = f"{self.name}-message-{self.sent:04d}"
        await socket.send(json.dumps({"type": "message", "client_id": client_id, "text": text}))
        return client_id

    async def press(self, socket: ClientConnection, label: str) -> None:
        """Press the newest button with this label."""
        self.sent += 1
        token = next(
            choice["token"]
            for message in reversed(self.messages)
            for choice in message.get("choices", ())
            if choice["label"] == label
        )
        frame = {"type": "press", "client_id": f"{self.name}-message-{self.sent:04d}", "token": token}
        await socket.send(json.dumps(frame))

    async def hears(self, words: str, *, author: str = "bot", seconds: float = 30) -> dict[str, Any]:
        """Wait for a line with ``words`` by ``author``."""

        def found() -> list[dict[str, Any]]:
            return [each for each in self.messages if each["author"] == author and words in each["text"]]

        try:
            await until(found, seconds)
        except TimeoutError:
            raise AssertionError(f"{words!r} by {author} not among {self.messages}") from None
        return found()[0]

    async def _read(self, socket: ClientConnection) -> None:
        async for raw in socket:
            frame = json.loads(raw)
            if frame["type"] == "messages":
                known = {message["seq"] for message in self.messages}
                self.messages += [message for message in frame["messages"] if message["seq"] not in known]
            elif frame["type"] == "ack":
                self.acknowledged.add(frame["client_id"])
            elif frame["type"] == "state":
                self.state = frame
