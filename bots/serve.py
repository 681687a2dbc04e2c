"""Starting and stopping processes of the product."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import uvicorn
import yaml

import config
from bots.assembly import Parts, assembled
from bots.cannot_start import CannotStart
from bots.control import taking_orders
from bots.embedded import GRACE_SECONDS, application, console_settings, following_rules, key, worker_loops
from bots.messages import message
from bots.messengers import following_connections
from bots.options import Options
from bots.site import SITE
from channels.webchat.signed_links import SignedLinks
from console.first_owner import first_owner_path
from dialog.message import Address

DEMO_CLIENT = Path(config.__file__).parent / "demo_client.yaml"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
DEMO_LINK_LIFE = timedelta(days=30)


async def serve(options: Options, *, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM. Raises CannotStart."""
    listener = _listen(options)
    async with assembled(options) as parts, taking_orders(parts):
        config = uvicorn.Config(
            application(parts, with_worker=with_worker),
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            loop="none",
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=1 << 20,
            ws_ping_interval=None,
            timeout_graceful_shutdown=int(GRACE_SECONDS),
            proxy_headers=False,
        )
        server = _Announcing(config, parts)
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, server.handle_exit, number, None)
        await server.serve(sockets=[listener])
    say("stopped")


async def work(options: Options) -> None:
    """Run the worker loops alone until SIGINT or SIGTERM."""
    async with (
        assembled(options) as parts,
        following_rules(parts),
        following_connections(parts.messengers, parts.store),
    ):
        loops = worker_loops(parts)
        loops.start()
        stop = asyncio.Event()
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
        await loops.stop(GRACE_SECONDS)
    say("stopped")


def say(name: str, **values: str | int) -> None:
    """A line for whoever started the product."""
    print(message(name, **values), flush=True)


class _Announcing(uvicorn.Server):
    """Says where everything is as soon as it answers, and that it is stopping."""

    def __init__(self, config: uvicorn.Config, parts: Parts) -> None:
        super().__init__(config)
        self._parts = parts

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: uvicorn would raise them again after serving, before the store is closed."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await announce(self._parts)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        say("stopping")
        await super().shutdown(sockets)


async def announce(parts: Parts) -> None:
    """Print the addresses, and at the first start the owner's one-time link."""
    options = parts.options
    base = str(parts.settings["public_url"]).rstrip("/") or f"http://{_shown_host(options.host)}:{options.port}"
    say("serving")
    say("demo_page", url=f"{base}/")
    say("console_page", url=f"{base}/console")
    settings = console_settings(parts)
    path = await first_owner_path(parts.store.accounts, settings, parts.clock, parts.dice)
    if path is not None:
        say("owner_link", url=f"{base}/console{path}")
    say("anna_link", url=f"{base}/?visitor={quote(await demo_visitor(parts))}")
    if not settings.secure and _shown_host(options.host) not in LOOPBACK:
        say("http_warning")
    if options.clock:
        say("clock_shifted", time=options.clock)


async def demo_visitor(parts: Parts) -> str:
    """The value of a signed link that enters the site's chat as the demo client."""
    client: dict[str, str] = yaml.safe_load(DEMO_CLIENT.read_text(encoding="utf-8"))
    now = parts.clock.now()
    address = Address(channel="webchat", account=SITE, peer=client["visitor"])
    await parts.store.people.introduce(address, name=client["name"], phone=client["phone"], language="ru", now=now)
    return SignedLinks([key(parts, "visitors")], parts.clock).make(SITE, client["visitor"], now + DEMO_LINK_LIFE)


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host


def _listen(options: Options) -> socket.socket:
    """The listening socket, taken first: a taken port is said before anything is opened."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
    except OSError:
        listener.close()
        raise CannotStart(message("port_taken", port=options.port, other=options.port + 1)) from None
    listener.listen(1024)
    listener.setblocking(False)
    return listener
