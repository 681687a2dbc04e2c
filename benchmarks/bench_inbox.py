"""How the inbox feels: a client's message on every manager's screen, the queue, opening a conversation, the weight.

./run bench inbox [--managers 1,100,1000] [--conversations 10000] [--seeded-bug frame-for-each]

Screens are a protocol client in a process of its own, which prints what it costs itself. What does not depend on the
machine is judged in every run: each message reaches each screen, a change is made into a frame once however many look,
the first visit stays light. Times are judged in long runs on a machine that nobody else uses, else only printed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin

from benchmarks.inbox_filling import FRAME_FOR_EACH, WAITING, fill, token_of
from benchmarks.options import command_line, seed_of
from benchmarks.report import ROOT, Report, percentile, say, table
from tests.servers.program import free_port, start, wait_until

GOALS_MS = {"message to screen p50": 21.0, "message to screen p95": 39.0, "last of 100": 20.0, "last of 1000": 83.0}
"""What the side-by-side trial of consoles reached (docs: benchmarks/README.md)."""
HEAVIEST = 52_000
"""Bytes that the first visit may cost: the page with a full queue, its style sheet, its scripts, packed."""
MEMORY_KB = 64.0
NOISE = 1.5
PATIENCE = 20.0
AT_ONCE = 50


def main() -> int:
    """The command."""
    parser = command_line("What managers see, and how soon.", (FRAME_FOR_EACH,))
    parser.add_argument("--managers", default="", help="sizes of the team, one after the other, separated by commas")
    parser.add_argument("--conversations", default="", help="sizes of the inbox, separated by commas")
    asked = parser.parse_args()
    report = Report("bench inbox", seed_of(asked.seed))
    teams = _numbers(asked.managers) or ([40] if asked.quick else [1, 100, 1000])
    sizes = _numbers(asked.conversations) or ([1_000] if asked.quick else [1_000, 10_000])
    bench = Bench(report, messages=10 if asked.quick else 100, strict=not asked.quick and _is_calm())
    for size in sizes:
        for team in teams:
            bench.run(size, team, asked.seeded_bug or "")
    bench.show()
    return report.finish(as_json=asked.json)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _is_calm() -> bool:
    return os.getloadavg()[0] <= (os.cpu_count() or 1) / 2


@dataclass(slots=True)
class Looker:
    """One manager's screen: when it heard the line that is waited for."""

    heard: dict[bytes, float] = field(default_factory=dict)
    frames: int = 0

    async def look(self, socket: ClientConnection) -> None:
        """Hear until the socket is closed."""
        async for body in socket:
            at = time.perf_counter()
            data = body if isinstance(body, bytes) else body.encode()
            if b'"type":"event"' not in data:
                continue
            self.frames += 1
            found = data.find(b"bench-line-")
            while found >= 0:
                mark = data[found : found + 19]
                self.heard.setdefault(mark, at)
                found = data.find(b"bench-line-", found + 1)


