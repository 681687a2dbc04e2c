"""Visitors of the site's chat over real HTTP, who send a line again until it is acknowledged."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

TOKEN_HEADER = "x-chat-token"
SAYINGS = ("Сколько стоит маникюр?", "меню", "Здравствуйте", "2", "Где вы находитесь?")


@dataclass(slots=True)
class Visitor:
    """One browser. ``acknowledged``: its lines that the server said it has, in that order."""

    number: int
    token: str = ""
    said: int = 0
    acknowledged: list[str] = field(default_factory=list)


class Visitors:
    """Some visitors and the servers they may reach, in order of preference."""

    def __init__(self, urls: list[str], count: int, seed: int) -> None:
        self.urls = urls
        self.people = [Visitor(number) for number in range(count)]
        self.latencies: list[float] = []
        self.statuses: dict[str, int] = {}
        self._chance = random.Random(seed)
        self._mark = random.SystemRandom().randrange(16**8)
        self._client = httpx.AsyncClient(timeout=10.0)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def arrive(self) -> None:
        """Everybody gets a token."""
        for visitor in self.people:
            answer = await self._post(visitor, "/chat/session", {"site": "main"})
            visitor.token = answer.json()["token"]

    async def write(self, rate: float, until: asyncio.Event) -> None:
        """All write, together ``rate`` lines a second, each one line after the other."""
        pause = len(self.people) / rate
        await asyncio.gather(*(self._one_writes(visitor, pause, until) for visitor in self.people))

    async def say(self, visitor: Visitor, text: str) -> str:
        """One line, sent until it is acknowledged; its client id."""
        visitor.said += 1
        client_id = f"line-{self._mark:08x}-{visitor.number}-{visitor.said}"
        frame = {"type": "message", "client_id": client_id, "text": text}
        await self._post(visitor, "/chat/send", frame)
        visitor.acknowledged.append(client_id)
        if self._chance.random() < 0.1:
            await self._post(visitor, "/chat/send", frame)
        return client_id

    async def press(self, visitor: Visitor, token: str) -> None:
        """One press of a button, ours or not."""
        visitor.said += 1
        client_id = f"press-{self._mark:08x}-{visitor.number}-{visitor.said}"
        await self._post(visitor, "/chat/send", {"type": "press", "client_id": client_id, "token": token})

    async def post_once(self, visitor: Visitor, path: str, body: dict[str, Any]) -> httpx.Response:
        """One request, whatever the answer. Lone surrogates travel as JSON escapes."""
        headers = {TOKEN_HEADER: visitor.token, "content-type": "application/json"} | self.from_where(visitor)
        return await self._client.post(self.urls[0] + path, content=json.dumps(body).encode(), headers=headers)

    def from_where(self, visitor: Visitor) -> dict[str, str]:
        """Headers of a browser at an address of its own."""
        address = f"10.1.{visitor.number // 250}.{visitor.number % 250 + 1}"
        return {"origin": self.urls[0], "x-forwarded-for": address}

    async def transcript(self, visitor: Visitor) -> list[dict[str, Any]]:
        """Every line of the visitor's conversation."""
        lines: list[dict[str, Any]] = []
        before = 2**50
        while True:
            answer = await self._post(visitor, "/chat/send", {"type": "older", "before": before})
            page = answer.json()["frames"][0]["messages"]
            if not page:
                return lines
            lines = page + lines
            before = page[0]["seq"]

    async def _one_writes(self, visitor: Visitor, pause: float, until: asyncio.Event) -> None:
        await asyncio.sleep(self._chance.random() * pause)
        while not until.is_set():
            await self.say(visitor, f"{self._chance.choice(SAYINGS)} {visitor.said}")
            await asyncio.sleep(pause * (0.5 + self._chance.random()))

    async def _post(self, visitor: Visitor, path: str, body: dict[str, Any]) -> httpx.Response:
        started = time.perf_counter()
        while True:
            for url in self.urls:
                answer = await self._try(visitor, url + path, body)
                if answer is not None and answer.status_code == 200:
                    self.latencies.append(time.perf_counter() - started)
                    return answer
            await asyncio.sleep(0.05)

    async def _try(self, visitor: Visitor, url: str, body: dict[str, Any]) -> httpx.Response | None:
        headers = self.from_where(visitor) | {"origin": f"http://{url.split('/')[2]}", TOKEN_HEADER: visitor.token}
        try:
            answer = await self._client.post(url, json=body, headers=headers)
        except httpx.HTTPError as error:
            self._count(type(error).__name__)
            return None
        self._count(str(answer.status_code))
        return answer

    def _count(self, what: str) -> None:
        self.statuses[what] = self.statuses.get(what, 0) + 1
