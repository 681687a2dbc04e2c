"""A machine in our own network that nobody may reach, and a wire on which reaching it is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address

import httpx

PUBLIC = "93.184.216.34"
PICTURE = b"\xff\xd8\xff\xe0" + b"\0" * 60


class Names:
    """A resolver: each look-up of a name takes the next of its answers; the last one stays."""

    def __init__(self, answers: dict[str, list[list[str]]] | None = None, default: Sequence[str] = ()) -> None:
        self._answers = answers or {}
        self._default = list(default)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """What a name leads to. Raises OSError for an unknown one."""
        await asyncio.sleep(0)
        self.asked.append(host)
        answers = self._answers.get(host)
        found = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else self._default
        if not found:
            raise OSError("no such name")
        return found


class Trap:
    """Answers everybody with a picture and counts them."""

    def __init__(self) -> None:
        self.connects = 0
        self.heads: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(PICTURE) + PICTURE
        self.port = 0
        self._visits: set[asyncio.Task[None]] = set()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody came."""
        self.connects += 1
        self._visits.add(asyncio.create_task(self._answer(reader, writer)))

    async def rest(self) -> None:
        """Wait until everybody has gone; who stays too long is thrown out."""
        if self._visits:
            _, late = await asyncio.wait(self._visits, timeout=2)
            for visit in late:
                visit.cancel()
            await asyncio.gather(*self._visits, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def trap_set() -> AsyncIterator[Trap]:
    """A trap on a port of its own on 127.0.0.1."""
    trap = Trap()
    server = await asyncio.start_server(trap.met, "127.0.0.1", 0)
    trap.port = server.sockets[0].getsockname()[1]
    try:
        yield trap
    finally:
        server.close()
        await trap.rest()
        await server.wait_closed()


class Wire(httpx.AsyncBaseTransport):
    """The network as a fetcher finds it: our own network is the trap, names are looked up again, the rest is away.

    ``outside``: an answer of the public machines; without one they cannot be reached.
    """

    def __init__(self, trap: Trap, names: Names, outside: httpx.Response | None = None) -> None:
        self._trap = trap
        self._names = names
        self._outside = outside
        self._real = httpx.AsyncHTTPTransport(trust_env=False)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Connect where the request says."""
        self.requests.append(request)
        host = request.url.host
        address = host if _is_address(host) else (await self._names(host, 443))[0]
        if not _is_ours(address):
            if self._outside is None:
                raise httpx.ConnectError("nobody there")
            return self._outside
        url = httpx.URL(scheme="http", host="127.0.0.1", port=self._trap.port, raw_path=request.url.raw_path)
        return await self._real.handle_async_request(httpx.Request("GET", url, headers=request.headers))

    async def aclose(self) -> None:
        """Let go."""
        await self._real.aclose()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_ours(text: str) -> bool:
    """By Python's own notion, which is not the product's."""
    address = ip_address(text)
    return not address.is_global or address.is_multicast