class Bench:
    """All measurements of one run."""

    def __init__(self, report: Report, *, messages: int, strict: bool) -> None:
        self._report = report
        self._messages = messages
        self._strict = strict
        self._rows: list[Sequence[object]] = []

    def run(self, conversations: int, managers: int, bug: str) -> None:
        """One inbox, one team."""
        with tempfile.TemporaryDirectory(prefix="zabota-inbox-") as folder:
            fill(folder, conversations, managers)
            port, log = free_port(), Path(folder) / "server.log"
            command = [sys.executable, "-m", "benchmarks.inbox_server", folder, str(port), bug]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            server = start(command, log=log, end_signal="KILL", environment=environment)
            try:
                wait_until(lambda: _answers(port), server, log=log)
                asyncio.run(self._measure(port, psutil.Process(server.pid), conversations, managers))
            finally:
                server.kill()
                server.wait()

    def show(self) -> None:
        """The table."""
        heads = ("inbox, team", "to a screen p50 / p95 ms", "to the last p50 ms", "queue ms", "open ms", "page ms")
        table(heads, self._rows)
        say(f"  goals: {GOALS_MS}, {'judged' if self._strict else 'not judged here'}")

    async def _measure(self, port: int, server: psutil.Process, conversations: int, managers: int) -> None:
        name = f"{conversations:,} conversations, {managers:,} managers"
        origin = f"http://127.0.0.1:{port}"
        cookie = {"cookie": f"zabota={token_of(1)}"}
        async with httpx.AsyncClient(base_url=origin, headers=cookie, timeout=PATIENCE) as client:
            queue = await self._times(client, ["/console/api/inbox?box=waiting"])
            numbers = range(WAITING, min(conversations, 40 * WAITING), WAITING)
            opening = await self._times(client, [f"/console/api/conversations/public{number}" for number in numbers])
            page = await self._times(client, ["/console/inbox"])
            await self._weight(client)
            idle = server.memory_info().rss
            lookers = [Looker() for _ in range(managers)]
            sockets = await self._connect(port, managers)
            tasks = [asyncio.create_task(one.look(socket)) for one, socket in zip(lookers, sockets, strict=True)]
            memory = (server.memory_info().rss - idle) / managers / 1024
            screens = await self._messages_seen(client, server, lookers, name)
            for socket in sockets:
                await socket.close()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._report.figure(f"{name}: KB of memory a manager", round(memory, 1))
        for what, times in (("queue", queue), ("opening", opening), ("page", page)):
            self._report.figure(f"{name}: {what} p50 ms", round(percentile(times, 0.5), 2))
            self._report.figure(f"{name}: {what} p95 ms", round(percentile(times, 0.95), 2))
        half = (percentile(times, 0.5) for times in (queue, opening, page))
        self._rows.append((name, *screens, *(round(one, 1) for one in half)))
        if self._strict and managers >= 100:
            self._report.must(memory <= MEMORY_KB, f"memory: {name}: {memory:.0f} KB a manager > {MEMORY_KB:.0f}")

    async def _messages_seen(
        self, client: httpx.AsyncClient, server: psutil.Process, lookers: Sequence[Looker], name: str
    ) -> tuple[str, float]:
        """Send line after line; wait for each on every screen."""
        before = (await client.get("/made")).json()["made"]
        cost, own = sum(server.cpu_times()[:2]), time.process_time()
        each: list[float] = []
        last: list[float] = []
        for number in range(self._messages):
            mark = f"bench-line-{number:08d}"
            began = time.perf_counter()
            line = {"peer": f"p{WAITING * (1 + number % 20)}", "key": f"bench{number}", "text": mark}
            await client.post("/say", json=line)
            if not await _all_heard(lookers, mark.encode()):
                self._report.violation(f"unseen: {name}: line {number} did not reach every screen")
                return "-", 0.0
            times = [(one.heard[mark.encode()] - began) * 1000 for one in lookers]
            each += times
            last.append(max(times))
        made = (await client.get("/made")).json()["made"] - before
        self._judge_frames(made, max(one.frames for one in lookers), len(lookers), name)
        figure = self._report.figure
        figure(f"{name}: to a screen p50 ms", round(percentile(each, 0.5), 2))
        figure(f"{name}: to a screen p95 ms", round(percentile(each, 0.95), 2))
        figure(f"{name}: to the last screen p50 ms", round(percentile(last, 0.5), 2))
        figure(f"{name}: frames made for {self._messages} lines", made)
        figure(f"{name}: server CPU ms a line", round((sum(server.cpu_times()[:2]) - cost) * 1000 / len(last), 2))
        figure(f"{name}: this client's CPU ms a line", round((time.process_time() - own) * 1000 / len(last), 2))
        self._judge_times(each, last, len(lookers), name)
        return f"{percentile(each, 0.5):.1f} / {percentile(each, 0.95):.1f}", round(percentile(last, 0.5), 1)

    def _judge_frames(self, made: int, seen: int, managers: int, name: str) -> None:
        """A change is read and made into a frame once, not once a screen."""
        self._report.must(made <= seen, f"fan-out: {name}: {made} frames made, {seen} seen by each of {managers}")

    def _judge_times(self, each: Sequence[float], last: Sequence[float], managers: int, name: str) -> None:
        found = {"message to screen p50": percentile(each, 0.5), "message to screen p95": percentile(each, 0.95)}
        if managers > 100:
            found = {}  # the goals of one screen are those of a small team
        if f"last of {managers}" in GOALS_MS:
            found[f"last of {managers}"] = percentile(last, 0.5)
        for goal, value in found.items():
            if self._strict:
                most = GOALS_MS[goal] * NOISE
                self._report.must(value <= most, f"slow: {name}: {goal} {value:.1f} ms > {most:.1f}")

    async def _times(self, client: httpx.AsyncClient, paths: Sequence[str]) -> list[float]:
        found = []
        for number in range(max(self._messages, len(paths))):
            path = paths[number % len(paths)]
            began = time.perf_counter()
            answer = await client.get(path)
            found.append((time.perf_counter() - began) * 1000)
            self._report.must(answer.status_code == 200, f"refused: {path}: {answer.status_code}")
        return found

    async def _weight(self, client: httpx.AsyncClient) -> None:
        """What a browser that comes for the first time fetches before the inbox can be used."""
        page = await client.get("/console/inbox")
        links = {part.split('"', 1)[0] for part in page.text.split('href="/console/static/')[1:]}
        parts = [page, *[await client.get(f"/console/static/{link}") for link in sorted(links) if "#" not in link]]
        weight = sum(part.num_bytes_downloaded for part in parts if "favicon" not in str(part.url))
        self._report.figure("first visit, bytes", weight)
        self._report.must(weight <= HEAVIEST, f"heavy: the first visit costs {weight:,} bytes > {HEAVIEST:,}")

    async def _connect(self, port: int, managers: int) -> list[ClientConnection]:
        sockets: list[ClientConnection] = []
        for first in range(1, managers + 1, AT_ONCE):
            some = range(first, min(first + AT_ONCE, managers + 1))
            sockets += await asyncio.gather(*(_screen(port, number) for number in some))
        return sockets


async def _screen(port: int, manager: int) -> ClientConnection:
    """A socket that has been greeted."""
    socket = await websockets.connect(
        f"ws://127.0.0.1:{port}/console/ws",
        additional_headers={"cookie": f"zabota={token_of(manager)}"},
        origin=Origin(f"http://127.0.0.1:{port}"),
        compression=None,
        ping_interval=None,
    )
    await socket.send('{"after": 0}')
    greeting = await socket.recv()
    if b'"hello"' not in (greeting if isinstance(greeting, bytes) else greeting.encode()):
        raise RuntimeError(f"no greeting: {greeting!r}")
    return socket


async def _all_heard(lookers: Sequence[Looker], mark: bytes) -> bool:
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        if all(mark in one.heard for one in lookers):
            return True
        await asyncio.sleep(0.002)
    return False


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/made", timeout=1).status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.exit(main())
