"""The one way to a client's file at an address that a messenger gave: never into our own network, never too much.

A name is resolved once, all its addresses are looked at, and the connection goes to one of those: a name that
answers differently the next time gains nothing. There are no redirects, no proxies and no cookies.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import urlsplit

import httpx

from channels.file_type import file_type
from channels.foreign_url import ForeignUrl, is_among, loopback_port, read_loopback, read_url
from channels.limits import limits_of
from channels.media_hosts import MediaHosts
from channels.media_store import Media
from channels.not_fetched import Refused, TooLarge, Unreachable
from channels.public_address import public_address

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""All addresses of a name. Raises OSError when there are none."""
MOST_SECONDS = 15.0
_MOST_ADDRESSES = 4
_LATER = frozenset({408, 425, 429})


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """What this machine's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


def media_fetch_for(hosts: MediaHosts, base: str) -> MediaFetch:
    """From ``hosts``; where the API itself (``base``) is on this machine, it is a fake one with files of its own."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    try:
        loopback_port(origin)
    except ValueError:
        return MediaFetch(hosts)
    return MediaFetch(MediaHosts(), loopback_base=origin)


class MediaFetch:
    """Fetches files of one channel."""

    def __init__(
        self,
        hosts: MediaHosts,
        *,
        most_bytes: int = limits_of("").fetched_bytes,
        most_seconds: float = MOST_SECONDS,
        resolver: Resolver = system_resolver,
        loopback_base: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """``loopback_base``: ``http://127.0.0.1:<port>`` of a fake messenger; never set where clients are served."""
        if loopback_base:
            loopback_port(loopback_base)
        self._hosts = hosts
        self._most_bytes = most_bytes
        self._most_seconds = most_seconds
        self._resolver = resolver
        self._loopback_base = loopback_base
        self._transport = transport or httpx.AsyncHTTPTransport(
            verify=httpx.create_ssl_context(), trust_env=False, http2=False, retries=0
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._transport.aclose()

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Media:
        """The file; ``headers`` (credentials) are only for trusted hosts. Raises Refused, TooLarge, Unreachable."""
        wanted = read_loopback(url, self._loopback_base) or read_url(url, self._hosts.names)
        if wanted is None:
            raise Refused("the address is not one of the messenger's")
        if headers and wanted.secure and not is_among(wanted.host, self._hosts.trusted):
            raise Refused(f"{wanted.host} is not to see credentials")
        try:
            async with asyncio.timeout(self._most_seconds):
                content = await self._from_any(wanted, dict(headers or {}))
        except TimeoutError:
            raise Unreachable(f"{wanted.host}: not within {self._most_seconds:g} s") from None
        content_type = file_type(content)
        if content_type is None:
            raise Refused(f"{wanted.host}: a file of an unknown type")
        return Media(content=content, content_type=content_type)

    async def _from_any(self, wanted: ForeignUrl, headers: dict[str, str]) -> bytes:
        for address in (await self._addresses(wanted))[:_MOST_ADDRESSES]:
            try:
                return await self._read(self._request(wanted, address, headers), wanted.host)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unreachable(f"{wanted.host}: {type(error).__name__}") from None
        raise Unreachable(f"{wanted.host}: no connection")

    async def _addresses(self, wanted: ForeignUrl) -> Sequence[str]:
        """Where to connect. One address of a name that is not public spoils them all."""
        if not wanted.secure:
            return (wanted.host,)
        try:
            found = await self._resolver(wanted.host, wanted.port)
        except (OSError, UnicodeError):
            raise Unreachable(f"{wanted.host}: the name has no address") from None
        public = [public_address(address) for address in found]
        if not public:
            raise Unreachable(f"{wanted.host}: the name has no address")
        if None in public:
            raise Refused(f"{wanted.host} leads into a private network")
        return [address for address in dict.fromkeys(public) if address]

    def _request(self, wanted: ForeignUrl, address: str, headers: dict[str, str]) -> httpx.Request:
        """To the address itself; the name is what the certificate and the other side's server are asked for."""
        url = httpx.URL(
            scheme="https" if wanted.secure else "http",
            host=address,
            port=wanted.port,
            raw_path=wanted.target.encode("ascii"),
        )
        sent = httpx.Headers(headers)
        sent.update({"Host": wanted.host, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"})
        timeout = httpx.Timeout(self._most_seconds).as_dict()
        extensions = {"timeout": timeout, **({"sni_hostname": wanted.host} if wanted.secure else {})}
        return httpx.Request("GET", url, headers=sent, extensions=extensions)

    async def _read(self, request: httpx.Request, host: str) -> bytes:
        response = await self._transport.handle_async_request(request)
        try:
            self._judge(response, host)
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self._most_bytes:
                    raise TooLarge(f"{host}: over {self._most_bytes} bytes")
            return bytes(body)
        finally:
            await response.aclose()

    def _judge(self, response: httpx.Response, host: str) -> None:
        """Whether the answer's body is worth reading."""
        status = response.status_code
        if status >= 500 or status in _LATER:
            raise Unreachable(f"{host}: status {status}")
        if status != 200:
            raise Refused(f"{host}: status {status}")
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Refused(f"{host}: a packed answer")
        declared = response.headers.get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()) or int(declared[:20]) > self._most_bytes:
            raise TooLarge(f"{host}: over {self._most_bytes} bytes")
