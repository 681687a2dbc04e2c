"""A salon's site on a real server: a page with a strict policy, the chat, a fake engine. It can fall and rise."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from channels.port import Ports
from channels.webchat.routes import routes
from tests.fakes.chat_engine import ChatEngine
from tests.fakes.chat_store import MemoryChat, MemoryMedia
from tests.fakes.local_bus import MemoryBus
from tests.fakes.stillness import CountedDice

KEY = b"e" * 32


class _NowClock:
    """The real time: the browser shows days and hours."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


HOST_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Салон «Лаванда»</title>
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover"><link rel="icon" href="/icon">
</head><body><main><h1>Салон «Лаванда»</h1><p>{filler}</p><button id="own">Кнопка сайта</button></main>
<script src="{script}" data-site="lavanda" async></script></body></html>"""


@dataclass
class ChatSite:
    """``url`` of the page, the fakes behind it, and the server's power switch."""

    port: int = field(default_factory=_free_port)
    store: MemoryChat = field(init=False)
    bus: MemoryBus = field(default_factory=MemoryBus)
    media: MemoryMedia = field(default_factory=MemoryMedia)
    clock: _NowClock = field(default_factory=_NowClock)
    settings: Mapping[str, object] = field(default_factory=dict)
    title: str = "Салон «Лаванда»"
    pages: list[BaseRoute] = field(default_factory=list)
    """What the site shows; empty: a bare page of a foreign site with a strict policy."""
    websockets: bool = True
    answers: bool = True
    _server: _Server | None = None
    _serving: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.store = MemoryChat(self.bus)
        self.dice = CountedDice()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ports(self) -> Ports:
        return Ports(
            inbox=self.store,
            transcript=self.store,
            bus=self.bus,
            clock=self.clock,
            dice=self.dice,
            keys=(KEY,),
            media=self.media,
        )

    async def rise(self) -> None:
        """Serve until ``fall``."""
        sites = {"lavanda": {"title": self.title}}
        chat = routes(self.ports(), {"sites": sites, "poll_for": 2.0, **self.settings})
        pages = self.pages or [Route("/", self._page), Route("/icon", _icon)]
        config = uvicorn.Config(
            Starlette(routes=[*pages, *chat]),
            host="127.0.0.1",
            port=self.port,
            log_level="error",
            lifespan="off",
            timeout_graceful_shutdown=1,
            ws="websockets-sansio" if self.websockets else "none",
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)

    async def fall(self) -> None:
        """Go away, as in a restart or a power cut; what was stored stays."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = self._server.force_exit = True
            await self._serving
            self._server = self._serving = None

    async def _page(self, request: Request) -> Response:
        script = "/chat/widget.js" + ("?lang=en" if request.query_params.get("lang") == "en" else "")
        page = HOST_PAGE.format(
            lang=request.query_params.get("lang", "ru"), filler="Мы открылись в 2014 году. " * 40, script=script
        )
        host = f"127.0.0.1:{self.port}"
        policy = (
            f"default-src 'none'; script-src {host}; connect-src {host} ws://{host}; img-src {host}; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        return HTMLResponse(page, headers={"content-security-policy": policy})


async def _icon(request: Request) -> Response:
    return Response(b"", 204)


@asynccontextmanager
async def chat_site(site: ChatSite) -> AsyncIterator[ChatSite]:
    """A served site with an answering engine."""
    await site.rise()
    engine = asyncio.create_task(ChatEngine(site.store, site.bus, site.clock).run()) if site.answers else None
    try:
        yield site
    finally:
        if engine is not None:
            engine.cancel()
            await asyncio.wait([engine])
        await site.fall()


def screenshots() -> Path:
    """Where pictures go for a person to look at: ZABOTA_SCREENSHOTS, else build/screenshots."""
    folder = Path(os.environ.get("ZABOTA_SCREENSHOTS", "build/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
